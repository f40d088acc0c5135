// What a program of cells reads: the disk, and two files that are on none.
import { statSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";
import type { Where } from "../session/cell-modules.ts";
import type { Resolver } from "./compiler.ts";
import { cellGlobals, pageGlobals } from "./globals.ts";
import type { TypeScript } from "./internals.ts";

/** Belongs to no folder, so that a program made before the notebook is known serves any. */
const VIRTUAL = "/__gradbook__";
export const ROOT_FILE: string = `${VIRTUAL}/session.ts`;
export const GLOBALS_FILE: string = `${VIRTUAL}/globals.d.ts`;

/**
 * Node's modules that notebooks hardly ever import, a fifth of its declarations: they are read when one does, so that
 * the snapshot is smaller, and a kernel quicker to start.
 */
const LATE = [
  "cluster",
  "domain",
  "http2",
  "inspector",
  "repl",
  "sea",
  "sqlite",
  "test",
  "trace_events",
  "wasi",
];
const LATE_MODULE = new RegExp(`^(?:node:)?(?:${LATE.join("|")})(?:/|$)`);
const LATE_REFERENCE = new RegExp(
  `^/// <reference path="(?:${LATE.join("|")})(?:\\.generated)?\\.d\\.ts" />$`,
  "gm",
);
const NODE = "/@types/node/";

export class CellFiles {
  readonly #ts: TypeScript;
  readonly #files: Map<string, ts.SourceFile>;
  /** Local files that cells import, with the time of the version that is known. */
  readonly #watched = new Map<string, number>();
  readonly #imported = new Set<string>();
  #late: "absent" | "wanted" | "there" = "absent";

  readonly #globals: string;

  /** `files` are those that an earlier program has parsed. */
  constructor(ts: TypeScript, where: Where = "node", files: Map<string, ts.SourceFile> = new Map()) {
    this.#ts = ts;
    this.#globals = where === "page" ? pageGlobals : cellGlobals;
    this.#files = files;
  }

  get parsed(): Map<string, ts.SourceFile> {
    return this.#files;
  }

  /** The text of the files that are on no disk. */
  virtual(name: string): string | undefined {
    if (name === GLOBALS_FILE) return this.#globals;
    if (name !== ROOT_FILE) return undefined;
    return ["export {}", ...[...this.#imported].map((m) => `import ${JSON.stringify(m)}`)].join("\n");
  }

  get imported(): readonly string[] {
    return [...this.#imported];
  }

  /** Notes that a cell imports `name`; returns whether that is new. */
  note(name: string): boolean {
    if (this.#imported.has(name)) return false;
    this.#imported.add(name);
    return true;
  }

  /** Whether `name` is one of Node's modules that are still to be read. */
  lacks(name: string): boolean {
    if (this.#late === "absent" && LATE_MODULE.test(name)) this.#late = "wanted";
    return this.#late === "wanted";
  }

  /** All of Node's modules are there in the next program. */
  completeNode(): void {
    if (this.#late === "there") return;
    this.#late = "there";
    for (const name of this.#files.keys()) if (name.endsWith(`${NODE}index.d.ts`)) this.#files.delete(name);
  }

  /** Forgets what was edited since it was read; returns whether anything was. */
  refresh(): boolean {
    let stale = false;
    for (const [path, known] of this.#watched) {
      const time = modified(path);
      if (time === known) continue;
      this.#watched.set(path, time);
      this.#files.delete(path);
      stale = true;
    }
    return stale;
  }

  host(options: ts.CompilerOptions, folder: () => string, resolve: Resolver): ts.CompilerHost {
    const ts = this.#ts;
    const base = ts.createCompilerHost(options);
    return {
      ...base,
      getCurrentDirectory: () => "/",
      fileExists: (name) => this.virtual(name) !== undefined || base.fileExists(name),
      readFile: (name) => this.virtual(name) ?? base.readFile(name),
      resolveModuleNameLiterals: (literals, containing) =>
        literals.map(({ text }) => {
          if (!containing.includes(NODE)) this.lacks(text);
          return resolve(text, containing === ROOT_FILE ? join(folder(), "cell.ts") : containing);
        }),
      getSourceFile: (name, version) => {
        const text = this.virtual(name);
        if (text !== undefined) return ts.createSourceFile(name, text, version, false);
        const known = this.#files.get(name);
        if (known) return known;
        const file =
          this.#late !== "there" && name.endsWith(`${NODE}index.d.ts`)
            ? ts.createSourceFile(
                name,
                (base.readFile(name) ?? "").replace(LATE_REFERENCE, ""),
                version,
                false,
              )
            : base.getSourceFile(name, withoutComments(ts, name, version));
        if (file) this.#files.set(name, file);
        if (file && !file.isDeclarationFile && !name.includes("/node_modules/")) {
          this.#watched.set(name, modified(name));
        }
        return file;
      },
    };
  }
}

export function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

type Version = Parameters<ts.CompilerHost["getSourceFile"]>[1];

/** The comments of declarations are most of their text, and asked for seldom: comments.ts parses them then. */
function withoutComments(ts: TypeScript, name: string, version: Version): Version {
  const options = typeof version === "object" ? version : { languageVersion: version };
  return name.endsWith(".d.ts") ? { ...options, jsDocParsingMode: ts.JSDocParsingMode.ParseNone } : options;
}
