// One Program and one TypeChecker for the session. Each cell is a source file of no program: parsed, bound
// and checked alone, seeing the cells before it because its parent is the cell before it. So a check
// costs about a millisecond, however long the session; only a new import builds the program again.
import { statSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";
import type { CellLanguage } from "../session/messages.ts";
import { compilerOptions, moduleResolver, type Resolver } from "./compiler.ts";
import { cellGlobals } from "./globals.ts";
import type { LooseFile, PatchableProgram, TypeScript } from "./internals.ts";

export class Checker {
  readonly options: ts.CompilerOptions;
  readonly host: ts.CompilerHost;
  readonly #ts: TypeScript;
  readonly #folder: string;
  readonly #extension: string;
  readonly #resolve: Resolver;
  readonly #files = new Map<string, ts.SourceFile>();
  readonly #cells = new Map<string, LooseFile>();
  /** Local files that cells import, with the time of the version that is known. */
  readonly #watched = new Map<string, number>();
  readonly #imported = new Set<string>();
  readonly #rootFile: string;
  readonly #globalsFile: string;
  #program: ts.Program;
  #checker: ts.TypeChecker;
  #last: LooseFile | undefined;
  #parsed = 0;

  constructor(ts: TypeScript, folder: string, language: CellLanguage) {
    this.#ts = ts;
    this.#folder = folder;
    this.#extension = language === "typescript" ? "ts" : "js";
    this.#rootFile = join(folder, "__session__.ts");
    this.#globalsFile = join(folder, "__globals__.d.ts");
    this.options = compilerOptions(ts);
    this.host = this.#createHost();
    this.#resolve = moduleResolver(ts, this.options, this.host);
    this.#program = this.#createProgram(undefined);
    this.#checker = this.#program.getTypeChecker();
  }

  get program(): ts.Program {
    return this.#program;
  }

  get types(): ts.TypeChecker {
    return this.#checker;
  }

  /** Parses and binds a cell; nothing remembers it until `accept`. One that is `alone` sees no other. */
  parse(code: string, alone = false): LooseFile {
    const ts = this.#ts;
    const name = join(this.#folder, `__cell_${++this.#parsed}.${this.#extension}`);
    const setExternalModuleIndicator = (file: ts.SourceFile): void => {
      (file as LooseFile).externalModuleIndicator = true;
    };
    const version = { languageVersion: ts.ScriptTarget.ESNext, setExternalModuleIndicator };
    const file = ts.createSourceFile(name, code, version, false) as LooseFile;
    file.path = file.resolvedPath = file.originalFileName = name;
    file.imports = file.statements.flatMap((statement) => specifierOf(ts, statement));
    file.moduleAugmentations = [];
    file.ambientModuleNames = [];
    ts.bindSourceFile(file, this.options);
    if (this.#last && !alone) file.parent = this.#last;
    return file;
  }

  check(file: LooseFile): readonly ts.Diagnostic[] {
    return this.during(file, () => {
      this.#loadImports(file);
      return [...(file.bindDiagnostics ?? []), ...this.#semantic(file)];
    });
  }

  /** Calls `work` while the program counts `file` among its own. */
  during<T>(file: LooseFile, work: () => T): T {
    this.#cells.set(file.fileName, file);
    try {
      return work();
    } finally {
      if (this.#last !== file) this.#cells.delete(file.fileName);
    }
  }

  /** Later cells see what this one declares. */
  accept(file: LooseFile): void {
    this.#cells.set(file.fileName, file);
    this.#last = file;
  }

  #semantic(file: LooseFile): readonly ts.Diagnostic[] {
    // The checker's own entry point is internal; the program's would insist on its own files.
    const checker = this.#checker as ts.TypeChecker & {
      getDiagnostics(file: ts.SourceFile): readonly ts.Diagnostic[];
    };
    return checker.getDiagnostics(file);
  }

  #loadImports(file: LooseFile): void {
    let stale = false;
    for (const { text } of file.imports) {
      const resolved = this.#resolve(text, file.fileName).resolvedModule?.resolvedFileName;
      if (!resolved || this.#imported.has(text)) continue;
      this.#imported.add(text);
      stale ||= !this.#program.getSourceFile(resolved);
    }
    for (const [path, known] of this.#watched) {
      const time = modified(path);
      if (time === known) continue;
      this.#watched.set(path, time);
      this.#files.delete(path);
      stale = true;
    }
    if (!stale) return;
    this.#program = this.#createProgram(this.#program);
    this.#checker = this.#program.getTypeChecker();
  }

  #createProgram(oldProgram: ts.Program | undefined): ts.Program {
    const program = this.#ts.createProgram({
      rootNames: [this.#rootFile, this.#globalsFile],
      options: this.options,
      host: this.host,
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

  #createHost(): ts.CompilerHost {
    const ts = this.#ts;
    const base = ts.createCompilerHost(this.options);
    const virtual = (name: string): string | undefined => {
      if (name === this.#globalsFile) return cellGlobals;
      if (name !== this.#rootFile) return undefined;
      return ["export {}", ...[...this.#imported].map((m) => `import ${JSON.stringify(m)}`)].join("\n");
    };
    return {
      ...base,
      getCurrentDirectory: () => this.#folder,
      fileExists: (name) => virtual(name) !== undefined || base.fileExists(name),
      readFile: (name) => virtual(name) ?? base.readFile(name),
      resolveModuleNameLiterals: (literals, containing) =>
        literals.map(({ text }) => this.#resolve(text, containing)),
      getSourceFile: (name, version) => {
        const text = virtual(name);
        if (text !== undefined) return ts.createSourceFile(name, text, version, false);
        const known = this.#files.get(name);
        if (known) return known;
        const file = base.getSourceFile(name, version);
        if (file) this.#files.set(name, file);
        if (file && !file.isDeclarationFile && !name.includes("/node_modules/")) {
          this.#watched.set(name, modified(name));
        }
        return file;
      },
    };
  }
}

function specifierOf(ts: TypeScript, statement: ts.Statement): ts.StringLiteralLike[] {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
  const { moduleSpecifier } = statement;
  return moduleSpecifier && ts.isStringLiteralLike(moduleSpecifier) ? [moduleSpecifier] : [];
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
