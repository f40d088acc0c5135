// Completion of module names: Node's own, ours, packages beside the notebook, files by their paths.
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { Place } from "./checks.ts";
import type { TypeScript } from "./internals.ts";
import type { Completions } from "./language.ts";
import { ownNames } from "./own.ts";

const OPENING = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*(["'])([^"'\n]*)$/;
const IMPORTABLE = /\.(?:[mc]?[jt]sx?|json)$/;

/** The completions of a specifier, or undefined where `position` is in none. */
export function specifierCompletions(
  ts: TypeScript,
  { folder }: Place,
  code: string,
  position: number,
): Completions | undefined {
  const [, , written = ""] = OPENING.exec(code.slice(0, position)) ?? [];
  if (!OPENING.test(code.slice(0, position)) || isInComment(ts, code, position)) return undefined;
  const names = /^\.{0,2}\//.test(written) ? filesAt(folder, written) : modules(folder, written);
  return {
    matches: [...new Set(names)]
      .filter((name) => name.startsWith(written))
      .sort()
      .map((text) => ({ text, type: text.endsWith("/") ? "directory" : "module" })),
    start: position - written.length,
    end: position,
  };
}

function isInComment(ts: TypeScript, code: string, position: number): boolean {
  const line = code.lastIndexOf("\n", position - 1) + 1;
  return (ts.getLeadingCommentRanges(code, line) ?? []).some(
    ({ pos, end }) => pos < position && position <= end,
  );
}

function filesAt(folder: string, written: string): string[] {
  const base = written.slice(0, written.lastIndexOf("/") + 1);
  return entries(resolve(folder, base))
    .filter(
      ([name, isFolder]) =>
        !name.startsWith(".") && (isFolder ? name !== "node_modules" : IMPORTABLE.test(name)),
    )
    .map(([name, isFolder]) => `${base}${name}${isFolder ? "/" : ""}`);
}

function modules(folder: string, written: string): string[] {
  const builtins = builtinModules.filter((name) => !name.startsWith("_"));
  const node = builtins.map((name) => (name.startsWith("node:") ? name : `node:${name}`));
  const names = [...node, ...(written.startsWith("node:") ? [] : builtins), ...ownNames()];
  for (let at = folder; ; at = dirname(at)) {
    names.push(...packages(join(at, "node_modules"), written));
    if (at === dirname(at)) return names;
  }
}

function packages(folder: string, written: string): string[] {
  const [, whole] = /^((?:@[^/]+\/)?[^@/][^/]*)\//.exec(written) ?? [];
  if (whole) return subpaths(join(folder, whole), whole);
  return entries(folder).flatMap(([name]) => {
    if (name.startsWith(".") || name === "@types") return [];
    return name.startsWith("@") ? entries(join(folder, name)).map(([inner]) => `${name}/${inner}`) : [name];
  });
}

function subpaths(folder: string, name: string): string[] {
  try {
    const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      exports?: object;
    };
    return Object.keys(exports ?? {})
      .filter((path) => path.startsWith("./") && !path.includes("*"))
      .map((path) => name + path.slice(1));
  } catch {
    return [];
  }
}

/** What is in a folder, links followed; nothing where there is none. */
function entries(folder: string): [name: string, isFolder: boolean][] {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) => [
      entry.name,
      entry.isDirectory() || entry.isSymbolicLink(),
    ]);
  } catch {
    return [];
  }
}
