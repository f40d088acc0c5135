// How the functions that a cell declares or shows are called: their types are gone when they run.
import type ts from "typescript";
import type { View } from "./checks.ts";
import type { TypeScript } from "./internals.ts";

export interface Callables {
  readonly signatures?: Readonly<Record<string, string>>;
  readonly shown?: string;
}

/** The signatures of what a cell declares at its top level, and of the value that it ends with. */
export function callablesOf(ts: TypeScript, { types, file }: View): Callables {
  const signatures: Record<string, string> = {};
  const note = (name: ts.Identifier | undefined, declared: Declared, other = false): void => {
    if (!name) return;
    // Seen before, it has overloads, which only the checker knows whole.
    const written = other || name.text in signatures ? undefined : writtenSignature(ts, file, declared);
    const signature = written ?? signatureAt(types, name);
    if (signature) signatures[name.text] = signature;
  };
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
      note(statement.name, statement);
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer, type } of statement.declarationList.declarations) {
      if (!ts.isIdentifier(name) || !initializer || !isCallable(ts, initializer)) continue;
      note(name, initializer, type !== undefined);
    }
  }
  const last = file.statements.at(-1);
  const shown =
    last && ts.isExpressionStatement(last) && mayBeCallable(ts, last.expression)
      ? signatureAt(types, last.expression)
      : undefined;
  return {
    ...(Object.keys(signatures).length > 0 && { signatures }),
    ...(shown !== undefined && { shown }),
  };
}

type Declared =
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.ArrowFunction
  | ts.FunctionExpression
  | ts.ClassExpression;

/** A signature as its author wrote it: where that has all its types, the checker need not be asked, which takes longer. */
function writtenSignature(ts: TypeScript, file: ts.SourceFile, declared: Declared): string | undefined {
  if (ts.isClassLike(declared)) {
    const constructors = declared.members.filter(ts.isConstructorDeclaration);
    const [first] = constructors;
    if (!first) return declared.heritageClauses ? undefined : "()";
    return constructors.length === 1 ? parametersOf(ts, file, first.parameters) : undefined;
  }
  if (!declared.body || !declared.type) return undefined;
  const parameters = parametersOf(ts, file, declared.parameters);
  if (parameters === undefined) return undefined;
  const generic = declared.typeParameters?.map((one) => one.getText(file)).join(", ");
  return `${generic ? `<${generic}>` : ""}${parameters}: ${declared.type.getText(file)}`;
}

function parametersOf(
  ts: TypeScript,
  file: ts.SourceFile,
  parameters: readonly ts.ParameterDeclaration[],
): string | undefined {
  const texts: string[] = [];
  for (const { name, type, dotDotDotToken, questionToken, initializer } of parameters) {
    if (!type || !ts.isIdentifier(name)) return undefined;
    texts.push(
      `${dotDotDotToken ? "..." : ""}${name.text}${questionToken || initializer ? "?" : ""}: ${type.getText(file)}`,
    );
  }
  return `(${texts.join(", ")})`;
}

/** `(a: number, b?: number): number`, and how many other ways there are; undefined where nothing can be called. */
function signatureAt(types: ts.TypeChecker, node: ts.Expression): string | undefined {
  const type = types.getTypeAtLocation(node);
  const called = type.getCallSignatures();
  const made = called.length === 0 ? type.getConstructSignatures() : [];
  const [first, ...others] = called.length > 0 ? called : made;
  if (!first) return undefined;
  let text = types.signatureToString(first, node);
  if (made.length > 0) {
    // What a class makes, everybody knows.
    const end = `: ${types.typeToString(first.getReturnType(), node)}`;
    if (text.endsWith(end)) text = text.slice(0, -end.length);
  }
  return others.length > 0 ? `${text} // and ${overloads(others.length)}` : text;
}

export function overloads(count: number): string {
  return `${count} other ${count === 1 ? "overload" : "overloads"}`;
}

function isCallable(
  ts: TypeScript,
  node: ts.Expression,
): node is ts.ArrowFunction | ts.FunctionExpression | ts.ClassExpression {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isClassExpression(node);
}

/** Most cells end with what is plainly no function, and need not be asked. */
function mayBeCallable(ts: TypeScript, node: ts.Expression): boolean {
  return (
    ts.isIdentifier(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isAwaitExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    isCallable(ts, node)
  );
}
