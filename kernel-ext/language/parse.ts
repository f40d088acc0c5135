// A cell's text to a bound source file of no program.
import type ts from "typescript";
import type { CellLanguage } from "../session/messages.ts";
import type { LooseFile, TypeScript } from "./internals.ts";
import { holdsJsx } from "./jsx.ts";

/** `NodeFlags.Synthesized`, which no public type names. */
const SYNTHESIZED = 1 << 4;

/** `name` lacks its extension: whether a cell is `.ts` or `.tsx`, its text tells. */
export function parseCell(
  ts: TypeScript,
  name: string,
  code: string,
  language: CellLanguage,
  options: ts.CompilerOptions,
): LooseFile {
  const file = parseText(ts, name, code, language);
  file.path = file.resolvedPath = file.originalFileName = file.fileName;
  file.imports = file.statements.flatMap((statement) => specifierOf(ts, statement));
  file.moduleAugmentations = [];
  file.ambientModuleNames = [];
  // tslab's bare `@jsx` says that there is JSX, and names no factory: TypeScript would take what follows for one.
  const written: unknown = file.pragmas.get("jsx");
  const factory: unknown = (Array.isArray(written) ? written.at(-1) : written)?.arguments?.factory;
  if (typeof factory === "string" && !/^[\p{ID_Start}$_]/u.test(factory)) file.pragmas.delete("jsx");
  // A cell that names its factory wants that one called, whatever the options say.
  if (file.pragmas.has("jsx") && !file.pragmas.has("jsxruntime")) {
    file.pragmas.set("jsxruntime", { arguments: { factory: "classic" }, range: { pos: 0, end: 0 } });
  }
  const runtime = jsxRuntime(ts, file, options);
  if (runtime) file.imports.unshift(runtime);
  ts.bindSourceFile(file, options);
  return file;
}

/** The import that JSX stands for, first among a file's own, as a program makes it and its checker expects it. */
function jsxRuntime(
  ts: TypeScript,
  file: LooseFile,
  options: ts.CompilerOptions,
): ts.StringLiteral | undefined {
  if (!holdsJsx(ts, file)) return undefined;
  const name = ts.getJSXRuntimeImport(ts.getJSXImplicitImportBase(options, file), options);
  if (name === undefined) return undefined;
  const literal = ts.factory.createStringLiteral(name);
  const declaration = ts.factory.createImportDeclaration(undefined, undefined, literal);
  Object.assign(literal, { parent: declaration, flags: literal.flags & ~SYNTHESIZED });
  Object.assign(declaration, { parent: file, flags: declaration.flags & ~SYNTHESIZED });
  return literal;
}

/** In a `.tsx` file casts and generic arrows mean something else, so JSX is what does not parse without. */
export function parseText(ts: TypeScript, name: string, code: string, language: CellLanguage): LooseFile {
  if (language === "javascript") return parseAs(ts, `${name}.js`, code);
  const plain = parseAs(ts, `${name}.ts`, code);
  if (plain.parseDiagnostics.length === 0 || !code.includes("<")) return plain;
  const jsx = parseAs(ts, `${name}.tsx`, code);
  return jsx.parseDiagnostics.length === 0 ? jsx : plain;
}

function parseAs(ts: TypeScript, name: string, code: string): LooseFile {
  const setExternalModuleIndicator = (file: ts.SourceFile): void => {
    (file as LooseFile).externalModuleIndicator = true;
  };
  const version = { languageVersion: ts.ScriptTarget.ESNext, setExternalModuleIndicator };
  return ts.createSourceFile(name, code, version, false) as LooseFile;
}

function specifierOf(ts: TypeScript, statement: ts.Statement): ts.StringLiteralLike[] {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
  const { moduleSpecifier } = statement;
  return moduleSpecifier && ts.isStringLiteralLike(moduleSpecifier) ? [moduleSpecifier] : [];
}
