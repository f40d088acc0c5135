// The language on a type checker. A failure of the checker costs the checks, never the cell.
import type ts from "typescript";
import { cellTags, type Where } from "../session/cell-modules.ts";
import { type Callables, callablesOf } from "./callables.ts";
import type { CellChecker, Place } from "./checks.ts";
import { optionsOf, pageOptions } from "./compiler.ts";
import { completeness } from "./completeness.ts";
import { applyEdits } from "./edits.ts";
import { inPlaceOfHabits } from "./habits.ts";
import { chooseHandles, type Rewritten, type Surroundings } from "./handles.ts";
import { completions, description } from "./help.ts";
import type { LooseFile, TypeScript } from "./internals.ts";
import { jsxOf } from "./jsx.ts";
import type {
  Completeness,
  CompleteRequest,
  Completions,
  Description,
  InspectRequest,
  Prepared,
  PreparedCell,
  PrepareRequest,
  Problem,
} from "./language.ts";
import { type QuickLoops, quickLoops } from "./loops.ts";
import { LostNames } from "./lost.ts";
import { problemsOf, typeSyntaxIn } from "./problems.ts";
import { Rewriter } from "./rewrite.ts";
import { typesAlone, valueNames } from "./scope.ts";
import { lower, needsLowering, stripTypes } from "./strip.ts";

export type CreateChecker = (options: ts.CompilerOptions, restart: boolean, where?: Where) => CellChecker;

const NONE: ReadonlySet<string> = new Set();
const NO_LOOPS: QuickLoops = new Map();

export class Engine {
  readonly #ts: TypeScript;
  readonly #place: Place;
  readonly #create: CreateChecker;
  readonly #names = new Set<string>();
  readonly #accepted: string[] = [];
  readonly #options: ts.CompilerOptions;
  readonly #lost: LostNames;
  #checker: CellChecker;
  /** Made when the first cell for the page comes. */
  #page: CellChecker | undefined;

  constructor(ts: TypeScript, place: Place, create: CreateChecker) {
    this.#ts = ts;
    this.#place = place;
    this.#create = create;
    this.#lost = new LostNames(ts);
    this.#options = optionsOf(ts, place.folder);
    this.#checker = create(this.#options, false);
  }

