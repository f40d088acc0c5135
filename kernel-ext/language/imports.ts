// A cell's static imports become dynamic ones whose names are bound on the session's object.
import type ts from "typescript";
import type { Handles, Surroundings } from "./handles.ts";
import type { TypeScript } from "./internals.ts";

/** The code that takes the place of an import, or undefined where `statement` is none. */
export function importEdits(
  ts: TypeScript,
  statement: ts.Statement,
  { names, kernel, run }: Handles,
  declare: (name: string) => void,
  { isType }: Surroundings,
): { readonly code: string } | undefined {
  if (ts.isImportEqualsDeclaration(statement)) {
    const { moduleReference, name, isTypeOnly } = statement;
    if (isTypeOnly) return { code: "" };
    declare(name.text);
    const value = ts.isExternalModuleReference(moduleReference)
      ? `require(${moduleReference.expression.getText()})`
      : moduleReference.getText();
    return { code: `;${names}.${name.text} = ${value};` };
  }
  if (ts.isExportDeclaration(statement)) {
    const { moduleSpecifier, isTypeOnly } = statement;
    if (!moduleSpecifier || isTypeOnly) return { code: "" };
    return { code: `;await ${kernel}.import(${moduleSpecifier.getText()});` };
  }
  if (!ts.isImportDeclaration(statement)) return undefined;
  const { importClause, moduleSpecifier, attributes } = statement;
  if (importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return { code: "" };
  const options = attributes ? `, {with: ${attributes.getText().replace(/^\w+\s*/, "")}}` : "";
  const module = `${kernel}.on(${run}, await ${kernel}.import(${moduleSpecifier.getText()}${options}))`;
  if (!importClause) return { code: `;${module};` };
  const bindings: [local: string, imported: string][] = [];
  if (importClause.name && !isType(importClause.name.text))
    bindings.push([importClause.name.text, "default"]);
  const named = importClause.namedBindings;
  if (named && ts.isNamespaceImport(named)) bindings.push([named.name.text, "*"]);
  if (named && ts.isNamedImports(named)) {
    for (const { isTypeOnly, name, propertyName } of named.elements) {
      if (!isTypeOnly && !isType(name.text)) bindings.push([name.text, (propertyName ?? name).text]);
    }
  }
  // As in TypeScript: an import of types alone does not happen.
  const empty = !importClause.name && named && ts.isNamedImports(named) && named.elements.length === 0;
  if (bindings.length === 0 && !empty) return { code: "" };
  for (const [local] of bindings) declare(local);
  return { code: `;${kernel}.bind(${module}, ${JSON.stringify(bindings)});` };
}
