// Where a script's places are in the files that people read: local TypeScript, the library's, packages' as they are.
import { existsSync, readFileSync, type Stats, statSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Position } from "../language/edits.ts";
import { builtFolder } from "../language/own.ts";
import { inNotebook } from "../session/cell-modules.ts";
import { sourceMapOf } from "../session/resolve.ts";
import { isSource, transpile } from "../session/transpile.ts";

/** Node's own modules, ours that run notebooks and what those use, and what is evaluated on the way. */
const HIDDEN =
  /^(?!file:)|\/kernel-ext\/(?:session|display|language|wire|debugger)\/|\/kernel-ext\/kernel\.c?js|\/node_modules\/oxc-transform\//;
const BUILT = fileURLToPath(builtFolder);
const ROOT = resolve(BUILT, "..", "..");

export interface Place extends Position {
  readonly path: string;
}

/** A place in every script that is loaded from a file. */
export interface FilePlace {
  readonly urlRegex: string;
  readonly script: Position;
  /** The line of the file that this is. */
  readonly line: number;
}

interface Script {
  readonly javascript: string;
  readonly map: SourceMap | undefined;
}

export class Files {
  readonly #maps = new Map<string, { readonly map: SourceMap | undefined; readonly path: string }>();
  readonly #pathOfCell: (code: string) => string;

  constructor(pathOfCell: (code: string) => string) {
    this.#pathOfCell = pathOfCell;
  }

  /** Undefined where nobody is to see it. */
  place(url: string, script: Position): Place | undefined {
    if (HIDDEN.test(url)) return undefined;
    const { map, path } = this.#mapOf(url);
    const entry = map?.findEntry(script.line - 1, script.column - 1);
    if (!entry || !("originalLine" in entry)) return { path, ...script };
    return { path, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }

  isVisible(url: string): boolean {
    return !HIDDEN.test(url);
  }

  /** The file that is read for a script. */
  pathOf(url: string): string {
    return this.#mapOf(url).path;
  }

  /** The first place of the script that comes of this line, or of one behind it. */
  placeIn(path: string, line: number): FilePlace | undefined {
    const script = scriptOf(path);
    if (!script) return undefined;
    const urlRegex = `^${escaped(pathToFileURL(builtFrom(path) ?? path).href)}(\\?.*)?$`;
    if (!script.map) return { urlRegex, script: { line, column: 1 }, line };
    let best: FilePlace | undefined;
    for (const [n, text] of script.javascript.split("\n").entries()) {
      const column = text.search(/\S/);
      if (column < 0) continue;
      const entry = script.map.findEntry(n, column);
      // An entry of a line before says nothing of this one.
      if (!("originalLine" in entry) || entry.generatedLine !== n) continue;
      const original = entry.originalLine + 1;
      if (original < line || (best && best.line <= original)) continue;
      best = { urlRegex, script: { line: n + 1, column: column + 1 }, line: original };
    }
    return best;
  }

  /** A cell that is a module is read in the notebook, and not where its file lies aside. */
  #shown(path: string): string {
    return inNotebook(path) === path ? path : this.#pathOfCell(readFileSync(path, "utf8"));
  }

  #mapOf(url: string): { readonly map: SourceMap | undefined; readonly path: string } {
    const known = this.#maps.get(url);
    if (known) return known;
    const path = fileURLToPath(url.replace(/[?#].*/, ""));
    const found = isSource(path) ? { map: sourceMapOf(url), path: this.#shown(path) } : builtMap(path);
    this.#maps.set(url, found);
    return found;
  }
}

/** When a file was last changed. */
export function changed(path: string | undefined): number {
  return fileAt(path ?? "")?.mtimeMs ?? 0;
}

export function textOfFile(path: string): string | undefined {
  return fileAt(path) && readFileSync(path, "utf8");
}

function fileAt(path: string): Stats | undefined {
  try {
    const found = statSync(path);
    return found.isFile() ? found : undefined;
  } catch {
    // Not there, or no path at all.
    return undefined;
  }
}

function scriptOf(path: string): Script | undefined {
  if (!/\.[mc]?[jt]sx?$/.test(path) || !fileAt(path)) return undefined;
  const built = builtFrom(path);
  if (built) return { javascript: readFileSync(built, "utf8"), map: builtMap(built).map };
  if (!isSource(path)) return { javascript: readFileSync(path, "utf8"), map: undefined };
  try {
    const { code, map } = transpile(path);
    return { javascript: code, map: map && sourceMapOf(pathToFileURL(path).href) };
  } catch {
    return undefined;
  }
}

/** The file that the build has made of one of our own. */
function builtFrom(path: string): string | undefined {
  if (!path.startsWith(ROOT) || path.startsWith(BUILT) || !path.endsWith(".ts")) return undefined;
  const built = join(BUILT, path.slice(ROOT.length)).replace(/\.ts$/, ".js");
  return existsSync(built) ? built : undefined;
}

/** The map beside a built file leads to what it was built from, where that is there. */
function builtMap(path: string): { readonly map: SourceMap | undefined; readonly path: string } {
  const beside = `${path}.map`;
  if (!path.startsWith(BUILT) || !existsSync(beside)) return { map: undefined, path };
  const payload = JSON.parse(readFileSync(beside, "utf8")) as ConstructorParameters<typeof SourceMap>[0];
  const source = resolve(dirname(path), payload.sources[0] ?? "");
  return existsSync(source) ? { map: new SourceMap(payload), path: source } : { map: undefined, path };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
