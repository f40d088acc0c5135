// TypeScript to JavaScript, one file at a time, types not looked at.
import { transformSync } from "oxc-transform";
import type ts from "typescript";
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
