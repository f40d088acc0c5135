// Which loops at a cell's top level may run on local copies of the session's names. A name of the session is a
// property, and a loop that counts in one is five times as slow as in a local variable. Only code that cannot
// notice the difference is taken: numbers, strings and arrays, and no function but those of Math.
import type ts from "typescript";
import type { View } from "./checks.ts";
import type { TypeScript } from "./internals.ts";
import { isLocal, isReference, isWritten } from "./scope.ts";

export interface QuickLoop {
  /** Names of the session that it uses. */
  readonly names: ReadonlySet<string>;
  /** Those of them that it changes. */
  readonly written: ReadonlySet<string>;
  /** Those of the changed that are numbers and nothing else. */
  readonly numbers: ReadonlySet<string>;
}

export type QuickLoops = ReadonlyMap<ts.Node, QuickLoop>;

const TYPED_ARRAY = /^(?:Big)?(?:Uint|Int|Float)(?:8|16|32|64)(?:Clamped)?Array$/;

export function isLoop(ts: TypeScript, node: ts.Node): node is ts.IterationStatement {
  return ts.isIterationStatement(node, false);
}

/** The loops, or the labels before them, with the names that they use. */
export function quickLoops(
  ts: TypeScript,
  { types, file }: View,
  isOurs: (name: string) => boolean,
): QuickLoops {
  const found = new Map<ts.Node, QuickLoop>();
  const look = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
    if (ts.isExpression(node)) return;
    if (isLoop(ts, node) || (ts.isLabeledStatement(node) && ts.isIterationStatement(node.statement, true))) {
      const loop = new Candidate(ts, types, isOurs);
      if (loop.statement(node) && loop.names.size > 0) {
        found.set(node, loop);
        return;
      }
    }
    ts.forEachChild(node, look);
  };
  look(file);
  return found;
}

class Candidate implements QuickLoop {
  readonly names: Set<string> = new Set();
  readonly written: Set<string> = new Set();
  readonly numbers: Set<string> = new Set();
  readonly #ts: TypeScript;
  readonly #types: ts.TypeChecker;
  readonly #isOurs: (name: string) => boolean;

  constructor(ts: TypeScript, types: ts.TypeChecker, isOurs: (name: string) => boolean) {
    this.#ts = ts;
    this.#types = types;
    this.#isOurs = isOurs;
  }

