// TypeScript to JavaScript, one file at a time, types not looked at.
import { createRequire } from "node:module";
import type ts from "typescript";
import type { TypeScript } from "./internals.ts";

export interface Stripped {
  readonly code: string;
  readonly mappings: string;
}

/** What the cell's JSX calls, as code. */
export interface JsxCalls {
  readonly factory: string;
  readonly fragment: string;
}

type Oxc = Pick<typeof import("oxc-transform"), "transformSync">;
let oxc: Oxc | undefined;

export function stripTypes(name: string, source: string, jsx: JsxCalls | undefined): Stripped {
  // Not imported: a start-up snapshot has no room for native code.
  oxc ??= createRequire(import.meta.url)("oxc-transform") as Oxc;
  const { code, map, errors } = oxc.transformSync(name, source, {
    lang: name.endsWith(".js") ? "jsx" : name.endsWith("x") ? "tsx" : "ts",
    sourceType: "module",
    sourcemap: true,
    target: "esnext",
    ...(jsx && { jsx: { runtime: "classic", pragma: jsx.factory, pragmaFrag: jsx.fragment, pure: false } }),
  });
  const first = errors.find((error) => error.severity === "Error");
  if (first) throw new SyntaxError(first.message);
  return { code, mappings: map?.mappings ?? "" };
}

/** oxc is native: code nested so deep that its stack ends would take the whole process with it. */
const DEEPEST = 400;

/**
 * Whether TypeScript itself is to write the JavaScript: for decorators and `using`, which not every Node
 * runs yet, for namespaces, which oxc takes at the top level only, and for what is nested too deep.
 */
export function needsLowering(ts: TypeScript, file: ts.SourceFile): boolean {
  return /@|\busing\b|\bnamespace\b/.test(file.text) || isDeeperThan(ts, file, DEEPEST);
}

function isDeeperThan(ts: TypeScript, root: ts.Node, limit: number): boolean {
  let level: ts.Node[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    const next: ts.Node[] = [];
    for (const node of level) {
      ts.forEachChild(node, (child) => {
        next.push(child);
      });
    }
    level = next;
  }
  return false;
}

/** The slower way, by TypeScript. */
export function lower(
  ts: TypeScript,
  name: string,
  source: string,
  options: ts.CompilerOptions,
  jsx: JsxCalls | undefined,
): Stripped {
  const { experimentalDecorators = false, emitDecoratorMetadata = false } = options;
  const { useDefineForClassFields = true } = options;
  const { outputText, sourceMapText } = ts.transpileModule(source, {
    fileName: name,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      sourceMap: true,
      removeComments: false,
      experimentalDecorators,
      emitDecoratorMetadata,
      useDefineForClassFields,
      allowJs: true,
      ...(jsx && { jsx: ts.JsxEmit.React, jsxFactory: jsx.factory, jsxFragmentFactory: jsx.fragment }),
    },
  });
  const { mappings } = JSON.parse(sourceMapText ?? "{}") as { mappings?: string };
  return { code: outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, ""), mappings: mappings ?? "" };
}
