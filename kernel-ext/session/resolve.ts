// Where imports lead and how TypeScript files load: the resolve and load hooks' common part, in both of
// Node's flavours (one in a thread of its own, one in this thread).
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { SourceMap } from "node:module";
import { extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type TransformResult, transformSync } from "oxc-transform";
import { builtFolder, ownModule } from "../language/own.ts";
import { cellModuleAt, inNotebook } from "./cell-modules.ts";

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
  const name = inCell ? decodeURIComponent(specifier.slice(CELL_SCHEME.length)) : specifier;
  const parent = inCell ? pathToFileURL(join(folder, "cell.ts")).href : besideNotebook(parentURL);
  const own = ownModule(name);
  if (own) return [{ specifier: pathToFileURL(`${own}.js`).href, parentURL: parent }];
  // Within packages, Node's own rules hold.
  if (!inCell && !isLocal(parent)) return [{ specifier: name, parentURL: parent }];
  if (/^(\.{0,2}\/|file:)/.test(name)) return [{ specifier: localFile(name, parent), parentURL: parent }];
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

/** Adds the extension or index file that TypeScript lets one leave out, and `.ts` where `.js` is written. */
function localFile(name: string, parent: string | undefined): string {
  const url = new URL(name, parent);
  url.search = "";
  const path = fileURLToPath(url);
  const cell = cellModuleAt(path);
  if (cell) return pathToFileURL(cell).href;
  if (isFile(path)) return url.href;
  const written = path.replace(/\.(m|c)?js$/, ".$1ts");
  const others = [
    written,
    `${path}.ts`,
    `${path}.js`,
    `${path}.mts`,
    join(path, "index.ts"),
    join(path, "index.js"),
  ];
  const found = others.find(isFile);
  return found ? pathToFileURL(found).href : url.href;
}

/** A local file's URL names its version, so that an edited one is another module. */
export function versioned(url: string): string {
  if (!isLocal(url)) return url;
  return `${url.replace(/\?.*/, "")}?v=${version(fileURLToPath(url.replace(/[?#].*/, "")), new Set())}`;
}

/** Neither a package's nor our own. */
function isLocal(url: string | undefined): boolean {
  return !!url?.startsWith("file:") && !url.includes("/node_modules/") && !url.startsWith(builtFolder.href);
}

interface Known {
  readonly time: number;
  readonly size: number;
  readonly hash: string;
  readonly imports: readonly string[];
}

const known = new Map<string, Known>();

/** A hash over a file and the local files that it imports. */
function version(path: string, seen: Set<string>): string {
  if (seen.has(path)) return "";
  seen.add(path);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return "";
  let file = known.get(path);
  if (!file || file.time !== stat.mtimeMs || file.size !== stat.size) {
    const text = readFileSync(path, "utf8");
    file = { time: stat.mtimeMs, size: stat.size, hash: hash(text), imports: localImports(path, text) };
    known.set(path, file);
  }
  const nested = file.imports.map((imported) => version(imported, seen));
  return nested.length ? hash([file.hash, ...nested].join()) : file.hash;
}

function localImports(path: string, text: string): string[] {
  const found = text.matchAll(/(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g);
  const parent = pathToFileURL(inNotebook(path)).href;
  return [...found]
    .map(([, name]) => fileURLToPath(localFile(name ?? "", parent)))
    .map((file) => resolve(file));
}

function hash(text: string): string {
  return createHash("sha1").update(text).digest("hex").slice(0, 12);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
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
  if (![".ts", ".mts", ".tsx"].includes(extname(path))) return undefined;
  const { code, errors } = transpile(path);
  const first = errors.find((error) => error.severity === "Error");
  if (first) throw new SyntaxError(`${path}: ${first.message}\n${first.codeframe ?? ""}`);
  return { format: "module", source: code, shortCircuit: true };
}

/** Leads from a loaded file's lines to its author's. Made when an error asks: few files ever throw. */
export function sourceMapOf(url: string): SourceMap | undefined {
  try {
    const { map } = transpile(fileURLToPath(url));
    return map && new SourceMap({ file: "", sourceRoot: "", sourcesContent: [], ...map });
  } catch {
    return undefined;
  }
}

function transpile(path: string): TransformResult {
  return transformSync(path, readFileSync(path, "utf8"), {
    lang: path.endsWith("x") ? "tsx" : "ts",
    sourceType: "module",
    target: "es2022",
    sourcemap: true,
  });
}
