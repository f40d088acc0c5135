// Is a cell complete, or would Enter go on with it?
import type { LooseFile, TypeScript } from "./internals.ts";
import type { Completeness } from "./language.ts";

const UNTERMINATED = new Set([1160 /* template */, 1010 /* comment */]);

export function completeness(ts: TypeScript, code: string): Completeness {
  const version = { languageVersion: ts.ScriptTarget.ESNext };
  const { parseDiagnostics } = ts.createSourceFile("cell.ts", code, version, false) as LooseFile;
  if (parseDiagnostics.length === 0) return { status: "complete", indent: "" };
  const end = code.trimEnd().length;
  const unfinished = parseDiagnostics.some(
    (problem) => UNTERMINATED.has(problem.code) || problem.start >= end,
  );
  if (!unfinished) return { status: "invalid", indent: "" };
  const line = code.trimEnd().split("\n").at(-1) ?? "";
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  return { status: "incomplete", indent: /[{([]$/.test(line) ? `${indent}  ` : indent };
}
