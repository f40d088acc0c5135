// Cells as JupyterLab's debugger knows them: files that are nowhere, named by a hash of the cell's text.
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { originalOffset, type Position, positionAt } from "../language/edits.ts";
import { type CellText, original, rewrittenOffset } from "../session/cell-lines.ts";
import type { Compiler } from "./compiler.ts";
import { murmur2 } from "./murmur.ts";

export const HASH_SEED = 0xc70f6907;
// JupyterLab calls a frame by its cell, and not by this path, where it finds `ipykernel_` in it. It is the same in every
// kernel, so that breakpoints outlive a restart.
export const CELL_PREFIX: string = join(tmpdir(), "ipykernel_gradbook") + sep;
export const CELL_SUFFIX = ".ts";
const CELL_URL = /^gradbook-cell-(\d+)$/;

export const cellUrl = (run: number): string => `gradbook-cell-${run}`;

/** The run that a script's URL names. */
export function runOfUrl(url: string): number | undefined {
  const run = CELL_URL.exec(url)?.[1];
  return run === undefined ? undefined : Number(run);
}

export function cellPath(code: string): string {
  return `${CELL_PREFIX}${murmur2(code, HASH_SEED)}${CELL_SUFFIX}`;
}

export const isCellPath = (path: string): boolean => path.startsWith(CELL_PREFIX);

/** Where a cell's script may pause, and the line of the cell that this is. */
export interface Pausing {
  readonly line: number;
  readonly script: Position;
}

/** The names by which a cell's wrapper calls what is the kernel's. */
export function handlesOf(javascript: string): string[] {
  const [, names = "$", kernel = "$k"] =
    /^"use strict";\(?async \(([$\w]+), ([$\w]+)\)/.exec(javascript) ?? [];
  return [names, kernel, kernel.replace("k", "t"), kernel.replace("k", "n"), kernel.replace("k", "b")];
}

/** The places in the order of the cell's lines; none is in the kernel's wrapper. */
export function pausings(cell: CellText, compiler: Compiler): Pausing[] {
  const found = compiler.locations(cell.prepared.javascript).flatMap((script) => {
    const offset = rewrittenOffset(cell, script);
    if (offset === undefined || offset < 0) return [];
    const at = originalOffset(cell.prepared.edits, offset);
    // The return from the wrapper is behind all that there is.
    if (at > cell.source.trimEnd().length) return [];
    return [{ line: positionAt(cell.source, at).line, script }];
  });
  return found.sort(
    (a, b) => a.line - b.line || a.script.line - b.script.line || a.script.column - b.script.column,
  );
}

/** The first place on the line, or on the next one that has any; else the last of all. */
export function pausingAt(places: readonly Pausing[], line: number): Pausing | undefined {
  return places.find((place) => place.line >= line) ?? places.at(-1);
}

export class Cells {
  readonly #codes = new Map<string, string>();
  readonly #runs = new Map<number, CellText>();
  readonly #ask: (run: number) => Promise<Pick<CellText, "source" | "prepared"> | undefined>;

  /** `ask` knows the cells that ran before a debugger was there. */
  constructor(ask: (run: number) => Promise<Pick<CellText, "source" | "prepared"> | undefined>) {
    this.#ask = ask;
  }

  /** Notes a cell's text; returns its path. */
  note(code: string): string {
    const path = cellPath(code);
    this.#codes.set(path, code);
    return path;
  }

  codeAt(path: string): string | undefined {
    return this.#codes.get(path);
  }

  /** The same, where the cell may have run before anybody named it. */
  async codeOf(path: string, ran: () => Promise<readonly string[]>): Promise<string | undefined> {
    if (!this.#codes.has(path)) for (const code of await ran()) this.note(code);
    return this.#codes.get(path);
  }

  add(run: number, cell: CellText): void {
    this.note(cell.source);
    this.#runs.set(run, cell);
  }

  /** The runs that were told of here, of which the session may know nothing yet. */
  runsOf(code: string): number[] {
    return [...this.#runs].filter(([, { source }]) => source === code).map(([run]) => run);
  }

  async find(run: number): Promise<CellText | undefined> {
    const known = this.#runs.get(run);
    if (known) return known;
    const found = await this.#ask(run);
    if (found) this.add(run, found);
    return found;
  }

  /** Where a position in a run's script is in its cell; undefined within what the kernel has put there. */
  async place(run: number, script: Position): Promise<(Position & { readonly path: string }) | undefined> {
    const cell = await this.find(run);
    if (!cell) return undefined;
    const offset = rewrittenOffset(cell, script);
    if (offset === undefined || offset < 0) return undefined;
    return { ...original(cell, script), path: this.note(cell.source) };
  }
}
