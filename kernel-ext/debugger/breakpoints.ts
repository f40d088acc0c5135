// Breakpoints, from a line that somebody clicked to a place that V8 knows. Those of a cell are bound again with
// every run, before its script is there; those of a file by its URL, in whatever version it is imported.
import type { Debugger } from "node:inspector";
import type { Prepared } from "../language/language.ts";
import type { CellText } from "../session/cell-lines.ts";
import { type Cells, cellUrl, isCellPath, pausingAt, pausings } from "./cells.ts";
import type { Compiler } from "./compiler.ts";
import { type Conditions, conditionOf } from "./expressions.ts";
import { changed, type Files } from "./files.ts";
import type { Target } from "./target.ts";

export interface Wanted extends Conditions {
  readonly line: number;
}

export interface Bound {
  readonly verified: boolean;
  readonly line: number;
  readonly message?: string;
}

interface Source {
  readonly wanted: readonly Wanted[];
  readonly bound: readonly Bound[];
  /** V8's. */
  readonly ids: Set<string>;
  readonly changed: number;
}

interface Parts {
  readonly target: () => Target | undefined;
  readonly compiler: Compiler;
  readonly cells: Cells;
  readonly files: Files;
  /** Makes a cell's JavaScript without taking it for run. */
  readonly preview: (code: string) => Promise<Prepared>;
}

/** So many runs of a cell may still have functions of theirs about. */
const RUNS = 20;

export class Breakpoints {
  readonly #parts: Parts;
  readonly #sources = new Map<string, Source>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  all(): { source: string; breakpoints: { line: number }[] }[] {
    return [...this.#sources]
      .filter(([, { bound }]) => bound.length > 0)
      .map(([source, { bound }]) => ({ source, breakpoints: bound.map(({ line }) => ({ line })) }));
  }

  /** Replaces those of a source. */
  async set(path: string, wanted: readonly Wanted[]): Promise<readonly Bound[]> {
    await this.#unbind(path);
    const checked = wanted.map((one) => ({ one, problem: problemOf(one) }));
    const good = checked.filter(({ problem }) => problem === undefined).map(({ one }) => one);
    const ids = new Set<string>();
    const found = isCellPath(path)
      ? await this.#inCell(path, good, ids)
      : await this.#inFile(path, good, ids);
    const bound = checked.map(({ one, problem }) =>
      problem === undefined
        ? (found.get(one) ?? missing(one))
        : { verified: false, line: one.line, message: problem },
    );
    if (wanted.length === 0) this.#sources.delete(path);
    else this.#sources.set(path, { wanted: good, bound, ids, changed: changed(path) });
    return bound;
  }

  /** Before a cell's script is there: posted, not waited for, as V8 takes them in their order. */
  bindRun(run: number, cell: CellText): void {
    const source = this.#sources.get(this.#parts.cells.note(cell.source));
    if (source) void this.#bindRun(run, cell, source.wanted, source.ids);
  }

  /** Files that were edited are bound by their new lines. */
  refresh(): void {
    for (const [path, source] of this.#sources) {
      if (!isCellPath(path) && changed(path) !== source.changed) void this.set(path, source.wanted);
    }
  }

  /** All of them again, for a debugger that was not there when they were set. */
  async bind(): Promise<void> {
    for (const [path, { wanted }] of [...this.#sources]) await this.set(path, wanted);
  }

  clear(): void {
    this.#sources.clear();
  }

  async #unbind(path: string): Promise<void> {
    const target = this.#parts.target();
    const ids = this.#sources.get(path)?.ids ?? [];
    await Promise.all(
      [...ids].map((breakpointId) => target?.post("Debugger.removeBreakpoint", { breakpointId })),
    );
  }

  async #inCell(path: string, wanted: readonly Wanted[], ids: Set<string>): Promise<Map<Wanted, Bound>> {
    const { cells, target, preview, compiler } = this.#parts;
    const code = await cells.codeOf(path, async () => (await target()?.inside("sources")) ?? []);
    if (code === undefined) return new Map(wanted.map((one) => [one, { verified: true, line: one.line }]));
    const runs = (await target()?.inside("runsOf", code)) ?? [];
    for (const run of runs.slice(0, RUNS)) {
      const cell = await cells.find(run);
      if (cell) await this.#bindRun(run, cell, wanted, ids);
    }
    const prepared = await preview(code);
    // What cannot run yet has its lines all the same.
    const places = "cell" in prepared ? pausings({ source: code, prepared: prepared.cell }, compiler) : [];
    return new Map(
      wanted.map((one) => [one, { verified: true, line: pausingAt(places, one.line)?.line ?? one.line }]),
    );
  }

  async #bindRun(run: number, cell: CellText, wanted: readonly Wanted[], ids: Set<string>): Promise<void> {
    const places = pausings(cell, this.#parts.compiler);
    const bound = wanted.map((one) => {
      const place = pausingAt(places, one.line);
      return place && this.#post({ url: cellUrl(run) }, place.script, one, ids);
    });
    await Promise.all(bound);
  }

  async #inFile(path: string, wanted: readonly Wanted[], ids: Set<string>): Promise<Map<Wanted, Bound>> {
    const { files, target } = this.#parts;
    const found = new Map<Wanted, Bound>();
    for (const one of wanted) {
      const place = files.placeIn(path, one.line);
      if (!place) continue;
      const location = await this.#post({ urlRegex: place.urlRegex }, place.script, one, ids);
      // Where its script is loaded, V8 knows better.
      const url = location && target()?.scripts.get(location.scriptId);
      const exact = url
        ? files.place(url, { line: location.lineNumber + 1, column: (location.columnNumber ?? 0) + 1 })
        : undefined;
      found.set(one, { verified: true, line: exact?.path === path ? exact.line : place.line });
    }
    return found;
  }

  async #post(
    where: { readonly url: string } | { readonly urlRegex: string },
    { line, column }: { readonly line: number; readonly column: number },
    wanted: Wanted,
    ids: Set<string>,
  ): Promise<Debugger.Location | undefined> {
    const target = this.#parts.target();
    const place = { ...where, lineNumber: line - 1, columnNumber: column - 1 };
    const condition = conditionOf(wanted, JSON.stringify(place));
    try {
      const set = { ...place, ...(condition !== undefined && { condition }) };
      const answer = await target?.post<Debugger.SetBreakpointByUrlReturnType>(
        "Debugger.setBreakpointByUrl",
        set,
      );
      if (answer) ids.add(answer.breakpointId);
      return answer?.locations[0];
    } catch {
      // Two lines may come to one place, which has its breakpoint then.
      return undefined;
    }
  }
}

function problemOf(wanted: Wanted): string | undefined {
  try {
    conditionOf(wanted, "");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function missing({ line }: Wanted): Bound {
  return { verified: false, line, message: "There is no such file, or nothing on this line that runs" };
}
