// A local TypeScript file to JavaScript, types not looked at; JSX and decorators as its pragmas and the tsconfig.json
// beside the notebook say.
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { type JsxOptions, type TransformOptions, transformSync } from "oxc-transform";
import { loadTypeScript } from "../language/internals.ts";
import { notebookFolder } from "./cell-modules.ts";
import { type RunOptions, runOptions } from "./tsconfig.ts";

export interface Transpiled {
  readonly code: string;
  readonly map: object | undefined;
}

export function transpile(path: string): Transpiled {
  const text = readFileSync(path, "utf8");
  const options = runOptions(notebookFolder() ?? "/");
  if (needsTypeScript(text)) return lowered(path, text, options);
  const settings: TransformOptions = {
    lang: /\.jsx$/.test(path) ? "jsx" : path.endsWith("x") ? "tsx" : "ts",
    sourceType: "module",
    target: "es2022",
    sourcemap: true,
    jsx: jsxOptions(text, options),
  };
  const { code, map, errors } = transformSync(path, text, settings);
  const first = errors.find((error) => error.severity === "Error");
  if (first) throw new SyntaxError(`${path}: ${first.message}\n${first.codeframe ?? ""}`);
  return { code, map: map ?? undefined };
}

/** Whether a file's extension says that it has to be compiled. */
export function isSource(path: string): boolean {
  return [".ts", ".mts", ".tsx", ".jsx"].includes(extname(path));
}

/** What a comment such as `@jsx h` says; one that names no function is tslab's, which says that there is JSX at all. */
function pragma(text: string, name: string): string | undefined {
  const found = new RegExp(`@${name}[ \\t]+([\\w$./@-]+)`).exec(text)?.[1];
  return found?.startsWith("@") && name === "jsx" ? undefined : found;
}

function jsxOptions(text: string, options: RunOptions): JsxOptions {
  const { jsx = "react-jsx", jsxFactory, jsxFragmentFactory, jsxImportSource } = options;
  const byOptions = jsx === "react" || jsx === "preserve" ? "classic" : "automatic";
  const factory = pragma(text, "jsx");
  const runtime = pragma(text, "jsxRuntime") ?? (factory ? "classic" : byOptions);
  if (runtime === "classic") {
    return {
      runtime,
      pragma: factory ?? jsxFactory ?? "React.createElement",
      pragmaFrag: pragma(text, "jsxFrag") ?? jsxFragmentFactory ?? "React.Fragment",
    };
  }
  return {
    runtime: "automatic",
    importSource: pragma(text, "jsxImportSource") ?? jsxImportSource ?? "react",
  };
}

/** Decorators and `using` are no JavaScript for every Node yet, and the quick way would want helpers for them. */
function needsTypeScript(text: string): boolean {
  if (!/@|\busing\b/.test(text)) return false;
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  return /(?:^|[\s{};()])@[\w$(]/.test(code) || /\busing\s+[\w$]+\s*=/.test(code);
}

function lowered(path: string, text: string, options: RunOptions): Transpiled {
  const ts = loadTypeScript();
  const { experimentalDecorators = false, emitDecoratorMetadata = false } = options;
  const { runtime, pragma: jsxFactory, pragmaFrag, importSource } = jsxOptions(text, options);
  const { outputText, sourceMapText = "{}" } = ts.transpileModule(text, {
    fileName: path,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      sourceMap: true,
      experimentalDecorators,
      emitDecoratorMetadata,
      verbatimModuleSyntax: false,
      jsx: runtime === "classic" ? ts.JsxEmit.React : ts.JsxEmit.ReactJSX,
      ...(jsxFactory !== undefined && { jsxFactory }),
      ...(pragmaFrag !== undefined && { jsxFragmentFactory: pragmaFrag }),
      ...(importSource !== undefined && { jsxImportSource: importSource }),
    },
  });
  return { code: outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, ""), map: JSON.parse(sourceMapText) };
}
