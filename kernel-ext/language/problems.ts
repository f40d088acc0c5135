// TypeScript's diagnostics as a cell's problems.
import type ts from "typescript";
import type { LooseFile, TypeScript } from "./internals.ts";
import type { Problem } from "./language.ts";

/** What TypeScript minds and a notebook need not. */
const ACCEPTED = new Set([
  7016, // A package without types is still worth importing; its values are `any`.
  1202, // `import fs = require("fs")` is no ESM, and works here.
]);

export function problemsOf(
  ts: TypeScript,
  file: LooseFile,
  diagnostics: readonly ts.Diagnostic[],
  kind: Problem["kind"],
): Problem[] {
  return diagnostics
    .filter(({ category, code, start }) => {
      if (category !== ts.DiagnosticCategory.Error || ACCEPTED.has(code)) return false;
      return kind === "syntax" || !isIgnored(file, start ?? 0);
    })
    .map(({ code, messageText, start = 0, length = 0 }) => ({
      kind,
      code,
      message: inOwnWords(file, start, ts.flattenDiagnosticMessageText(messageText, "\n")),
      start,
      length,
    }));
}

/** `// @ts-expect-error` and `// @ts-expect-error` on the line before, `// @ts-nocheck` at the cell's start. */
function isIgnored({ text }: LooseFile, start: number): boolean {
  if (/^\s*\/\/\s*@ts-nocheck\b/.test(text)) return true;
  const before = text.slice(0, text.lastIndexOf("\n", start - 1) + 1).trimEnd();
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return /^\s*(\/\/|\/\*)\s*@ts-(ignore|expect-error)\b/.test(line);
}

/** TypeScript names the file that an import led to; the cell's author wrote another name. */
function inOwnWords({ imports }: LooseFile, start: number, message: string): string {
  const specifier = imports.find(({ end }) => end > start);
  return specifier ? message.replace(/^Module '"[^"]+"'/, `Module "${specifier.text}"`) : message;
}
