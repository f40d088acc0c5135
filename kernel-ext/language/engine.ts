// The language on the persistent checker. A failure of the checker costs the checks, never the cell.
import type { CellLanguage } from "../session/messages.ts";
import { Checker } from "./checker.ts";
import { completeness } from "./completeness.ts";
import { applyEdits } from "./edits.ts";
import type { LooseFile, TypeScript } from "./internals.ts";
import type {
  Completeness,
  Completions,
  Description,
  Prepared,
  PreparedCell,
  PrepareRequest,
  Problem,
} from "./language.ts";
import { problemsOf } from "./problems.ts";
import { chooseHandles, Rewriter } from "./rewrite.ts";
import { lower, needsLowering, stripTypes } from "./strip.ts";

interface Position {
  readonly code: string;
  readonly position: number;
}

export class Engine {
  readonly #ts: TypeScript;
  readonly #folder: string;
  readonly #language: CellLanguage;
  readonly #names = new Set<string>();
  readonly #accepted: string[] = [];
  #checker: Checker;

  constructor(ts: TypeScript, folder: string, language: CellLanguage) {
    this.#ts = ts;
    this.#folder = folder;
    this.#language = language;
    this.#checker = new Checker(ts, folder, language);
  }

  prepare({ code, expression = false, module = false, unchecked = false }: PrepareRequest): Prepared {
    const file = this.#checker.parse(code, module);
    const syntax = problemsOf(this.#ts, file, file.parseDiagnostics, "syntax");
    if (syntax.length > 0) return { problems: syntax };
    let warning: string | undefined;
    if (this.#language === "typescript" && !expression && !unchecked) {
      try {
        const problems = problemsOf(this.#ts, file, this.#checker.check(file), "type");
        if (problems.length > 0) return { problems };
      } catch (error) {
        warning = `The type checker failed, so this cell ran unchecked: ${String(error)}`;
        this.#restart();
      }
    }
    const result = this.#compile(file);
    if ("problems" in result) return result;
    if (!expression && !module)
      this.#accept(code, warning ? this.#checker.parse(code) : file, result.cell.names);
    return warning ? { ...result, warning } : result;
  }

  complete({ code, position }: Position): Completions {
    const file = this.#checker.parse(code);
    const prefix = /[\w$\u0080-\uffff]*$/.exec(code.slice(0, position))?.[0] ?? "";
    const start = position - prefix.length;
    const { host, options, program } = this.#checker;
    const languageHost = {
      ...host,
      getCompilationSettings: () => options,
      getPackageJsonAutoImportProvider: () => undefined,
    };
    const info = this.#checker.during(file, () =>
      this.#ts.Completions.getCompletionsAtPosition(
        languageHost,
        program,
        () => {},
        file,
        position,
        {},
        undefined,
      ),
    );
    const matches = (info?.entries ?? [])
      .filter(({ name }) => name.startsWith(prefix) && /^[\p{ID_Start}$_]/u.test(name))
      .map(({ name, kind }) => ({ text: name, type: kind }));
    return { matches, start, end: position };
  }

  inspect({ code, position }: Position): Description | undefined {
    const file = this.#checker.parse(code);
    return this.#checker.during(file, () => {
      const { types } = this.#checker;
      const ts = this.#ts;
      let node = ts.getTokenAtPosition(file, position);
      // The cursor is often just behind the name.
      if (!ts.isIdentifier(node) && position > 0) node = ts.getTokenAtPosition(file, position - 1);
      if (!ts.isIdentifier(node)) return undefined;
      const symbol = types.getSymbolAtLocation(node);
      if (!symbol) return undefined;
      const target = symbol.flags & ts.SymbolFlags.Alias ? types.getAliasedSymbol(symbol) : symbol;
      const type =
        target.flags & ts.SymbolFlags.Value
          ? types.getTypeOfSymbolAtLocation(target, node)
          : types.getDeclaredTypeOfSymbol(target);
      const documentation = ts.displayPartsToString(target.getDocumentationComment(types));
      const tags = target
        .getJsDocTags(types)
        .map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`);
      return {
        signature: `${node.text}: ${types.typeToString(type, node)}`,
        documentation: [documentation, ...tags].filter(Boolean).join("\n"),
      };
    });
  }

  isComplete({ code }: { code: string }): Completeness {
    return completeness(this.#ts, code);
  }

  /** Takes a cell that ran before this engine started, as after the one before crashed. */
  replay(code: string): void {
    const file = this.#checker.parse(code);
    const handles = chooseHandles(code);
    this.#accept(
      code,
      file,
      new Rewriter(this.#ts, file, (name) => this.#names.has(name), handles).rewrite().names,
    );
  }

  #compile(file: LooseFile): { readonly cell: PreparedCell } | { readonly problems: readonly Problem[] } {
    const handles = chooseHandles(file.text);
    const { edits, prologue, names } = new Rewriter(
      this.#ts,
      file,
      (name) => this.#names.has(name),
      handles,
    ).rewrite();
    const head = `(async (${handles.names}, ${handles.kernel}) => {const ${handles.run}=${handles.kernel}.enter();${prologue}`;
    const source = `${head}${applyEdits(file.text, edits)}\n})`;
    try {
      const { code, mappings } = needsLowering(this.#ts, file)
        ? lower(this.#ts, file.fileName, source)
        : stripTypes(file.fileName, source, this.#language === "javascript");
      return { cell: { javascript: `"use strict";${code}`, mappings, edits, prefix: head.length, names } };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { problems: [{ kind: "syntax", code: 0, message, start: 0, length: 0 }] };
    }
  }

  #accept(code: string, file: LooseFile, names: readonly string[]): void {
    this.#checker.accept(file);
    this.#accepted.push(code);
    for (const name of names) this.#names.add(name);
  }

  #restart(): void {
    this.#checker = new Checker(this.#ts, this.#folder, this.#language);
    for (const code of this.#accepted) this.#checker.accept(this.#checker.parse(code));
  }
}
