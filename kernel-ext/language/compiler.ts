// How cells are compiled, and where their imports lead.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type ts from "typescript";
import type { TypeScript } from "./internals.ts";
import { builtFolder, ownModule } from "./own.ts";

/** The folder with node_modules/ beside which this package is built. */
export const packageFolder: string = findPackage(fileURLToPath(builtFolder));

/** What a cell is checked by; a tsconfig.json beside the notebook may say otherwise. */
export function compilerOptions(ts: TypeScript): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ESNext,
    lib: ["lib.esnext.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    strict: true,
    noEmit: true,
    allowJs: true,
    skipLibCheck: true,
    resolveJsonModule: true,
    allowImportingTsExtensions: true,
    types: ["node"],
    typeRoots: [join(packageFolder, "node_modules/@types")],
  };
}

export type Resolver = (name: string, containing: string) => ts.ResolvedModuleWithFailedLookupLocations;

/** Our own names first, then the notebook's folder, then this package's dependencies. */
export function moduleResolver(
  ts: TypeScript,
  options: ts.CompilerOptions,
  host: ts.ModuleResolutionHost,
): Resolver {
  const found = new Map<string, ts.ResolvedModuleWithFailedLookupLocations>();
  const resolve = (name: string, containing: string): ts.ResolvedModuleWithFailedLookupLocations => {
    const own = ownModule(name);
    if (own) return ts.resolveModuleName(own, containing, options, host);
    const result = ts.resolveModuleName(name, containing, options, host);
    if (result.resolvedModule || name.startsWith(".") || name.startsWith("/")) return result;
    return ts.resolveModuleName(name, join(packageFolder, "index.ts"), options, host);
  };
  return (name, containing) => {
    const key = `${dirname(containing)}\n${name}`;
    const known = found.get(key);
    if (known?.resolvedModule && existsSync(known.resolvedModule.resolvedFileName)) return known;
    const result = resolve(name, containing);
    found.set(key, result);
    return result;
  };
}

function findPackage(from: string): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules/typescript"))) return folder;
  }
  return from;
}
