// Breakpoints, from a line that somebody clicked to a place that V8 knows. Those of a cell are bound again with
// every run, before its script is there; those of a file by its URL, in whatever version it is imported.
import type { Debugger } from "node:inspector";
import type { Prepared } from "../language/language.ts";
import type { CellText } from "../session/cell-lines.ts";
import { fileOfModule } from "../session/cell-modules.ts";
import { type Cells, cellUrl, isCellPath, pausingAt, pausings } from "./cells.ts";
import type { Compiler } from "./compiler.ts";
import { type Condition, type Conditions, conditionOf } from "./expressions.ts";
import { changed, type Files } from "./files.ts";
import type { Paused, Target } from "./target.ts";

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
  /** Where its code lies, and when it was changed. */
  readonly file: string | undefined;
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
  /** Conditions that V8 is not left alone with, by its breakpoints' names. */
  readonly #asked = new Map<string, Condition>();
  #binding: Promise<void> | undefined;

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
    if (isCellPath(path)) await this.#parts.cells.codeOf(path, () => this.#ran());
    const file = this.#fileOf(path);
    const source = { wanted: good, ids, file, changed: changed(file) };
    // A run that comes meanwhile finds them.
    this.#sources.set(path, { ...source, bound: [] });
    const found =
      file === undefined ? await this.#inCell(path, good, ids) : await this.#inFile(path, file, good, ids);
    const bound = checked.map(({ one, problem }) =>
      problem === undefined
        ? (found.get(one) ?? missing(one))
        : { verified: false, line: one.line, message: problem },
    );
    if (wanted.length === 0) this.#sources.delete(path);
    else this.#sources.set(path, { ...source, bound });
    return bound;
  }

  /** Before a cell's script is there: posted, not waited for, as V8 takes them in their order. */
  bindRun(run: number, cell: CellText): void {
    const source = this.#sources.get(this.#parts.cells.note(cell.source));
    if (source) this.#binding = this.#bindRun(run, cell, source.wanted, source.ids);
  }

  /** Files that were edited are bound by their new lines. */
  refresh(): void {
    for (const [path, source] of this.#sources) {
      const file = this.#fileOf(path);
      if (file !== source.file || changed(file) !== source.changed) void this.set(path, source.wanted);
    }
  }

  /** None for a cell, but where it is a module, which is imported as a file. */
  #fileOf(path: string): string | undefined {
    return isCellPath(path) ? fileOfModule(this.#parts.cells.codeAt(path) ?? "") : path;
  }

  async #ran(): Promise<readonly string[]> {
    return (await this.#parts.target()?.inside("sources")) ?? [];
  }

  /** All of them again, for a debugger that was not there when they were set. */
  async bind(): Promise<void> {
    for (const [path, { wanted }] of [...this.#sources]) await this.set(path, wanted);
  }

  clear(): void {
    this.#sources.clear();
    this.#asked.clear();
  }

  /** Whether one of those that V8 stopped at is to pause. */
  async isHit({ hitBreakpoints = [], callFrames: [call] }: Paused, target: Target): Promise<boolean> {
    // V8 has answered before it stopped, but that answer may not have been read.
    await this.#binding;
    for (const id of hitBreakpoints) {
      const condition = this.#asked.get(id);
      if (!condition) return true;
      try {
        const { value } = await target.inFrame(call?.callFrameId ?? "", condition.javascript);
        if (value === true) return true;
      } catch (error) {
        await target.inside("failed", "condition", error instanceof Error ? error.message : String(error));
        return true;
      }
    }
    return false;
  }

  async #unbind(path: string): Promise<void> {
    const target = this.#parts.target();
    const ids = this.#sources.get(path)?.ids ?? [];
    for (const id of ids) this.#asked.delete(id);
    await Promise.all(
      [...ids].map((breakpointId) => target?.post("Debugger.removeBreakpoint", { breakpointId })),
    );
  }

  async #inCell(path: string, wanted: readonly Wanted[], ids: Set<string>): Promise<Map<Wanted, Bound>> {
    const { cells, target, preview, compiler } = this.#parts;
    const code = cells.codeAt(path);
    if (code === undefined) return new Map(wanted.map((one) => [one, { verified: true, line: one.line }]));
    const runs = new Set([...((await target()?.inside("runsOf", code)) ?? []), ...cells.runsOf(code)]);
    for (const run of [...runs].sort((a, b) => b - a).slice(0, RUNS)) {
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

  async #inFile(
    path: string,
    file: string,
    wanted: readonly Wanted[],
    ids: Set<string>,
  ): Promise<Map<Wanted, Bound>> {
    const { files, target } = this.#parts;
    const found = new Map<Wanted, Bound>();
    for (const one of wanted) {
      const place = files.placeIn(file, one.line);
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
      const set = { ...place, ...(condition && !condition.isEndless && { condition: condition.javascript }) };
      const answer = await target?.post<Debugger.SetBreakpointByUrlReturnType>(
        "Debugger.setBreakpointByUrl",
        set,
      );
      if (answer) ids.add(answer.breakpointId);
      if (answer && condition?.isEndless) this.#asked.set(answer.breakpointId, condition);
      return answer?.locations[0];
    } catch {
      // Two lines may come to one place, which has its breakpoint then.
      return undefined;
    }
  }
}

function problemOf(wanted: Wanted): string | undefined {
  if (!(wanted.line > 0)) return "A breakpoint needs a line, from 1";
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
