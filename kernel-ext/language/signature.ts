// Which call is the cursor in, and what does it expect?
import type ts from "typescript";
import type { TypeScript } from "./internals.ts";

type Call = ts.CallExpression | ts.NewExpression;

/** The innermost call whose parentheses `position` is in, and the number of the argument there. */
export function callAt(
  ts: TypeScript,
  file: ts.SourceFile,
  position: number,
): { readonly call: Call; readonly argument: number } | undefined {
  let found: Call | undefined;
  const visit = (node: ts.Node): void => {
    if (position < node.pos || position > node.end) return;
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments) {
      const open = openingOf(file, node);
      const closed = file.text[node.end - 1] === ")";
      if (position > open && (closed ? position < node.end : position <= file.end)) found = node;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (!found) return undefined;
  const before = (found.arguments ?? []).filter(({ end }) => end < position).length;
  return { call: found, argument: before };
}

function openingOf(file: ts.SourceFile, { expression, arguments: given, typeArguments }: Call): number {
  const from = typeArguments?.end ?? expression.end;
  return file.text.lastIndexOf("(", given?.pos ?? from) < from ? from : (given?.pos ?? from) - 1;
}

export function signatureText(
  ts: TypeScript,
  types: ts.TypeChecker,
  call: Call,
  signature: ts.Signature,
): string {
  const { expression } = call;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name.getText() : expression.getText();
  const construct = ts.isNewExpression(call);
  return `${construct ? "new " : ""}${name.slice(0, 80)}${types.signatureToString(signature, call, undefined)}`;
}
