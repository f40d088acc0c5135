// Whose name is it? TypeScript's binder has noted what each node declares, so a reference belongs to the
// session unless a node between it and the cell's top level declares its name as a value.
import type ts from "typescript";
import type { Bound, LooseFile, TypeScript } from "./internals.ts";

/** Whether a function, class, block, … inside the cell declares the value that `name` refers to. */
export function isLocal(ts: TypeScript, name: ts.Identifier): boolean {
  for (let node: Bound = name.parent; node && !ts.isSourceFile(node); node = node.parent) {
    const found = node.locals?.get(name.escapedText);
    if (found && found.flags & (ts.SymbolFlags.Value | ts.SymbolFlags.Alias)) return true;
    if (ts.isFunctionExpression(node) || ts.isClassLike(node)) {
      if (node.name?.escapedText === name.escapedText) return true;
    }
    if (ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node)) {
      if ((node as Bound).symbol?.exports?.has(name.escapedText)) return true;
      if (node.name.text === name.text) return true;
    }
  }
  return false;
}

/** Whether an identifier stands for a value, and is not a property's, a label's or a type's name. */
export function isReference(ts: TypeScript, node: ts.Identifier): boolean {
  const { parent } = node;
  if (
    ts.isPropertyAccessExpression(parent) ||
    ts.isMetaProperty(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isGetAccessor(parent) ||
    ts.isSetAccessor(parent) ||
    ts.isEnumMember(parent) ||
    ts.isJsxAttribute(parent)
  ) {
    return parent.name !== node;
  }
  if (
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isFunctionLike(parent) ||
    ts.isClassLike(parent) ||
    ts.isEnumDeclaration(parent) ||
    ts.isModuleDeclaration(parent)
  ) {
    return parent.name !== node;
  }
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  return !(
    ts.isLabeledStatement(parent) ||
    ts.isBreakOrContinueStatement(parent) ||
    ts.isQualifiedName(parent)
  );
}

/** Names that are there without anybody's declaring them. */
const EVERYWHERE = new Set([
  "require",
  "display",
  "progress",
  "input",
  "prompt",
  "arguments",
  "__dirname",
  "__filename",
]);

/** Whether a function refers to a name that nothing declares yet: a later cell may, before the function is called. */
export function isLate(ts: TypeScript, node: ts.Identifier): boolean {
  if (node.text in globalThis || EVERYWHERE.has(node.text)) return false;
  if (!isReference(ts, node) || isLocal(ts, node) || isJsxTag(ts, node.parent)) return false;
  return isDeferred(ts, node) && !isPattern(ts, node.parent);
}

/** Whether code runs at a later time than the cell does. */
export function isDeferred(ts: TypeScript, node: ts.Node): boolean {
  return !!ts.findAncestor(
    node,
    (n) =>
      ts.isFunctionLike(n) || (ts.isPropertyDeclaration(n) && !hasModifier(n, ts.SyntaxKind.StaticKeyword)),
  );
}

/** Part of a literal that may be the target of a destructuring assignment. */
function isPattern(ts: TypeScript, parent: ts.Node): boolean {
  const literal = ts.isArrayLiteralExpression(parent)
    ? parent
    : ts.isPropertyAssignment(parent) || ts.isSpreadElement(parent)
      ? parent.parent
      : undefined;
  const outer = literal?.parent;
  return (
    !!outer &&
    ((ts.isBinaryExpression(outer) && outer.left === literal) ||
      (ts.isForOfStatement(outer) && outer.initializer === literal))
  );
}

/** Whether a name is assigned to. */
export function isWritten(ts: TypeScript, node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && parent.left === node) {
    const { kind } = parent.operatorToken;
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
  }
  return (
    (ts.isPrefixUnaryExpression(parent) &&
      (parent.operator === ts.SyntaxKind.PlusPlusToken ||
        parent.operator === ts.SyntaxKind.MinusMinusToken)) ||
    ts.isPostfixUnaryExpression(parent)
  );
}

export function isJsxTag(ts: TypeScript, node: ts.Node): boolean {
  return ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxClosingElement(node);
}

/** Whether a `var` here belongs to the session: no function or static block is around it. */
export function isAtTopLevel(ts: TypeScript, list: ts.VariableDeclarationList): boolean {
  const blockScoped = (list.flags & ts.NodeFlags.BlockScoped) !== 0;
  if (blockScoped) return ts.isVariableStatement(list.parent) && ts.isSourceFile(list.parent.parent);
  for (let node: ts.Node = list.parent; !ts.isSourceFile(node); node = node.parent) {
    if (
      ts.isFunctionLike(node) ||
      ts.isClassStaticBlockDeclaration(node) ||
      ts.isModuleDeclaration(node) ||
      ts.isPropertyDeclaration(node)
    ) {
      return false;
    }
  }
  return true;
}

/** Whether a declaration has a modifier such as `declare`. */
export function hasModifier(node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return node.modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}

/** Whether a statement stands in a list of statements, where an empty one before it does no harm. */
export function isListed(ts: TypeScript, { parent }: ts.Statement): boolean {
  return (
    ts.isSourceFile(parent) ||
    ts.isBlock(parent) ||
    ts.isModuleBlock(parent) ||
    ts.isCaseOrDefaultClause(parent)
  );
}

/** Whether a block is the body of an async function. */
export function isAsyncBody(ts: TypeScript, { parent }: ts.Block): boolean {
  return (
    (ts.isFunctionDeclaration(parent) ||
      ts.isFunctionExpression(parent) ||
      ts.isArrowFunction(parent) ||
      ts.isMethodDeclaration(parent)) &&
    hasModifier(parent, ts.SyntaxKind.AsyncKeyword)
  );
}

/** The names of the values that a cell declares at its top level. */
export function valueNames(ts: TypeScript, file: Bound<LooseFile>): string[] {
  const names: string[] = [];
  const tables = [file.locals, file.symbol?.exports];
  for (const table of tables) {
    for (const [name, { flags, declarations }] of table ?? []) {
      const ambient = declarations?.every(
        (d) => (ts.getCombinedModifierFlags(d) & ts.ModifierFlags.Ambient) !== 0,
      );
      const value = ts.SymbolFlags.Value & ~ts.SymbolFlags.NamespaceModule;
      // In JavaScript, TypeScript takes `const fs = require("fs")` for an import.
      const required = declarations?.some((d) => ts.isVariableDeclaration(d) || ts.isBindingElement(d));
      if (!(flags & value || required) || ambient) continue;
      if (name !== "default") names.push(ts.unescapeLeadingUnderscores(name));
      for (const declaration of name === "default" ? (declarations ?? []) : []) {
        if (ts.isFunctionDeclaration(declaration) || ts.isClassDeclaration(declaration)) {
          if (declaration.name) names.push(declaration.name.text);
        }
      }
    }
  }
  return names;
}

/**
 * The names of the types that a cell declares at its top level. Undefined where it reaches beyond them: it imports, or
 * declares for all, or is JSX, which names its factory by no word; or it writes a name by its code points.
 */
export function typesAlone(ts: TypeScript, file: Bound<LooseFile>): readonly string[] | undefined {
  if (file.imports.length > 0 || file.languageVariant === ts.LanguageVariant.JSX) return undefined;
  if (/\b(?:import|require|declare|module|namespace)\b|\\u/.test(file.text)) return undefined;
  const names: string[] = [];
  for (const table of [file.locals, file.symbol?.exports]) {
    for (const [name, { flags }] of table ?? []) {
      if (flags & ts.SymbolFlags.Type) names.push(ts.unescapeLeadingUnderscores(name));
    }
  }
  return names;
}
