// JSX in cells: it always becomes calls of a factory. The automatic runtime has none, so one is made of it.
import type ts from "typescript";
import type { Handles } from "./handles.ts";
import type { LooseFile, TypeScript } from "./internals.ts";
import type { JsxCalls } from "./strip.ts";

export interface CellJsx extends JsxCalls {
  /** What brings the factory in. */
  readonly prologue: string;
}

/** How a `.tsx` cell's elements are made: by its own pragmas, else by the options. */
export function jsxOf(
  ts: TypeScript,
  file: LooseFile,
  options: ts.CompilerOptions,
  handles: Handles,
  isKnown: (name: string) => boolean,
): CellJsx | undefined {
  if (!holdsJsx(ts, file)) return undefined;
  const pragma = (name: "jsx" | "jsxfrag" | "jsximportsource" | "jsxruntime"): string | undefined => {
    const found: unknown = file.pragmas.get(name);
    const first: unknown = Array.isArray(found) ? found.at(-1) : found;
    const factory = (first as { arguments?: { factory?: string } } | undefined)?.arguments?.factory;
    return typeof factory === "string" ? factory : undefined;
  };
  const byOptions = options.jsx === ts.JsxEmit.React || options.jsx === ts.JsxEmit.Preserve;
  const classic =
    pragma("jsx") !== undefined || (pragma("jsxruntime") ?? (byOptions ? "classic" : "")) === "classic";
  if (classic) {
    const onNames = (path: string): string =>
      isKnown(path.split(".")[0] ?? "") ? `${handles.names}.${path}` : path;
    return {
      prologue: "",
      factory: onNames(pragma("jsx") ?? options.jsxFactory ?? "React.createElement"),
      fragment: onNames(pragma("jsxfrag") ?? options.jsxFragmentFactory ?? "React.Fragment"),
    };
  }
  const source = `${pragma("jsximportsource") ?? options.jsxImportSource ?? "react"}/jsx-runtime`;
  const name = `${handles.kernel}j`;
  const prologue = `const ${name}=${handles.kernel}.jsx(await ${handles.kernel}.import(${JSON.stringify(source)}));`;
  return { prologue, factory: `${name}.create`, fragment: `${name}.Fragment` };
}

export function holdsJsx(
  ts: TypeScript,
  file: ts.SourceFile & { languageVariant: ts.LanguageVariant },
): boolean {
  // The text is asked first, as most cells have no such sign and need no walk.
  return file.languageVariant === ts.LanguageVariant.JSX && /<[\w>$]/.test(file.text) && isJsxIn(ts, file);
}

function isJsxIn(ts: TypeScript, node: ts.Node): boolean {
  if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) return true;
  return ts.forEachChild(node, (child) => isJsxIn(ts, child)) ?? false;
}
