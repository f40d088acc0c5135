// Cells that define modules, as tslab has them: `/** @module mylib */` at a cell's head makes it a file of that
// name, which others import as "./mylib". The files lie aside, and stand for files in the notebook's folder.
// What is for the page (`@browser`) is kept apart: only other cells for the page see it, and they see all the rest too.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";

// Every thread of the kernel has to know them, the hooks' own included; all inherit the environment.
const ASIDE = "GRADBOOK_CELL_MODULES";
const NOTEBOOK = "GRADBOOK_NOTEBOOK_FOLDER";

/** Chooses the folder, before any thread starts; nothing is written before a cell defines a module. */
export function openCellModules(notebook: string): void {
  const aside = join(tmpdir(), `gradbook-modules-${process.pid}-${Date.now().toString(36)}`);
  process.env[ASIDE] = aside;
  process.env[NOTEBOOK] = notebook;
  process.on("exit", () => rmSync(aside, { recursive: true, force: true }));
}

export interface CellTags {
  readonly module?: string;
  readonly jsx?: boolean;
  readonly browser?: boolean;
}

/**
 * What the doc comments at a cell's head say of it.
 *
 * @example
 * cellTags("/** @module mylib *\/ export const a = 1"); // { module: "mylib" }
 */
export function cellTags(code: string): CellTags {
  const head = /^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*/.exec(code)?.[0] ?? "";
  const tags = [...head.matchAll(/\/\*\*[\s\S]*?\*\//g)].map(([comment]) => comment).join("\n");
  const module = /@module[ \t]+([\w-]+(?:\/[\w-]+)*)(?=\s|\*\/)/.exec(tags)?.[1];
  return {
    ...(module !== undefined && { module }),
    ...(/@jsx\b/.test(tags) && { jsx: true }),
    ...(/@browser\b/.test(tags) && { browser: true }),
  };
}

/** Where a module runs: in this process, or in the page that shows the notebook. */
export type Where = "node" | "page";

/** Where a cell's code is to run, if not in the session. */
export function whereOf({ module, browser }: CellTags): Where | undefined {
  return browser ? "page" : module === undefined ? undefined : "node";
}

/** Makes the cell's code what the module's name stands for from now on. */
export function defineCellModule(
  name: string,
  code: string,
  { kind, where }: { readonly kind: "ts" | "tsx"; readonly where: Where },
): void {
  const [folder] = folders() ?? [];
  if (folder === undefined) throw new Error("Modules of cells have no folder yet");
  const path = join(folder, where, name);
  mkdirSync(dirname(path), { recursive: true });
  const file = `${path}.${kind}`;
  // Written only where it changes: a module that is the same keeps its time, and nothing reads it again.
  if (!existsSync(file) || readFileSync(file, "utf8") !== code) writeFileSync(file, code);
  rmSync(`${path}.${kind === "tsx" ? "ts" : "tsx"}`, { force: true });
}

/** The file of the cell that stands for this path, with or without its extension; undefined where none does. */
export function cellModuleAt(path: string, where: Where = "node"): string | undefined {
  const [aside, notebook] = folders() ?? [];
  if (aside === undefined || notebook === undefined || !path.startsWith(notebook + sep)) return undefined;
  const stem = path.slice(notebook.length + 1).replace(/\.[mc]?[jt]sx?$/, "");
  const seen: readonly Where[] = where === "page" ? ["page", "node"] : ["node"];
  return seen
    .flatMap((one) => [".ts", ".tsx"].map((extension) => join(aside, one, stem + extension)))
    .find((file) => existsSync(file));
}

/** The file of a cell that is a module, while that has this very text. */
export function fileOfModule(code: string): string | undefined {
  const { module, browser } = cellTags(code);
  const folder = notebookFolder();
  if (module === undefined || browser || folder === undefined) return undefined;
  const file = cellModuleAt(join(folder, module));
  return file !== undefined && readFileSync(file, "utf8") === code ? file : undefined;
}

/** The same for what `containing`, a file or a cell, imports under this name. */
export function importedCellModule(name: string, containing: string, where: Where): string | undefined {
  if (!/^\.{1,2}\//.test(name)) return undefined;
  return cellModuleAt(resolve(dirname(inNotebook(containing)), name), where);
}

/** Where a path counts as lying: a module of a cell is beside the notebook. */
export function inNotebook(path: string): string {
  const [aside, notebook] = folders() ?? [];
  if (aside === undefined || notebook === undefined || !path.startsWith(aside + sep)) return path;
  return join(notebook, path.slice(aside.length + 1).replace(/^[^/\\]*[/\\]/, ""));
}

/** Where the notebook lies, for every thread; undefined outside a kernel. */
export function notebookFolder(): string | undefined {
  return folders()?.[1];
}

function folders(): readonly [aside: string, notebook: string] | undefined {
  const { [ASIDE]: aside, [NOTEBOOK]: notebook } = process.env;
  return aside && notebook ? [aside, notebook] : undefined;
}
