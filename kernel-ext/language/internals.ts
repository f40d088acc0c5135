// The parts of TypeScript that its public types leave out. TypeScript is pinned for their sake.
import { createRequire } from "node:module";
import type ts from "typescript";

export type TypeScript = typeof ts & {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
  getTokenAtPosition(file: ts.SourceFile, position: number): ts.Node;
  getJSXImplicitImportBase(options: ts.CompilerOptions, file: ts.SourceFile): string | undefined;
  getJSXRuntimeImport(base: string | undefined, options: ts.CompilerOptions): string | undefined;
  Completions: {
    getCompletionsAtPosition(
      host: unknown,
      program: ts.Program,
      log: () => void,
      file: ts.SourceFile,
      position: number,
      preferences: ts.UserPreferences,
      trigger: undefined,
    ): ts.CompletionInfo | undefined;
  };
};

/** A node after binding: what is declared in it. */
export type Bound<T extends ts.Node = ts.Node> = T & {
  readonly locals?: ts.SymbolTable;
  readonly symbol?: ts.Symbol;
};

/** A source file that belongs to no program, with the fields a program would have set. */
export type LooseFile = ts.SourceFile & {
  parent: ts.Node;
  path: string;
  resolvedPath: string;
  originalFileName: string;
  imports: ts.StringLiteralLike[];
  moduleAugmentations: ts.StringLiteral[];
  ambientModuleNames: string[];
  externalModuleIndicator: true | undefined;
  readonly symbol?: ts.Symbol;
  /** What comments such as `@jsx h` say. */
  readonly pragmas: Map<string, unknown>;
  readonly languageVariant: ts.LanguageVariant;
  readonly parseDiagnostics: readonly ts.DiagnosticWithLocation[];
  readonly bindDiagnostics?: readonly ts.DiagnosticWithLocation[];
};

/** What the checker asks its program for, and we answer for cells. */
export type PatchableProgram = ts.Program & {
  getResolvedModule(
    file: ts.SourceFile,
    name: string,
    mode: unknown,
  ): ts.ResolvedModuleWithFailedLookupLocations | undefined;
};

/** `require`, not `import`: the ESM loader would first scan the nine megabytes for export names. */
export function loadTypeScript(): TypeScript {
  return createRequire(import.meta.url)("typescript") as TypeScript;
}
