// How cells are compiled, and where their imports lead.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type ts from "typescript";
import { importedCellModule, inNotebook, type Where } from "../session/cell-modules.ts";
import type { TypeScript } from "./internals.ts";
import { builtFolder, ownModule } from "./own.ts";

/** The folder with node_modules/ beside which this package is built. */
export const packageFolder: string = findPackage(fileURLToPath(builtFolder));

/** What a cell is compiled by, unless a tsconfig.json beside the notebook says otherwise. */
export function defaultOptions(ts: TypeScript): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ESNext,
    lib: ["lib.esnext.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    jsx: ts.JsxEmit.ReactJSX,
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

/** What a notebook's tsconfig.json may decide; how modules are found and loaded is the kernel's to know. */
const HONOURED: readonly string[] = [
  "target",
  "lib",
  "jsx",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
  "experimentalDecorators",
  "emitDecoratorMetadata",
  "useDefineForClassFields",
  "paths",
  "pathsBasePath",
  "baseUrl",
  "strict",
  "noImplicitAny",
  "noImplicitThis",
  "noImplicitReturns",
  "noImplicitOverride",
  "strictNullChecks",
  "strictFunctionTypes",
  "strictBindCallApply",
  "strictPropertyInitialization",
  "strictBuiltinIteratorReturn",
  "useUnknownInCatchVariables",
  "noUncheckedIndexedAccess",
  "noPropertyAccessFromIndexSignature",
  "exactOptionalPropertyTypes",
  "noFallthroughCasesInSwitch",
  "allowUnreachableCode",
  "allowUnusedLabels",
];

/** The options of a notebook's folder: ours, and over them those of its tsconfig.json, which may extend another. */
export function optionsOf(ts: TypeScript, folder: string): ts.CompilerOptions {
  const options = defaultOptions(ts);
  const path = join(folder, "tsconfig.json");
  if (!existsSync(path)) return options;
  const { config } = ts.readConfigFile(path, ts.sys.readFile) as { config?: object };
  if (!config) return options;
  // Which files there are is not asked: in a home folder that would read it all.
  const read = ts.parseJsonConfigFileContent(
    { ...config, files: [], include: [], references: [] },
    { ...ts.sys, readDirectory: () => [] },
    folder,
    undefined,
    path,
  ).options;
  for (const name of HONOURED) if (read[name] !== undefined) options[name] = read[name];
  if (read.target !== undefined && read.lib === undefined) delete options.lib;
  return options;
}

/** The same for a cell that runs in the page: the DOM's types are there, and Node's are not. */
export function pageOptions(options: ts.CompilerOptions): ts.CompilerOptions {
  const { lib } = options;
  const dom = ["lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"];
  // Without a list of its own, a target's default has the DOM in it.
  return {
    ...options,
    types: [],
    customConditions: ["browser"],
    ...(lib && { lib: [...new Set([...lib, ...dom])] }),
  };
}

export type Resolver = (name: string, containing: string) => ts.ResolvedModuleWithFailedLookupLocations;

/** Our own names first, then the notebook's folder, then this package's dependencies. */
export function moduleResolver(
  ts: TypeScript,
  options: ts.CompilerOptions,
  host: ts.ModuleResolutionHost,
  where: Where = "node",
): Resolver {
  const found = new Map<string, ts.ResolvedModuleWithFailedLookupLocations>();
  const nothing: ts.ResolvedModuleWithFailedLookupLocations = { resolvedModule: undefined };
  const lib = fileURLToPath(new URL("lib/", builtFolder));
  const reference = fileURLToPath(new URL("lib/reference/", builtFolder));
  const resolve = (name: string, containing: string): ts.ResolvedModuleWithFailedLookupLocations => {
    if (name.startsWith("@tensorflow/") && containing.startsWith(lib) && !containing.startsWith(reference)) {
      // How an op is compared names all of TensorFlow.js, 1.5 MB of types that nobody who uses the op needs.
      return nothing;
    }
    const own = ownModule(name);
    if (own) return ts.resolveModuleName(own, containing, options, host);
    const result = ts.resolveModuleName(name, containing, options, host);
    if (result.resolvedModule || name.startsWith(".") || name.startsWith("/")) return result;
    if (options.baseUrl !== undefined) {
      // TypeScript 6 looks for `paths` alone there.
      const local = ts.resolveModuleName(join(options.baseUrl, name), containing, options, host);
      if (local.resolvedModule) return local;
    }
    return ts.resolveModuleName(name, join(packageFolder, "index.ts"), options, host);
  };
  return (name, from) => {
    const cell = importedCellModule(name, from, where);
    if (cell) return ts.resolveModuleName(cell, from, options, host);
    const containing = inNotebook(from);
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
