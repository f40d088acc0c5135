// What of the tsconfig.json beside a notebook matters when files run: where `paths` lead, how JSX and decorators
// are compiled. Read without TypeScript, which would cost an import a quarter of a second.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** Options as tsconfig.json has them. */
export interface RunOptions {
  /** Absolute. */
  readonly baseUrl?: string;
  readonly paths?: Readonly<Record<string, readonly string[]>>;
  /** The folder of the file that has the paths, which they are relative to where there is no base URL. */
  readonly pathsBase?: string;
  readonly jsx?: string;
  readonly jsxFactory?: string;
  readonly jsxFragmentFactory?: string;
  readonly jsxImportSource?: string;
  readonly experimentalDecorators?: boolean;
  readonly emitDecoratorMetadata?: boolean;
  readonly useDefineForClassFields?: boolean;
}

type Written = { readonly compilerOptions?: RunOptions; readonly extends?: string | readonly string[] };

const read = new Map<string, RunOptions>();

/** The options of a folder's tsconfig.json, as they were when they were first asked for: none where it has none. */
export function runOptions(folder: string): RunOptions {
  let options = read.get(folder);
  if (!options) {
    options = optionsIn(join(folder, "tsconfig.json"), folder, new Set());
    read.set(folder, options);
  }
  return options;
}

function optionsIn(path: string, root: string, seen: Set<string>): RunOptions {
  if (seen.has(path)) return {};
  seen.add(path);
  const { compilerOptions = {}, extends: bases = [] } = parsed(path, root);
  let options: RunOptions = {};
  for (const base of typeof bases === "string" ? [bases] : bases) {
    const found = baseConfig(base, path);
    if (found) options = { ...options, ...optionsIn(found, root, seen) };
  }
  const { baseUrl, paths } = compilerOptions;
  const folder = dirname(path);
  return {
    ...options,
    ...compilerOptions,
    ...(baseUrl !== undefined && { baseUrl: resolve(folder, baseUrl) }),
    ...(paths && { pathsBase: folder }),
  };
}

function parsed(path: string, root: string): Written {
  try {
    // Comments and trailing commas may be in it; strings are left alone.
    const text = readFileSync(path, "utf8")
      .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string?: string) => string ?? "")
      .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, string?: string) => string ?? "")
      .replaceAll("$" + "{configDir}", JSON.stringify(root).slice(1, -1));
    return JSON.parse(text.replace(/^\uFEFF/, "")) as Written;
  } catch {
    // The type checker makes as much of it as it can; nothing here can be mended by saying so again.
    return {};
  }
}

function baseConfig(name: string, from: string): string | undefined {
  if (name.startsWith(".") || isAbsolute(name)) {
    const path = resolve(dirname(from), name);
    return path.endsWith(".json") ? path : `${path}.json`;
  }
  const { resolve: find } = createRequire(from);
  for (const path of [name, `${name}.json`, `${name}/tsconfig.json`]) {
    try {
      const found = find(path);
      if (found.endsWith(".json")) return found;
    } catch {
      // Then under its next name.
    }
  }
  return undefined;
}

/** The paths, without extensions, that a module name may stand for by `paths` and `baseUrl`, in TypeScript's order. */
export function mappedPaths(name: string, { paths = {}, baseUrl, pathsBase = "" }: RunOptions): string[] {
  if (/^(\.{0,2}\/|\w+:)/.test(name)) return [];
  let best: { readonly prefix: number; readonly paths: string[] } | undefined;
  for (const [pattern, targets] of Object.entries(paths)) {
    const [before = "", after] = pattern.split("*");
    const exact = after === undefined;
    const fits = exact
      ? name === pattern
      : name.length >= pattern.length - 1 && name.startsWith(before) && name.endsWith(after);
    const prefix = exact ? Number.POSITIVE_INFINITY : before.length;
    if (!fits || (best && best.prefix >= prefix)) continue;
    const star = exact ? "" : name.slice(before.length, name.length - after.length);
    best = {
      prefix,
      paths: targets.map((target) =>
        resolve(
          baseUrl ?? pathsBase,
          target.replace("*", () => star),
        ),
      ),
    };
  }
  return [...(best?.paths ?? []), ...(baseUrl === undefined ? [] : [join(baseUrl, name)])];
}
