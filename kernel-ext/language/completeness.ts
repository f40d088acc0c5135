// Is a cell complete, or would Enter go on with it? And where would the next line begin?
import type { CellLanguage } from "../session/messages.ts";
import type { TypeScript } from "./internals.ts";
import type { Completeness } from "./language.ts";
import { parseText } from "./parse.ts";

const UNTERMINATED_TEMPLATE = 1160;
const UNTERMINATED_COMMENT = 1010;

export function completeness(
  ts: TypeScript,
  code: string,
  language: CellLanguage = "typescript",
): Completeness {
  const { parseDiagnostics } = parseText(ts, "cell", code, language);
  if (parseDiagnostics.length === 0) return { status: "complete", indent: "" };
  const end = code.trimEnd().length;
  const codes = parseDiagnostics.map((problem) => problem.code);
  // Spaces would become part of the text.
  if (codes.includes(UNTERMINATED_TEMPLATE)) return { status: "incomplete", indent: "" };
  if (codes.includes(UNTERMINATED_COMMENT)) return { status: "incomplete", indent: indentOf(lastLine(code)) };
  if (!parseDiagnostics.some(({ start }) => start >= end)) return { status: "invalid", indent: "" };
  return { status: "incomplete", indent: nextIndent(code) };
}

function nextIndent(code: string): string {
  const unit = /^(\t| {2,8})\S/m.exec(code)?.[1] ?? "  ";
  const line = lastLine(code)
    .replace(/\/\/.*$/, "")
    .trimEnd();
  const opens =
    /(?:[{([]|=>|\belse|\bcase\b.*:|\bdefault:)$/.test(line) || /^\s*(?:if|for|while)\b.*\)$/.test(line);
  return indentOf(line) + (opens ? unit : "");
}

const lastLine = (code: string): string => code.trimEnd().split("\n").at(-1) ?? "";
const indentOf = (line: string): string => /^\s*/.exec(line)?.[0] ?? "";
