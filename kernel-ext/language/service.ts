// The fall-back: cells as files of TypeScript's public LanguageService, a new version of the program for
// each. Ten times slower than checker.ts, and nothing in it is internal. A cell's file ends with what brings in
// the names of the cells before it, so positions in it are those of the cell.
import { dirname, join } from "node:path";
import type ts from "typescript";
import type { CellChecker, Place, View } from "./checks.ts";
import { moduleResolver, type Resolver } from "./compiler.ts";
import { CellFiles, GLOBALS_FILE, modified } from "./host.ts";
import type { Bound, LooseFile, TypeScript } from "./internals.ts";
import { parseCell } from "./parse.ts";

export class ServiceChecker implements CellChecker {
  readonly options: ts.CompilerOptions;
  readonly #ts: TypeScript;
  readonly #place: Place;
  readonly #resolve: Resolver;
  readonly #service: ts.LanguageService;
  /** Each cell's text by its file's name: accepted ones, and the one that is looked at. */
  readonly #alone = new WeakSet<LooseFile>();
  readonly #texts = new Map<string, string>();
  /** What brings in each name that is declared so far. */
  readonly #names = new Map<string, string>();
  #parsed = 0;

  constructor(ts: TypeScript, place: Place, options: ts.CompilerOptions) {
    this.#ts = ts;
    this.#place = place;
    this.options = options;
    const files = new CellFiles(ts, place.where);
    const host = files.host(
      options,
      () => place.folder,
      (name, containing) => this.#resolve(name, containing),
    );
    const resolve = moduleResolver(ts, options, host, place.where);
    this.#resolve = (name, containing) =>
      this.#texts.has(name) ? cellModule(ts, name) : resolve(name, containing);
    const read = (name: string): string | undefined => this.#texts.get(name) ?? host.readFile(name);
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [GLOBALS_FILE, ...this.#texts.keys()],
      getScriptVersion: (name) => (this.#texts.has(name) ? "1" : String(modified(name))),
      getScriptSnapshot: (name) => {
        const text = read(name);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => "/",
      getDefaultLibFileName: host.getDefaultLibFileName,
      fileExists: (name) => this.#texts.has(name) || host.fileExists(name),
      readFile: read,
      directoryExists: (name) => host.directoryExists?.(name) ?? true,
      getDirectories: (name) => host.getDirectories?.(name) ?? [],
      resolveModuleNameLiterals: (literals, containing) =>
        literals.map(({ text }) => this.#resolve(text, containing)),
    });
  }

  parse(code: string, module?: string): LooseFile {
    const { folder, language } = this.#place;
    const name = join(folder, dirname(module ?? ""), `__cell_${++this.#parsed}`);
    const file = parseCell(this.#ts, name, code, language, this.options);
    if (module !== undefined) this.#alone.add(file);
    return file;
  }

  check(file: LooseFile): readonly ts.Diagnostic[] {
    return this.#during(file, () =>
      this.#service.getSemanticDiagnostics(nameOf(file)).filter(({ start }) => (start ?? 0) < file.end),
    );
  }

  accept(file: LooseFile): void {
    this.#texts.set(nameOf(file), this.#textOf(file));
    const module = JSON.stringify(nameOf(file));
    for (const [name, symbol] of declaredIn(file)) {
      const { Variable } = this.#ts.SymbolFlags;
      // An import cannot be assigned to, which a variable of another cell can.
      const kind = isConstant(this.#ts, symbol) ? "const" : "let";
      this.#names.set(
        name,
        symbol.flags & Variable
          ? `declare ${kind} ${name}: typeof import(${module}).${name};`
          : `import { ${name} } from ${module};`,
      );
    }
  }

  view<T>(file: LooseFile, work: (view: View) => T): T {
    return this.#during(file, () => {
      const program = this.#service.getProgram();
      const seen = program?.getSourceFile(nameOf(file));
      if (!program || !seen) throw new Error("The language service has lost a cell");
      return work({ types: program.getTypeChecker(), file: seen });
    });
  }

  completions(file: LooseFile, position: number): ts.CompletionInfo | undefined {
    return this.#during(file, () => this.#service.getCompletionsAtPosition(nameOf(file), position, {}));
  }

  #during<T>(file: LooseFile, work: () => T): T {
    const name = nameOf(file);
    const known = this.#texts.has(name);
    if (!known) this.#texts.set(name, this.#textOf(file));
    try {
      return work();
    } finally {
      if (!known) this.#texts.delete(name);
    }
  }

  /** The cell, made a module: what it declares goes out, what it does not declare comes in. */
  #textOf(file: LooseFile): string {
    const own = declaredIn(file);
    const exported = new Set(file.symbol?.exports?.keys() ?? []);
    const out = [...own.keys()].filter((name) => !exported.has(this.#ts.escapeLeadingUnderscores(name)));
    const brought = this.#alone.has(file)
      ? []
      : [...this.#names].filter(([name]) => !own.has(name)).map(([, code]) => code);
    return `${file.text}\n;export { ${out.join(", ")} };${brought.join("")}`;
  }
}

/** What brings earlier names in is TypeScript, in JavaScript cells too. */
function nameOf({ fileName }: LooseFile): string {
  return fileName.replace(/\.js$/, ".tsx");
}

function cellModule(ts: TypeScript, resolvedFileName: string): ts.ResolvedModuleWithFailedLookupLocations {
  const extension = resolvedFileName.endsWith("x") ? ts.Extension.Tsx : ts.Extension.Ts;
  return { resolvedModule: { resolvedFileName, extension, isExternalLibraryImport: false } } as never;
}

function declaredIn(file: Bound<LooseFile>): Map<string, ts.Symbol> {
  const names = new Map<string, ts.Symbol>();
  for (const table of [file.locals, file.symbol?.exports]) {
    for (const [, symbol] of table ?? []) if (symbol.name !== "default") names.set(symbol.name, symbol);
  }
  return names;
}

function isConstant(ts: TypeScript, { declarations }: ts.Symbol): boolean {
  return (declarations ?? []).some((d) => (ts.getCombinedNodeFlags(d) & ts.NodeFlags.Const) !== 0);
}
