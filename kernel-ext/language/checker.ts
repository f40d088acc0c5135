// One Program and one TypeChecker for the session. Each cell is a source file of no program: parsed, bound
// and checked alone, seeing the cells before it because its parent is the cell before it. So a check
// costs about a millisecond, however long the session; only a new import builds the program again.
import { dirname, join } from "node:path";
import type ts from "typescript";
import type { CellChecker, Place, View } from "./checks.ts";
import { moduleResolver, type Resolver } from "./compiler.ts";
import { CellFiles, GLOBALS_FILE, ROOT_FILE } from "./host.ts";
import type { LooseFile, PatchableProgram, TypeScript } from "./internals.ts";
import { deepestFirst } from "./order.ts";
import { parseCell } from "./parse.ts";

export class Checker implements CellChecker {
  readonly options: ts.CompilerOptions;
  readonly #ts: TypeScript;
  readonly #files: CellFiles;
  readonly #host: ts.CompilerHost;
  readonly #resolve: Resolver;
  readonly #cells = new Map<string, LooseFile>();
  #place: Place;
  #program: ts.Program;
  #types: ts.TypeChecker;
  #last: LooseFile | undefined;
  /** Local files in the order in which they are to be read, where their imports go too deep. */
  #roots: readonly string[] = [];
  #parsed = 0;

  /** `parsed` are files that another program has read already, `imported` modules to know beforehand. */
  constructor(
    ts: TypeScript,
    place: Place,
    options: ts.CompilerOptions,
    parsed?: Map<string, ts.SourceFile>,
    imported: readonly string[] = [],
  ) {
    this.#ts = ts;
    this.#place = place;
    this.options = options;
    this.#files = new CellFiles(ts, place.where, parsed);
    this.#host = this.#files.host(
      options,
      () => this.#place.folder,
      (name, containing) => this.#resolve(name, containing),
    );
    this.#resolve = moduleResolver(ts, options, this.#host, place.where);
    for (const name of imported) this.#files.note(name);
    this.#program = this.#createProgram(undefined);
    this.#types = this.#program.getTypeChecker();
  }

  /** The modules that cells have imported. */
  get imported(): readonly string[] {
    return this.#files.imported;
  }

  get parsedFiles(): Map<string, ts.SourceFile> {
    return this.#files.parsed;
  }

  /** Begins a new session elsewhere. */
  move(place: Place): void {
    this.#place = place;
    this.#last = undefined;
    this.#cells.clear();
  }

  parse(code: string, module?: string): LooseFile {
    const { folder, language } = this.#place;
    const name = join(folder, dirname(module ?? ""), `__cell_${++this.#parsed}`);
    const file = parseCell(this.#ts, name, code, language, this.options);
    if (this.#last && module === undefined) file.parent = this.#last;
    return file;
  }

  check(file: LooseFile): readonly ts.Diagnostic[] {
    const look = (): readonly ts.Diagnostic[] => [...(file.bindDiagnostics ?? []), ...this.#semantic(file)];
    try {
      return this.#during(file, look);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // A type that is inferred from another file's, and so on through a thousand files, is deeper than the stack.
      this.#order();
      return this.#during(file, () => {
        this.#settle();
        return look();
      });
    }
  }

  /** Looks at local files before those that import them, which is their order in a program: so no way is long. */
  #settle(): void {
    for (const file of this.#program.getSourceFiles()) {
      if (!file.isDeclarationFile && !file.fileName.includes("/node_modules/")) this.#semantic(file);
    }
  }

  #order(): void {
    const from = join(this.#place.folder, "cell.ts");
    this.#roots = deepestFirst(this.#ts, this.#host, this.#resolve, this.#files.imported, from);
    this.#program = this.#createProgram(undefined);
    this.#types = this.#program.getTypeChecker();
  }

  #renew(): void {
    this.#program = this.#createProgram(this.#program);
    this.#types = this.#program.getTypeChecker();
  }

  accept(file: LooseFile): void {
    this.#cells.set(file.fileName, file);
    this.#last = file;
  }

  view<T>(file: LooseFile, work: (view: View) => T): T {
    return this.#during(file, () => work({ types: this.#types, file }));
  }

  completions(file: LooseFile, position: number): ts.CompletionInfo | undefined {
    const host = {
      ...this.#host,
      getCompilationSettings: () => this.options,
      getPackageJsonAutoImportProvider: () => undefined,
    };
    return this.#during(file, () =>
      this.#ts.Completions.getCompletionsAtPosition(
        host,
        this.#program,
        () => {},
        file,
        position,
        {},
        undefined,
      ),
    );
  }

  /** Calls `work` while the program counts `file` among its own. */
  #during<T>(file: LooseFile, work: () => T): T {
    this.#cells.set(file.fileName, file);
    try {
      this.#loadImports(file);
      return work();
    } finally {
      if (this.#last !== file) this.#cells.delete(file.fileName);
    }
  }

  #semantic(file: ts.SourceFile): readonly ts.Diagnostic[] {
    // The checker's own entry point is internal; the program's would insist on its own files.
    const checker = this.#types as ts.TypeChecker & {
      getDiagnostics(file: ts.SourceFile): readonly ts.Diagnostic[];
    };
    return checker.getDiagnostics(file);
  }

  #loadImports(file: LooseFile): void {
    if (file.imports.length === 0) return;
    let stale = this.#files.refresh();
    for (const { text } of file.imports) {
      stale ||= this.#files.lacks(text);
      const resolved = this.#resolve(text, file.fileName).resolvedModule?.resolvedFileName;
      // Where a relative name leads depends on whose it is: a module's cell may lie in a folder of its own.
      const name = resolved && text.startsWith(".") ? resolved : text;
      if (resolved && this.#files.note(name)) stale ||= !this.#program.getSourceFile(resolved);
    }
    if (stale) this.#renew();
  }

  #createProgram(oldProgram: ts.Program | undefined): ts.Program {
    const program = this.#read(oldProgram);
    if (!this.#files.lacks("")) return program;
    this.#files.completeNode();
    return this.#read(program);
  }

  #read(oldProgram: ts.Program | undefined): ts.Program {
    const program = this.#ts.createProgram({
      rootNames: [...this.#roots, ROOT_FILE, GLOBALS_FILE],
      options: this.options,
      host: this.#host,
      ...(oldProgram && { oldProgram }),
    }) as PatchableProgram;
    const { getSourceFile, getResolvedModule } = program;
    program.getSourceFile = (name) => this.#cells.get(name) ?? getSourceFile(name);
    program.getResolvedModule = (file, name, mode) =>
      this.#cells.has(file.fileName)
        ? this.#resolve(name, file.fileName)
        : getResolvedModule(file, name, mode);
    return program;
  }
}
