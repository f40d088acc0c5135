// Makes a cell's top-level names live on the session's object, here called `$`: declarations become
// assignments, references become property reads. So later cells see each other's changes, anything may
// be declared again, and what was declared before an error stays. `$k` is the kernel's side of the cell.
import type ts from "typescript";
import { type Edit, inOrder } from "./edits.ts";
import type { Handles, Rewritten, Surroundings } from "./handles.ts";
import { importEdits } from "./imports.ts";
import type { LooseFile, TypeScript } from "./internals.ts";
import { isLoop, type QuickLoop } from "./loops.ts";
import {
  hasModifier,
  isAsyncBody,
  isAtTopLevel,
  isJsxTag,
  isLate,
  isListed,
  isLocal,
  isReference,
  isWritten,
  valueNames,
} from "./scope.ts";

export class Rewriter {
  readonly #ts: TypeScript;
  readonly #file: LooseFile;
  readonly #surroundings: Surroundings;
  readonly #handles: Handles;
  readonly #edits: Edit[] = [];
  readonly #hoisted: string[] = [];
  readonly #names: Set<string>;
  /** The loop around, where it runs on copies of names. */
  #loop: QuickLoop | undefined;

  /** `file` is bound; `surroundings` tell what its text does not. */
  constructor(ts: TypeScript, file: LooseFile, surroundings: Surroundings, handles: Handles) {
    this.#ts = ts;
    this.#file = file;
    this.#surroundings = surroundings;
    this.#handles = handles;
    this.#names = new Set(valueNames(ts, file));
  }

