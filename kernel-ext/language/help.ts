// What can be written here, and what is this? Answered from the types alone; the user's code never runs.

import type ts from "typescript";
import type { CellChecker, Place, View } from "./checks.ts";
import { bringComments } from "./comments.ts";
import type { LooseFile, TypeScript } from "./internals.ts";
import type { CompleteRequest, Completions, Description, InspectRequest } from "./language.ts";
import { callAt, signatureText } from "./signature.ts";
import { specifierCompletions } from "./specifiers.ts";

export function completions(
  ts: TypeScript,
  checker: CellChecker,
  file: LooseFile,
  place: Place,
  { code, position }: CompleteRequest,
  isSession: (name: string) => boolean,
): Completions {
  const specifier = specifierCompletions(ts, place, code, position);
  if (specifier) return specifier;
  const prefix = /[\w$\u0080-\uffff]*$/.exec(code.slice(0, position))?.[0] ?? "";
  const start = position - prefix.length;
  const info = checker.completions(file, position);
  const matches = (info?.entries ?? [])
    .filter(
      ({ name, kind }) => kind !== "warning" && name.startsWith(prefix) && /^[\p{ID_Start}$_]/u.test(name),
    )
    .filter(({ name }) => !name.startsWith("__cell_"))
    .sort((a, b) => compare(a.sortText, b.sortText) || compare(a.name, b.name))
    .map(({ name, kind }) => ({ text: name, type: kind }));
  const path = matches.length === 0 ? untypedPath(ts, checker, file, start, isSession) : undefined;
  return { matches, start, end: position, ...(path && { untyped: { path, prefix } }) };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `["a", "b"]` where `a.b.` is before `start`, `a` a name of the session and the type of `a.b` any. */
function untypedPath(
  ts: TypeScript,
  checker: CellChecker,
  loose: LooseFile,
  start: number,
  isSession: (name: string) => boolean,
): string[] | undefined {
  const before = /\??\.\s*$/.exec(loose.text.slice(0, start));
  if (!before) return undefined;
  return checker.view(loose, ({ types, file }) => {
    const token = ts.getTokenAtPosition(file, before.index - 1);
    const path: string[] = [];
    let node: ts.Node = token;
    if (ts.isPropertyAccessExpression(token.parent) && token.parent.name === token) node = token.parent;
    if (!(types.getTypeAtLocation(node).flags & ts.TypeFlags.Any)) return undefined;
    while (ts.isPropertyAccessExpression(node)) {
      path.unshift(node.name.text);
      node = node.expression;
    }
    if (!ts.isIdentifier(node) || !isSession(node.text)) return undefined;
    return [node.text, ...path];
  });
}

export function description(
  ts: TypeScript,
  checker: CellChecker,
  loose: LooseFile,
  { position, detail = 0 }: InspectRequest,
): Description | undefined {
  return checker.view(loose, (view) => {
    const node = nameAt(ts, view.file, position);
    const named = node && ofName(ts, view, node, detail);
    const within = ofCall(ts, view, position);
    return named && within ? { ...named, within } : (named ?? within);
  });
}

/** The cursor is often just behind the name. */
function nameAt(ts: TypeScript, file: ts.SourceFile, position: number): ts.Node | undefined {
  for (const at of position > 0 ? [position, position - 1] : [position]) {
    const node = ts.getTokenAtPosition(file, at);
    const named = ts.isIdentifier(node) || ts.isPrivateIdentifier(node);
    if ((named || node.kind === ts.SyntaxKind.ThisKeyword) && node.getStart(file) <= position) return node;
  }
  return undefined;
}

function ofName(
  ts: TypeScript,
  { types, file }: View,
  node: ts.Node,
  detail: number,
): Description | undefined {
  const symbol = types.getSymbolAtLocation(node);
  if (!symbol) return undefined;
  const target = symbol.flags & ts.SymbolFlags.Alias ? types.getAliasedSymbol(symbol) : symbol;
  bringComments(ts, target.declarations);
  const type =
    target.flags & ts.SymbolFlags.Value
      ? types.getTypeOfSymbolAtLocation(target, node)
      : types.getDeclaredTypeOfSymbol(target);
  const source = detail > 0 ? declarationText(ts, target) : undefined;
  const flags = detail > 0 ? ts.TypeFormatFlags.NoTruncation : undefined;
  return {
    signature: `${node.getText(file)}: ${types.typeToString(type, node, flags)}`,
    documentation: [
      markdown(ts, target.getDocumentationComment(types), target.getJsDocTags(types)),
      source && `\`\`\`typescript\n${source}\n\`\`\``,
    ]
      .filter(Boolean)
      .join("\n\n"),
  };
}

function ofCall(ts: TypeScript, { types, file }: View, position: number): Description | undefined {
  const found = callAt(ts, file, position);
  if (!found) return undefined;
  const candidates: ts.Signature[] = [];
  const resolved = types.getResolvedSignature(found.call, candidates, found.argument + 1);
  const signature = resolved?.declaration ? resolved : (candidates[0] ?? resolved);
  if (!signature || (!signature.declaration && candidates.length === 0)) return undefined;
  if (signature.declaration) bringComments(ts, [signature.declaration]);
  const all = new Set(candidates.map(({ declaration }) => declaration));
  const { text, active, parameter } = signatureText(ts, types, found, signature);
  bringComments(ts, parameter?.declarations);
  const about = parameter && ts.displayPartsToString(parameter.getDocumentationComment(types));
  return {
    signature: text,
    ...(active && { active }),
    documentation: [
      about && `\`${parameter.name}\`: ${about}`,
      all.size > 1 && `_${overloadOf(all, signature)}_`,
      markdown(ts, signature.getDocumentationComment(types), signature.getJsDocTags()),
    ]
      .filter(Boolean)
      .join("\n\n"),
  };
}

function overloadOf(all: ReadonlySet<unknown>, { declaration }: ts.Signature): string {
  const number = [...all].indexOf(declaration) + 1;
  return number > 0 ? `Overload ${number} of ${all.size}` : `${all.size} overloads`;
}

function declarationText(ts: TypeScript, { declarations }: ts.Symbol): string | undefined {
  const first = declarations?.[0];
  if (!first || first.getSourceFile().isDeclarationFile) return undefined;
  const whole = ts.isVariableDeclaration(first) ? first.parent.parent : first;
  return whole.getText().slice(0, 4000);
}

/** A doc comment as Markdown: its text, then its tags. */
function markdown(ts: TypeScript, text: ts.SymbolDisplayPart[], tags: readonly ts.JSDocTagInfo[]): string {
  const lines = tags.map(({ name, text: parts }) => {
    const body = ts.displayPartsToString(parts).trim();
    if (name === "example" && !body.includes("```")) return `**Example**\n\`\`\`typescript\n${body}\n\`\`\``;
    if (name !== "param") return `**@${name}** ${body}`.trimEnd();
    const [, parameter, rest] = /^(\S+)\s*(?:-\s*)?([\s\S]*)$/.exec(body) ?? [];
    return `- \`${parameter}\`${rest ? `: ${rest}` : ""}`;
  });
  return [ts.displayPartsToString(text), lines.join("\n")].filter(Boolean).join("\n\n");
}
