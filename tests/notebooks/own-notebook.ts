// Notebooks of a test's own, run on the real kernel as lessons are.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromSource, ROOT } from "../source.ts";

type NotebooksModule = typeof import("../../kernel-ext/lab/notebooks.mjs");

/** Where `runOwn` keeps what it has run: a test removes it. */
export const OWN: string = join(ROOT, "build", "tests", `own-${process.pid}`);

/** Writes a notebook from its title and cells, and runs it; the copy that has run is in build/notebooks. */
export async function runOwn(
  name: string,
  title: string,
  cells: Readonly<Record<string, string>>,
): Promise<string[]> {
  const code = Object.entries(cells).map(([id, source]) => ({
    cell_type: "code",
    execution_count: null,
    id,
    metadata: {},
    outputs: [],
    source,
  }));
  const lead = { cell_type: "markdown", id: "lead", metadata: {}, source: `# ${title}` };
  mkdirSync(OWN, { recursive: true });
  const notebook = { cells: [lead, ...code], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(join(OWN, name), JSON.stringify(notebook));
  const { execute } = await fromSource<NotebooksModule>("lab/notebooks.mjs");
  return (await execute(join(OWN, name))).faults;
}

/** Takes away what `runOwn` has written. */
export async function removeOwn(...names: readonly string[]): Promise<void> {
  rmSync(OWN, { recursive: true, force: true });
  const { executedFolder } = await fromSource<NotebooksModule>("lab/notebooks.mjs");
  for (const name of names) rmSync(join(executedFolder(), name), { force: true });
}