  statement = (node: ts.Statement): boolean => {
    const ts = this.#ts;
    if (ts.isBlock(node)) return node.statements.every(this.statement);
    if (ts.isExpressionStatement(node)) return this.#expression(node.expression);
    if (ts.isVariableStatement(node)) return this.#declarations(node.declarationList);
    if (ts.isIfStatement(node)) {
      const { expression, thenStatement, elseStatement } = node;
      return (
        this.#all(expression) &&
        this.statement(thenStatement) &&
        (!elseStatement || this.statement(elseStatement))
      );
    }
    if (ts.isForStatement(node)) {
      const { initializer, condition, incrementor, statement } = node;
      const begun =
        !initializer ||
        (ts.isVariableDeclarationList(initializer)
          ? this.#declarations(initializer)
          : this.#expression(initializer));
      return begun && this.#all(condition, incrementor) && this.statement(statement);
    }
    if (ts.isWhileStatement(node) || ts.isDoStatement(node)) {
      return this.#all(node.expression) && this.statement(node.statement);
    }
    if (ts.isForOfStatement(node)) {
      const { awaitModifier, initializer, expression, statement } = node;
      if (awaitModifier || !ts.isVariableDeclarationList(initializer)) return false;
      return this.#declarations(initializer) && this.#array(expression) && this.statement(statement);
    }
    if (ts.isLabeledStatement(node)) return this.statement(node.statement);
    return ts.isBreakOrContinueStatement(node) || ts.isEmptyStatement(node);
  };

  #declarations({ declarations, flags }: ts.VariableDeclarationList): boolean {
    const { Using, AwaitUsing, BlockScoped } = this.#ts.NodeFlags;
    const kind = flags & BlockScoped;
    if (kind === Using || kind === AwaitUsing) return false;
    return declarations.every(({ name, initializer }) => {
      if (!this.#ts.isIdentifier(name) || !this.#isPrimitive(name)) return false;
      // That of a `var` here is a name of the session.
      if (kind === 0) this.#note(name, true);
      return this.#all(initializer);
    });
  }

  #all(...expressions: readonly (ts.Expression | undefined)[]): boolean {
    return expressions.every((expression) => !expression || this.#expression(expression));
  }

  #expression(node: ts.Expression): boolean {
    const ts = this.#ts;
    if (ts.isIdentifier(node)) return this.#name(node) && this.#isPrimitive(node);
    if (ts.isLiteralExpression(node)) return !ts.isRegularExpressionLiteral(node);
    if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return true;
    if (node.kind === ts.SyntaxKind.NullKeyword) return true;
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node)) {
      return this.#expression(node.expression);
    }
    if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      if (kind === ts.SyntaxKind.InKeyword || kind === ts.SyntaxKind.InstanceOfKeyword) return false;
      return this.#all(node.left, node.right);
    }
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node))
      return this.#expression(node.operand);
    if (ts.isConditionalExpression(node)) return this.#all(node.condition, node.whenTrue, node.whenFalse);
    if (ts.isElementAccessExpression(node)) return this.#element(node) && this.#isPrimitive(node);
    if (ts.isPropertyAccessExpression(node)) {
      if (this.#isMath(node.expression)) return this.#isPrimitive(node);
      return (
        node.name.text === "length" && (this.#array(node.expression) || this.#expression(node.expression))
      );
    }
    if (ts.isCallExpression(node)) {
      const { expression, arguments: given } = node;
      return (
        ts.isPropertyAccessExpression(expression) &&
        this.#isMath(expression.expression) &&
        this.#all(...given)
      );
    }
    return false;
  }

  /** An array, or an array within one. */
  #array(node: ts.Expression): boolean {
    const ts = this.#ts;
    if (!this.#isArray(this.#types.getTypeAtLocation(node))) return false;
    return ts.isIdentifier(node)
      ? this.#name(node)
      : ts.isElementAccessExpression(node) && this.#element(node);
  }

  #element({ expression, argumentExpression, questionDotToken }: ts.ElementAccessExpression): boolean {
    return !questionDotToken && this.#array(expression) && this.#expression(argumentExpression);
  }

  #isMath(node: ts.Expression): boolean {
    return (
      this.#ts.isIdentifier(node) && node.text === "Math" && !this.#isOurs("Math") && !isLocal(this.#ts, node)
    );
  }

  /** Notes a name of the session. What is imported is another's to change. */
  #name(node: ts.Identifier): boolean {
    const ts = this.#ts;
    if (!isReference(ts, node) || isLocal(ts, node) || !this.#isOurs(node.text)) return true;
    const symbol = this.#types.getSymbolAtLocation(node);
    if (!symbol || symbol.flags & ts.SymbolFlags.Alias) return false;
    this.#note(node, isWritten(ts, node));
    return true;
  }

  #note(name: ts.Identifier, written: boolean): void {
    const { text } = name;
    this.names.add(text);
    if (!written) return;
    this.written.add(text);
    const symbol = this.#types.getSymbolAtLocation(name);
    const type = symbol && this.#types.getTypeOfSymbol(symbol);
    if (type && (type.flags & this.#ts.TypeFlags.NumberLike) !== 0) this.numbers.add(text);
  }

  #isPrimitive(node: ts.Node): boolean {
    const { NumberLike, StringLike, BooleanLike, BigIntLike, Null, Undefined } = this.#ts.TypeFlags;
    const primitive = NumberLike | StringLike | BooleanLike | BigIntLike | Null | Undefined;
    const type = this.#types.getTypeAtLocation(node);
    const parts = type.isUnion() ? type.types : [type];
    return parts.every(({ flags }) => (flags & primitive) !== 0);
  }

  #isArray(type: ts.Type): boolean {
    return this.#types.isArrayType(type) || TYPED_ARRAY.test(type.getSymbol()?.name ?? "");
  }
}
