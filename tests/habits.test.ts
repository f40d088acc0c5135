// The habits of the house: formatter, linter, type check, notebooks in their one form, nothing that should not
// be in git.

import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { fromSource, ROOT } from "./source.ts";

const run = promisify(execFile);
type NotebookFormat = typeof import("../kernel-ext/lab/notebook-format.mjs");

describe("the house", () => {
  it("has no warning of linter or formatter", async function () {
    this.timeout(60_000);
    const biome = join(ROOT, "node_modules", "@biomejs", "biome", "bin", "biome");
    await succeeds(biome, ["check", "--error-on-warnings", "--colors=off"]);
  });

  it("has no type error", async function () {
    this.timeout(120_000);
    await succeeds(join(ROOT, "node_modules", "typescript", "bin", "tsc"), ["-p", ROOT]);
  });

  it("keeps its notebooks normalised and without outputs", async () => {
    const { formatNotebooks } = await fromSource<NotebookFormat>("lab/notebook-format.mjs");
    expect(formatNotebooks(ROOT, { write: false }), "npm run format mends these").to.deep.equal([]);
  });

  it("shows no top-level folder that the layout does not name", () => {
    const known = ["build", "data", "kernel-ext", "lib", "node_modules", "notebooks", "tests", "workbook"];
    const folders = readdirSync(ROOT, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map((entry) => entry.name);
    expect(known).to.include.members(folders);
  });

  it("names no registry's host in the lock file and runs no install scripts", () => {
    expect(readFileSync(join(ROOT, "package-lock.json"), "utf8")).not.to.match(/"resolved": *"https?:/);
    const npmrc = readFileSync(join(ROOT, ".npmrc"), "utf8");
    expect(npmrc).to.include("ignore-scripts=true").and.to.include("omit-lockfile-registry-resolved=true");
  });

  it("has in its README only links that lead somewhere", () => {
    for (const page of [
      "README.md",
      "CONTRIBUTING.md",
      join("lib", "README.md"),
      join("data", "README.md"),
    ]) {
      const text = readFileSync(join(ROOT, page), "utf8");
      const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => match[1] ?? "");
      const folder = join(ROOT, page, "..");
      const dead = targets.filter((target) => !existsSync(join(folder, target)));
      expect(dead, page).to.deep.equal([]);
    }
  });
});

async function succeeds(script: string, args: readonly string[]): Promise<void> {
  const failure = await run(process.execPath, [script, ...args], { cwd: ROOT }).catch(
    (error: unknown) => error,
  );
  if (failure instanceof Error && "stdout" in failure && "stderr" in failure) {
    expect.fail(`${String(failure.stdout)}${String(failure.stderr)}`.slice(0, 4_000));
  }
  if (failure instanceof Error) throw failure;
}
