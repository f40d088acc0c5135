// Which call is the cursor in, and what does it expect?
import type ts from "typescript";
import type { TypeScript } from "./internals.ts";

type Call = ts.CallExpression | ts.NewExpression;

export interface CallPlace {
  readonly call: Call;
  /** The number of the argument that the cursor is at. */
  readonly argument: number;
}

/** The innermost call whose parentheses `position` is in, and the number of the argument there. */
export function callAt(ts: TypeScript, file: ts.SourceFile, position: number): CallPlace | undefined {
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
  // Behind an argument is still its place, until a comma ends it.
  const before = (found.arguments ?? []).filter(({ end }) => commaIn(file.text.slice(end, position))).length;
  return { call: found, argument: before };
}

/** Whether a comma comes next; comments may stand before it. */
function commaIn(text: string): boolean {
  return /^(?:\s|\/\*[\s\S]*?\*\/|\/\/.*)*,/.test(text);
}

function openingOf(file: ts.SourceFile, { expression, arguments: given, typeArguments }: Call): number {
  const from = typeArguments?.end ?? expression.end;
  return file.text.lastIndexOf("(", given?.pos ?? from) < from ? from : (given?.pos ?? from) - 1;
}

export interface CallText {
  readonly text: string;
  /** Where the parameter stands that the cursor is at. */
  readonly active?: readonly [start: number, end: number];
  readonly parameter?: ts.Symbol;
}

/** `add(a: number, b?: number): number`, and which of it is to be written next. */
export function signatureText(
  ts: TypeScript,
  types: ts.TypeChecker,
  { call, argument }: CallPlace,
  signature: ts.Signature,
): CallText {
  const { expression } = call;
  const made = ts.isNewExpression(call) ? "new " : "";
  const written = ts.isPropertyAccessExpression(expression)
    ? expression.name.getText()
    : expression.getText();
  const name = `${made}${written.slice(0, 80)}`;
  const whole = types.signatureToString(signature, call);
  const { parameters } = signature;
  const last = parameters.length - 1;
  const rest = last >= 0 && isRest(parameters[last]);
  const at = rest ? Math.min(argument, last) : argument;
  const parameter = parameters[at];
  const active = parameter && partOf(whole, at);
  if (!active) return { text: name + whole };
  return { text: name + whole, active: [name.length + active[0], name.length + active[1]], parameter };
}

function isRest(parameter: ts.Symbol | undefined): boolean {
  const declaration = parameter?.valueDeclaration;
  return !!declaration && "dotDotDotToken" in declaration && declaration.dotDotDotToken !== undefined;
}

/** Where the `wanted`th of a signature's parameters stands in its text. */
function partOf(signature: string, wanted: number): readonly [number, number] | undefined {
  // What is before the parentheses is the type parameters.
  let at = signature.startsWith("<") ? closing(signature, 0) + 1 : 0;
  if (signature[at] !== "(") return undefined;
  let start = ++at;
  for (let number = 0; at < signature.length; at++) {
    const character = signature[at] ?? "";
    const ends = character === "," || character === ")";
    if (ends && number === wanted) return at > start ? [start, at] : undefined;
    if (character === ")") return undefined;
    if (character === ",") {
      number++;
      start = at + 2;
    } else if (/[([{<"'`]/.test(character)) at = closing(signature, at);
  }
  return undefined;
}

const PAIRS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };

/** Where what opens at `from` closes; the arrow of a function type closes nothing. */
function closing(text: string, from: number): number {
  const end = PAIRS[text[from] ?? ""];
  for (let at = from + 1; at < text.length; at++) {
    const character = text[at] ?? "";
    if (end === undefined) {
      if (character === "\\") at++;
      else if (character === text[from]) return at;
    } else if (character === end && !(end === ">" && text[at - 1] === "=")) return at;
    else if (/[([{<"'`]/.test(character)) at = closing(text, at);
  }
  return text.length;
}