  prepare({
    code,
    expression = false,
    module,
    debugged = false,
    unchecked = false,
  }: PrepareRequest): Prepared {
    if (module) return this.#prepareModule(code, module, unchecked);
    const file = this.#checker.parse(code);
    const syntax = problemsOf(this.#ts, file, file.parseDiagnostics, "syntax");
    if (this.#place.language === "javascript") syntax.push(...typeSyntaxIn(this.#ts, file));
    if (syntax.length > 0) return this.#refused(file, syntax);
    let warning: string | undefined;
    let types = NONE;
    let loops: QuickLoops = NO_LOOPS;
    let callables: Callables = {};
    if (!expression && !unchecked) {
      try {
        const problems = problemsOf(this.#ts, file, this.#checker.check(file), "type");
        if (problems.length > 0) return this.#refused(file, problems);
        types = this.#importedTypes(file);
        if (!debugged) loops = this.#loops(file);
        if (this.#place.language === "typescript") {
          callables = this.#checker.view(file, (view) => callablesOf(this.#ts, view));
        }
      } catch (error) {
        // Nobody asked for the types of a JavaScript cell.
        if (this.#place.language === "typescript") {
          warning = `The type checker failed, so this cell ran unchecked: ${String(error)}`;
        }
        this.#restart();
      }
    }
    const result = this.#compile(file, types, loops);
    if ("problems" in result) return result;
    if (!expression) this.#accept(code, warning ? this.#checker.parse(code) : file, result.cell.names);
    const cell = { ...result.cell, ...callables };
    if (warning || unchecked) return warning ? { cell, warning } : { cell };
    const typeNames = typesAlone(this.#ts, file);
    return { cell: typeNames ? { ...cell, types: typeNames } : cell };
  }

  #refused(file: LooseFile, problems: readonly Problem[]): Prepared {
    this.#lost.lose(file, problems);
    return { problems: inPlaceOfHabits(file.text, this.#lost.explain(file, problems)) };
  }

  /** A module runs when it is imported, or in the page: here it is only looked at. */
  #prepareModule(code: string, where: Where, unchecked: boolean): Prepared {
    const checker = this.#checkerFor(where);
    const file = checker.parse(code, cellTags(code).module ?? "");
    const problems = problemsOf(this.#ts, file, file.parseDiagnostics, "syntax");
    if (this.#place.language === "javascript") problems.push(...typeSyntaxIn(this.#ts, file));
    let warning: string | undefined;
    if (problems.length === 0 && !unchecked) {
      try {
        problems.push(...problemsOf(this.#ts, file, checker.check(file), "type", true));
      } catch (error) {
        warning = `The type checker failed, so this module is unchecked: ${String(error)}`;
        if (where === "page") this.#page = undefined;
        else this.#restart();
      }
    }
    if (problems.length > 0) return { problems };
    const module = file.languageVariant === this.#ts.LanguageVariant.JSX ? "tsx" : "ts";
    return warning ? { module, warning } : { module };
  }

  #checkerFor(where: Where): CellChecker {
    if (where === "node") return this.#checker;
    this.#page ??= this.#create(pageOptions(this.#options), false, "page");
    return this.#page;
  }

  /** The file of a cell that somebody is writing, and who knows its types. */
  #written(code: string): { readonly checker: CellChecker; readonly file: LooseFile } {
    const { module, browser = false } = cellTags(code);
    const checker = this.#checkerFor(browser ? "page" : "node");
    return { checker, file: checker.parse(code, module ?? (browser ? "" : undefined)) };
  }

  complete(request: CompleteRequest): Completions {
    const isSession = (name: string): boolean => this.#names.has(name);
    const { checker, file } = this.#written(request.code);
    return completions(this.#ts, checker, file, this.#place, request, isSession);
  }

  inspect(request: InspectRequest): Description | undefined {
    const { checker, file } = this.#written(request.code);
    return description(this.#ts, checker, file, request);
  }

  isComplete({ code }: { code: string }): Completeness {
    return completeness(this.#ts, code, this.#place.language);
  }

  /** Takes a cell that ran before this engine started, as after the one before crashed. */
  replay(code: string): void {
    const file = this.#checker.parse(code);
    this.#accept(code, file, this.#rewrite(file, NONE, NO_LOOPS).names);
  }

  #rewrite(
    file: LooseFile,
    types: ReadonlySet<string>,
    loops: QuickLoops,
    handles = chooseHandles(file.text),
  ): Rewritten {
    const surroundings: Surroundings = {
      isKnown: (name) => this.#names.has(name),
      isType: (name) => types.has(name),
      loops,
    };
    return new Rewriter(this.#ts, file, surroundings, handles).rewrite();
  }

  #compile(
    file: LooseFile,
    types: ReadonlySet<string>,
    loops: QuickLoops,
  ): { readonly cell: PreparedCell } | { readonly problems: readonly Problem[] } {
    const ts = this.#ts;
    const handles = chooseHandles(file.text);
    const { edits, prologue, names } = this.#rewrite(file, types, loops, handles);
    const known = (name: string): boolean => this.#names.has(name) || names.includes(name);
    const jsx = jsxOf(ts, file, this.#options, handles, known);
    const head = `(async (${handles.names}, ${handles.kernel}) => {const ${handles.run}=${handles.kernel}.enter();${jsx?.prologue ?? ""}${prologue}`;
    const source = `${head}${applyEdits(file.text, edits)}\n})`;
    try {
      const { code, mappings } = needsLowering(ts, file)
        ? lower(ts, file.fileName, source, this.#options, jsx)
        : stripTypes(file.fileName, source, jsx);
      return { cell: { javascript: `"use strict";${code}`, mappings, edits, prefix: head.length, names } };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { problems: [{ kind: "syntax", code: 0, message, start: 0, length: 0 }] };
    }
  }

  /** The names that a cell imports and that are types alone: at run time there is nothing to import. */
  #importedTypes(file: LooseFile): ReadonlySet<string> {
    const ts = this.#ts;
    if (this.#place.language === "javascript") return NONE;
    if (!file.statements.some((statement) => ts.isImportDeclaration(statement) && statement.importClause)) {
      return NONE;
    }
    return this.#checker.view(file, (view) => {
      const found = new Set<string>();
      const note = (name: ts.Identifier | undefined): void => {
        const symbol = name && view.types.getSymbolAtLocation(name);
        if (!symbol || !(symbol.flags & ts.SymbolFlags.Alias)) return;
        const { flags } = view.types.getAliasedSymbol(symbol);
        const types = ts.SymbolFlags.Type | ts.SymbolFlags.Namespace;
        if (!(flags & ts.SymbolFlags.Value) && flags & types) found.add(name.text);
      };
      for (const statement of view.file.statements) {
        if (!ts.isImportDeclaration(statement)) continue;
        const { name, namedBindings } = statement.importClause ?? {};
        note(name);
        if (namedBindings && ts.isNamedImports(namedBindings))
          for (const one of namedBindings.elements) note(one.name);
      }
      return found;
    });
  }

  /** The checker is asked only where there is a loop at all. */
  #loops(file: LooseFile): QuickLoops {
    if (!/\b(?:for|while|do)\b/.test(file.text)) return NO_LOOPS;
    const declared = new Set(valueNames(this.#ts, file));
    const isOurs = (name: string): boolean => declared.has(name) || this.#names.has(name);
    return this.#checker.view(file, (view) => quickLoops(this.#ts, view, isOurs));
  }

  #accept(code: string, file: LooseFile, names: readonly string[]): void {
    this.#checker.accept(file);
    this.#accepted.push(code);
    for (const name of names) this.#names.add(name);
    this.#lost.find(names);
  }

  #restart(): void {
    this.#checker = this.#create(this.#options, true);
    for (const code of this.#accepted) this.#checker.accept(this.#checker.parse(code));
  }
}
