// What a cell gives to others and takes from them: the names that it declares, that it needs, and that it assigns to.
// Whoever runs a few cells of a notebook, and not all, learns by this which.
import type ts from "typescript";
import type { Bound, LooseFile, TypeScript } from "./internals.ts";
import { isReference, isWritten } from "./scope.ts";

export interface Uses {
  /** Values and types at its top level. */
  readonly declares: ReadonlySet<string>;
  /** What it refers to and does not declare; global names are among them. */
  readonly needs: ReadonlySet<string>;
  /** Of these, what it gives another value. */
  readonly writes: ReadonlySet<string>;
}

export function usesOf(ts: TypeScript, file: Bound<LooseFile>): Uses {
  const declares = new Set<string>();
  for (const table of [file.locals, file.symbol?.exports])
    for (const name of table?.keys() ?? []) declares.add(ts.unescapeLeadingUnderscores(name));
  const needs = new Set<string>();
  const writes = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && refersOutside(ts, node) && !declares.has(node.text)) {
      needs.add(node.text);
      if (isWritten(ts, node)) writes.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { declares, needs, writes };
}

function refersOutside(ts: TypeScript, name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isQualifiedName(parent)) return parent.left === name && !isWithin(ts, name);
  if (!isReference(ts, name)) return false;
  const isName =
    (ts.isPropertySignature(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isTypeParameterDeclaration(parent) ||
      ts.isNamedTupleMember(parent) ||
      ts.isInterfaceDeclaration(parent) ||
      ts.isTypeAliasDeclaration(parent)) &&
    parent.name === name;
  return !isName && !ts.isImportSpecifier(parent) && !ts.isImportClause(parent) && !isWithin(ts, name);
}

/** Whether something inside the cell declares it, as a value or a type. */
function isWithin(ts: TypeScript, name: ts.Identifier): boolean {
  for (let node: Bound = name.parent; node && !ts.isSourceFile(node); node = node.parent) {
    if (node.locals?.has(name.escapedText)) return true;
    if (
      (ts.isFunctionExpression(node) || ts.isClassLike(node)) &&
      node.name?.escapedText === name.escapedText
    )
      return true;
  }
  return false;
}
