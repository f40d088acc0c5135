// TypeScript to JavaScript, one file at a time, types not looked at.
import { transformSync } from "oxc-transform";
import type { TypeScript } from "./internals.ts";

export interface Stripped {
  readonly code: string;
  readonly mappings: string;
}

export function stripTypes(name: string, source: string, javascript: boolean): Stripped {
  const { code, map, errors } = transformSync(name, source, {
    lang: javascript ? "js" : "ts",
    sourceType: "module",
    sourcemap: true,
    target: "esnext",
  });
  const first = errors.find((error) => error.severity === "Error");
  if (first) throw new SyntaxError(first.message);
  return { code, mappings: map?.mappings ?? "" };
}

/**
 * For what Node does not run yet, decorators and `using`, and for namespaces, which oxc takes at the top
 * level only, TypeScript itself writes the JavaScript.
 */
export function lower(ts: TypeScript, name: string, source: string): Stripped {
  const { outputText, sourceMapText } = ts.transpileModule(source, {
    fileName: name,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      sourceMap: true,
      removeComments: false,
    },
  });
  const { mappings } = JSON.parse(sourceMapText ?? "{}") as { mappings?: string };
  return { code: outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, ""), mappings: mappings ?? "" };
}