  rewrite(): Rewritten {
    const { statements } = this.#file;
    const last = statements.at(-1);
    let early = true;
    for (const statement of statements) {
      const importing = importEdits(
        this.#ts,
        statement,
        this.#handles,
        (name) => this.#names.add(name),
        this.#surroundings,
      );
      if (importing) {
        this.#replace(statement.getStart(this.#file), statement.end, early ? importing.code : "");
        if (!early) this.#hoisted.push(importing.code);
        continue;
      }
      early &&= this.#ts.isInterfaceDeclaration(statement) || this.#ts.isTypeAliasDeclaration(statement);
      if (statement === last && this.#isShown(statement)) this.#show(statement as ts.ExpressionStatement);
      else this.#visit(statement);
    }
    return { edits: inOrder(this.#edits), prologue: this.#hoisted.join(""), names: [...this.#names] };
  }

  /** The value of a last expression is shown, unless a semicolon follows it. */
  #isShown(statement: ts.Statement): boolean {
    return this.#ts.isExpressionStatement(statement) && this.#file.text[statement.end - 1] !== ";";
  }

  #show({ expression }: ts.ExpressionStatement): void {
    this.#insert(expression.getStart(this.#file), `;${this.#handles.kernel}.result = (`);
    this.#visit(expression);
    this.#insert(expression.end, ")");
  }

  #visit(node: ts.Node): void {
    const ts = this.#ts;
    if (ts.isIdentifier(node)) {
      this.#reference(node);
      return;
    }
    if (ts.isVariableStatement(node)) {
      if (hasModifier(node, ts.SyntaxKind.DeclareKeyword)) return;
      if (this.#isSession(node.declarationList)) {
        this.#declare(node.declarationList, node.getStart(this.#file), isListed(ts, node) ? ";" : "");
        return;
      }
    }
    if (ts.isVariableDeclarationList(node) && this.#isSession(node)) {
      this.#declare(node, node.getStart(this.#file), "");
      return;
    }
    if (ts.isExpressionWithTypeArguments(node)) {
      this.#visit(node.expression);
      return;
    }
    if (ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ImplementsKeyword) return;
    if (ts.isTypeNode(node) || ts.isTypeParameterDeclaration(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isExpressionStatement(node) && isListed(ts, node)) {
      // Rewritten calls begin with a parenthesis, which would continue an unfinished line before it.
      this.#insert(node.getStart(this.#file), ";");
    }
    if (ts.isSourceFile(node.parent)) this.#topLevel(node);
    const quick = this.#loop ? undefined : this.#surroundings.loops.get(node);
    if (quick) {
      this.#quicken(node, quick);
      return;
    }
    if (this.#loop && isLoop(ts, node)) this.#keepInStep(node.statement);
    if (ts.isShorthandPropertyAssignment(node)) {
      this.#shorthand(node);
      return;
    }
    if (ts.isAwaitExpression(node) && this.#mayStop(node)) {
      this.#awaiting(node);
      return;
    }
    if (ts.isForOfStatement(node) && node.awaitModifier && this.#mayStop(node)) {
      this.#forAwait(node);
      return;
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      this.#replace(
        node.expression.getStart(this.#file),
        node.expression.end,
        `${this.#handles.kernel}.import`,
      );
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      this.#replace(node.getStart(this.#file), node.end, `${this.#handles.kernel}.meta`);
      return;
    }
    if (ts.isBlock(node) && isAsyncBody(ts, node)) {
      this.#insert(
        node.getStart(this.#file) + 1,
        `const ${this.#handles.run}=${this.#handles.kernel}.enter();`,
      );
    }
    ts.forEachChild(node, (child) => this.#visit(child));
  }

  /** Declarations that stay as they are, and are then also put on the names object. */
  #topLevel(node: ts.Node): void {
    const ts = this.#ts;
    const { names } = this.#handles;
    if (ts.isExportAssignment(node)) {
      this.#replace(node.getStart(this.#file), node.expression.getStart(this.#file), `;${names}.default = `);
      return;
    }
    if (
      !(
        ts.isFunctionDeclaration(node) ||
        ts.isClassDeclaration(node) ||
        ts.isEnumDeclaration(node) ||
        ts.isModuleDeclaration(node) ||
        ts.isVariableStatement(node)
      )
    ) {
      return;
    }
    const { modifiers = [] } = node;
    if (
      !("name" in node && node.name) &&
      modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
    ) {
      const from = modifiers.find(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? node;
      const to = modifiers.find(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? node;
      this.#replace(from.getStart(this.#file), to.end, `;${names}.default =`);
      this.#insert(node.end, ";");
      return;
    }
    for (const modifier of modifiers) {
      if (modifier.kind === ts.SyntaxKind.ExportKeyword || modifier.kind === ts.SyntaxKind.DefaultKeyword) {
        this.#replace(modifier.getStart(this.#file), modifier.end, "");
      }
    }
    if (hasModifier(node, ts.SyntaxKind.DeclareKeyword)) return;
    if (ts.isVariableStatement(node)) {
      // Only `using` comes here: it stays a declaration, so that the cell's end disposes it.
      for (const { name } of node.declarationList.declarations) {
        if (ts.isIdentifier(name)) this.#insert(node.end, `;${names}.${name.text}=${name.text};`);
      }
      return;
    }
    if (!node.name || !this.#names.has(node.name.text)) return;
    const assignment = `;${names}.${node.name.text}=${node.name.text};`;
    if (!ts.isFunctionDeclaration(node)) this.#insert(node.end, assignment);
    else if (node.body) this.#hoisted.push(assignment);
  }

  #isSession(list: ts.VariableDeclarationList): boolean {
    const kind = list.flags & this.#ts.NodeFlags.BlockScoped;
    if (kind === this.#ts.NodeFlags.Using || kind === this.#ts.NodeFlags.AwaitUsing) return false;
    return isAtTopLevel(this.#ts, list);
  }

  #declare(list: ts.VariableDeclarationList, start: number, opening: string): void {
    const ts = this.#ts;
    const first = list.declarations[0];
    if (!first) return;
    const loop = ts.isForInStatement(list.parent) || ts.isForOfStatement(list.parent);
    this.#replace(start, first.getStart(this.#file), opening);
    for (const { name, initializer, end } of list.declarations) {
      const at = name.getStart(this.#file);
      if (!ts.isIdentifier(name)) {
        if (!loop) this.#insert(at, "(");
        this.#pattern(name);
        if (initializer) {
          this.#replace(name.end, initializer.getStart(this.#file), " = ");
          this.#visit(initializer);
        }
        if (!loop) this.#insert(end, ")");
        continue;
      }
      const target = this.#name(name.text);
      if (initializer) this.#assign(name, target, initializer);
      else if (loop) this.#replace(at, end, target);
      else
        this.#replace(
          at,
          end,
          list.flags & ts.NodeFlags.Let ? `${target} = undefined` : `${target} = ${target}`,
        );
    }
  }

  /** `f = () => {}` names its function `f`; a property does not, so the name is given by a literal. */
  #assign(name: ts.Identifier, target: string, initializer: ts.Expression): void {
    const ts = this.#ts;
    const anonymous =
      ts.isArrowFunction(initializer) ||
      ((ts.isFunctionExpression(initializer) || ts.isClassExpression(initializer)) && !initializer.name);
    const named = anonymous && name.text !== "__proto__";
    this.#replace(
      name.getStart(this.#file),
      initializer.getStart(this.#file),
      `${target} = ${named ? `{${name.text}: ` : ""}`,
    );
    this.#visit(initializer);
    if (named) this.#insert(initializer.end, `}.${name.text}`);
  }

  /** A binding pattern becomes an assignment pattern. */
  #pattern(pattern: ts.BindingPattern): void {
    const ts = this.#ts;
    for (const element of pattern.elements) {
      if (ts.isOmittedExpression(element)) continue;
      const { name, propertyName, dotDotDotToken, initializer } = element;
      if (propertyName && ts.isComputedPropertyName(propertyName)) this.#visit(propertyName.expression);
      if (ts.isIdentifier(name)) {
        const key =
          ts.isObjectBindingPattern(pattern) && !propertyName && !dotDotDotToken ? `${name.text}: ` : "";
        this.#replace(name.getStart(this.#file), name.end, key + this.#name(name.text));
      } else {
        this.#pattern(name);
      }
      if (initializer) this.#visit(initializer);
    }
  }

  #reference(node: ts.Identifier): void {
    const ts = this.#ts;
    const { parent } = node;
    if (isJsxTag(ts, parent) && /^[a-z]/.test(node.text)) return;
    if (!this.#isOurs(node)) {
      if (isLate(ts, node)) this.#replace(node.getStart(this.#file), node.end, this.#late(node));
      return;
    }
    const called =
      (ts.isCallExpression(parent) && parent.expression === node) ||
      (ts.isTaggedTemplateExpression(parent) && parent.tag === node);
    const name = this.#name(node.text);
    // `$.f()` would make `$` the function's `this`; a decorator's grammar has no room for the comma.
    const text = called && !ts.isDecorator(parent.parent) ? `(0,${name})` : name;
    this.#replace(node.getStart(this.#file), node.end, text);
  }

  #shorthand(node: ts.ShorthandPropertyAssignment): void {
    if (this.#isOurs(node.name)) this.#insert(node.name.end, `: ${this.#name(node.name.text)}`);
    else if (isLate(this.#ts, node.name)) this.#insert(node.name.end, `: ${this.#late(node.name)}`);
    if (node.objectAssignmentInitializer) this.#visit(node.objectAssignmentInitializer);
  }

  #isOurs(node: ts.Identifier): boolean {
    if (!this.#names.has(node.text) && !this.#surroundings.isKnown(node.text)) return false;
    return isReference(this.#ts, node) && !isLocal(this.#ts, node);
  }

  /** Whether an await here can end an interrupted run: it is in the cell itself or in an async body. */
  #mayStop(node: ts.Node): boolean {
    const ts = this.#ts;
    const around = ts.findAncestor(node.parent, (n) => ts.isFunctionLike(n) || ts.isParameter(n));
    return (
      !around || (ts.isFunctionLike(around) && "body" in around && !!around.body && ts.isBlock(around.body))
    );
  }

  #awaiting(node: ts.AwaitExpression): void {
    const { kernel, run } = this.#handles;
    this.#insert(node.getStart(this.#file), `${kernel}.on(${run}, `);
    this.#visit(node.expression);
    this.#insert(node.end, ")");
  }

  #forAwait(node: ts.ForOfStatement): void {
    const { kernel, run } = this.#handles;
    this.#visit(node.initializer);
    this.#visit(node.expression);
    this.#insert(node.statement.getStart(this.#file), `{${kernel}.on(${run});`);
    this.#visit(node.statement);
    this.#insert(node.statement.end, "}");
  }

  /**
   * A loop on copies. They are put back at its end, however that comes. As an interrupt lets no code run, they are
   * also kept on the way, numbers in a box: to store one in a property would make it an object, three times as slow.
   */
  #quicken(node: ts.Node, loop: QuickLoop): void {
    this.#loop = loop;
    const { names, kernel, rounds, box } = this.#handles;
    const copies = [...loop.names].map((name) => `${this.#name(name)}=${names}.${name}`);
    const boxed = JSON.stringify([...loop.numbers]);
    this.#insert(
      node.getStart(this.#file),
      `{let ${copies.join()},${rounds}=0;const ${box}=${kernel}.box(${boxed});try{`,
    );
    if (isLoop(this.#ts, node)) this.#keepInStep(node.statement);
    this.#ts.forEachChild(node, (child) => this.#visit(child));
    this.#insert(node.end, `}finally{${this.#putBack(loop.written)}${kernel}.unbox();}}`);
    this.#loop = undefined;
  }

  #keepInStep(body: ts.Statement): void {
    if (!this.#loop || this.#loop.written.size === 0) return;
    const { numbers, written } = this.#loop;
    const { rounds, box } = this.#handles;
    const kept = [...numbers].map((name, n) => `${box}[${n}]=${this.#name(name)};`).join("");
    const others = this.#putBack([...written].filter((name) => !numbers.has(name)));
    const step = `if(!(++${rounds}&65535)){${kept}${box}[${numbers.size}]=1;${others}}`;
    if (this.#ts.isBlock(body)) {
      this.#insert(body.getStart(this.#file) + 1, step);
    } else {
      this.#insert(body.getStart(this.#file), `{${step}`);
      this.#insert(body.end, "}");
    }
  }

  #putBack(written: Iterable<string>): string {
    return [...written].map((name) => `${this.#handles.names}.${name}=${this.#name(name)};`).join("");
  }

  /** A name that a later cell may declare: looked up when it is needed. */
  #late(node: ts.Identifier): string {
    const { text, parent } = node;
    if (isWritten(this.#ts, node)) return this.#name(text);
    const otherwise = this.#ts.isTypeOfExpression(parent) ? `globalThis.${text}` : text;
    return `("${text}" in ${this.#handles.names}?${this.#name(text)}:${otherwise})`;
  }

  #name(name: string): string {
    return `${this.#handles.names}${this.#loop?.names.has(name) ? "_" : "."}${name}`;
  }

  #insert(at: number, text: string): void {
    this.#edits.push({ start: at, end: at, text });
  }

  #replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }
}
