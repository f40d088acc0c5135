// TypeScript's diagnostics as a cell's problems.
import type ts from "typescript";
import type { LooseFile, TypeScript } from "./internals.ts";
import type { Problem } from "./language.ts";
import { isLate } from "./scope.ts";

/** What TypeScript minds and a notebook need not. */
const ACCEPTED = new Set([
  7016, // A package without types is still worth importing; its values are `any`.
  7026, // So are elements of a JSX library without types,
  2875, // which may also be one that is loaded by its name at run time.
  1202, // `import fs = require("fs")` is no ESM, and works here.
  2441, // `require` and `exports` are no module's here,
  2529, // nor is `Promise`.
]);

/** A name that nobody declares; 2552 knows one that is like it. */
export const UNKNOWN_NAME: ReadonlySet<number> = new Set([2304, 2552, 18004]);

/** A name of Node's where its types are not, as in a cell for the page. */
const NODES_NAME = new Set([2580, 2591]);

/** What is wrong in a JavaScript cell, types aside: a constant assigned to, a name declared twice. */
const JAVASCRIPT = new Set([2588, 2451]);

export function problemsOf(
  ts: TypeScript,
  file: LooseFile,
  diagnostics: readonly ts.Diagnostic[],
  kind: Problem["kind"],
  alone = false,
): Problem[] {
  const javascript = file.fileName.endsWith(".js");
  return diagnostics
    .filter(({ category, code, start, messageText }) => {
      if (category !== ts.DiagnosticCategory.Error || ACCEPTED.has(code)) return false;
      if (javascript && kind === "type" && !JAVASCRIPT.has(code)) return false;
      if (!alone && UNKNOWN_NAME.has(code) && isLateName(ts, file, start ?? 0, messageText)) return false;
      return kind === "syntax" || !isIgnored(file, start ?? 0);
    })
    .map(({ code, messageText, start = 0, length = 0 }) => ({
      kind,
      code,
      message: inOwnWords(file, start, code, ts.flattenDiagnosticMessageText(messageText, "\n")),
      start,
      length,
    }));
}

/** `model2` may come later, though `model1` is like it; `consolle` is a slip of the pen. */
function isLateName(
  ts: TypeScript,
  file: LooseFile,
  start: number,
  message: string | ts.DiagnosticMessageChain,
): boolean {
  const [, similar] = /Did you mean '(.*)'\?$/.exec(ts.flattenDiagnosticMessageText(message, "")) ?? [];
  if (similar !== undefined && similar in globalThis) return false;
  const node = ts.getTokenAtPosition(file, start);
  return ts.isIdentifier(node) && !ts.findAncestor(node, ts.isTypeNode) && isLate(ts, node);
}

/** Whether a comment on the line before, or at the start of the cell, tells the checker to look away, as in TypeScript. */
function isIgnored({ text }: LooseFile, start: number): boolean {
  if (/^\s*\/\/\s*@ts-nocheck\b/.test(text)) return true;
  const before = text.slice(0, text.lastIndexOf("\n", start - 1) + 1).trimEnd();
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return /^\s*(\/\/|\/\*)\s*@ts-(ignore|expect-error)\b/.test(line);
}

/** TypeScript names the file that an import led to; the cell's author wrote another name. */
function inOwnWords({ imports }: LooseFile, start: number, code: number, message: string): string {
  if (NODES_NAME.has(code)) {
    const name = message.replace(/\. Do you need[\s\S]*/, "");
    return `${name}: it is Node's, and this cell is for the page (@browser)`;
  }
  const specifier = imports.find(({ end }) => end > start);
  return specifier ? message.replace(/^Module '"[^"]+"'/, `Module "${specifier.text}"`) : message;
}

/** TypeScript in a JavaScript cell, which the parser takes and Node would not. */
export function typeSyntaxIn(ts: TypeScript, file: LooseFile): Problem[] {
  const problems: Problem[] = [];
  const visit = (node: ts.Node): void => {
    const named = ts.isExpressionWithTypeArguments(node) && !node.typeArguments;
    const declares =
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isEnumDeclaration(node) ||
      ts.isModuleDeclaration(node);
    if (declares || (ts.isTypeNode(node) && !named) || ts.isNonNullExpression(node)) {
      const start = node.getStart(file);
      const message = "Types are TypeScript's: a JavaScript cell cannot have them";
      problems.push({ kind: "syntax", code: 0, message, start, length: node.end - start });
    } else ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return problems;
}
