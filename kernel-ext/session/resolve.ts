// Where imports lead and how TypeScript files load: the resolve and load hooks' common part, in both of
// Node's flavours (one in a thread of its own, one in this thread).
import { statSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { builtFolder, ownModule } from "../language/own.ts";
import { cellModuleAt, inNotebook, notebookFolder } from "./cell-modules.ts";
import { isSource, transpile } from "./transpile.ts";
import { mappedPaths, runOptions } from "./tsconfig.ts";
import { Versions } from "./versions.ts";

const ENDINGS = [".ts", ".tsx", ".js", ".mts", ".jsx", ".mjs", "/index.ts", "/index.tsx", "/index.js"];

/** A cell's import goes through the hooks under this scheme: they know the notebook's folder. */
export const CELL_SCHEME = "gradbook-cell:";

export interface Target {
  readonly specifier: string;
  readonly parentURL: string | undefined;
}

/** What Node's own resolver is to look for, first one that is found. */
export function candidates(
  specifier: string,
  parentURL: string | undefined,
  folder: string,
): readonly Target[] {
  const inCell = specifier.startsWith(CELL_SCHEME);
  if (inCell) versions.renew();
  const name = inCell ? decodeURIComponent(specifier.slice(CELL_SCHEME.length)) : specifier;
  const parent = inCell ? pathToFileURL(join(folder, "cell.ts")).href : besideNotebook(parentURL);
  const own = ownModule(name);
  if (own) return [{ specifier: pathToFileURL(`${own}.js`).href, parentURL: parent }];
  // Within packages, Node's own rules hold.
  if (!inCell && !isLocal(parent)) return [{ specifier: name, parentURL: parent }];
  if (/^(\.{0,2}\/|file:)/.test(name)) return [{ specifier: localFile(name, parent), parentURL: parent }];
  const mapped = mappedFile(name);
  if (mapped !== undefined) return [{ specifier: pathToFileURL(mapped).href, parentURL: parent }];
  const ofPackage = { specifier: name, parentURL: new URL("index.js", builtFolder).href };
  return [{ specifier: name, parentURL: parent }, ofPackage];
}

/** What a module of a cell imports is sought from the notebook's folder. */
function besideNotebook(parent: string | undefined): string | undefined {
  if (!parent?.startsWith("file:")) return parent;
  const path = fileURLToPath(parent.replace(/[?#].*/, ""));
  const counts = inNotebook(path);
  return counts === path ? parent : pathToFileURL(counts).href;
}

function localFile(name: string, parent: string | undefined): string {
  const url = new URL(name, parent);
  url.search = "";
  const found = existingFile(fileURLToPath(url));
  return found === undefined ? url.href : pathToFileURL(found).href;
}

/** Where the `paths` and `baseUrl` of the notebook's tsconfig.json lead, if there is a file. */
export function mappedFile(name: string): string | undefined {
  const folder = notebookFolder();
  if (folder === undefined) return undefined;
  for (const path of mappedPaths(name, runOptions(folder))) {
    const found = existingFile(path);
    if (found !== undefined && !found.endsWith(".d.ts")) return found;
  }
  return undefined;
}

/** Adds the extension or index file that TypeScript lets one leave out, and `.ts` where `.js` is written. */
function existingFile(path: string): string | undefined {
  const cell = cellModuleAt(path);
  if (cell) return cell;
  const written = path.replace(/\.(m|c)?js$/, ".$1ts");
  const asTsx = path.replace(/\.jsx?$/, ".tsx");
  return [path, written, asTsx, ...ENDINGS.map((ending) => path + ending)].find(isFile);
}

/** The local files of the latest import, each behind those that it imports. */
export function deepestFirst(): readonly string[] {
  return versions.deepestFirst.map((path) => pathToFileURL(path).href);
}

/** A local file's URL names its version, so that an edited one is another module. */
export function versioned(url: string): string {
  if (!isLocal(url)) return url;
  return `${url.replace(/\?.*/, "")}?v=${versions.of(fileURLToPath(url.replace(/[?#].*/, "")))}`;
}

/** Neither a package's nor our own. */
function isLocal(url: string | undefined): boolean {
  return !!url?.startsWith("file:") && !url.includes("/node_modules/") && !url.startsWith(builtFolder.href);
}

/** The local files that a file imports, be there any or not. */
const versions = new Versions((path, names) => {
  const parent = pathToFileURL(inNotebook(path)).href;
  return names.flatMap((name) => {
    if (/^\.{1,2}\//.test(name)) return [fileURLToPath(localFile(name, parent))];
    const mapped = mappedFile(name);
    return mapped === undefined ? [] : [mapped];
  });
});

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

export interface Loaded {
  readonly format: "module" | "json";
  readonly source: string;
  readonly shortCircuit: true;
}

/** The JavaScript of a TypeScript file; undefined for everything else. */
export function load(url: string): Loaded | undefined {
  if (!url.startsWith("file:")) return undefined;
  const path = fileURLToPath(url.replace(/[?#].*/, ""));
  if (!isSource(path)) return undefined;
  return { format: "module", source: transpile(path).code, shortCircuit: true };
}

/** Leads from a loaded file's lines to its author's. Made when an error asks: few files ever throw. */
export function sourceMapOf(url: string): SourceMap | undefined {
  try {
    const { map } = transpile(fileURLToPath(url));
    const parts = {
      version: 3,
      file: "",
      sourceRoot: "",
      sources: [""],
      sourcesContent: [],
      names: [],
      mappings: "",
    };
    return map && new SourceMap({ ...parts, ...map });
  } catch {
    return undefined;
  }
}
