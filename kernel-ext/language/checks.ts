// What the engine asks of a type checker. Two answer: one program for the session, quick and by
// TypeScript's internal calls (checker.ts), and the public LanguageService (service.ts).
import type ts from "typescript";
import type { Where } from "../session/cell-modules.ts";
import type { CellLanguage } from "../session/messages.ts";
import type { LooseFile } from "./internals.ts";

/** A cell as its checker sees it: nodes of `file` are those that `types` knows. */
export interface View {
  readonly types: ts.TypeChecker;
  readonly file: ts.SourceFile;
}

export interface CellChecker {
  readonly options: ts.CompilerOptions;
  /** Parses and binds a cell; nothing remembers it until `accept`. One that makes a module sees no other. */
  parse(code: string, module?: string): LooseFile;
  check(file: LooseFile): readonly ts.Diagnostic[];
  /** Later cells see what this one declares. */
  accept(file: LooseFile): void;
  view<T>(file: LooseFile, work: (view: View) => T): T;
  completions(file: LooseFile, position: number): ts.CompletionInfo | undefined;
}

export interface Place {
  /** Where the notebook lies. */
  readonly folder: string;
  readonly language: CellLanguage;
  /** What the cells are for; "node" where it is not said. */
  readonly where?: Where;
}
