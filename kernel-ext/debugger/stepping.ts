// One step is a line of the author's: V8 goes by statements, and the kernel has put some of its own between them.
import type { Stop } from "./debugger.ts";
import type { Place } from "./files.ts";
import type { Frame } from "./frames.ts";
import type { Paused } from "./target.ts";

export type StepMethod = "Debugger.stepOver" | "Debugger.stepInto" | "Debugger.stepOut";

/** More pauses than a line can have but for one that loops for ever. */
const MOST = 200;

export class Step {
  readonly method: StepMethod;
  /** How many cells had begun: a step does not go on into the next. */
  readonly begun: number;
  readonly #line: string;
  readonly #depth: number;
  readonly #seen = new Set<number>();
  #pauses = 0;

  constructor(
    method: StepMethod,
    { event, frames }: Stop,
    begun: number,
    isAwait: (place: Place) => boolean,
  ) {
    this.method = method;
    this.begun = begun;
    this.#line = lineOf(event, frames);
    this.#depth = depthOf(frames);
    const [top] = frames;
    // V8 pauses at a bare `await` again when it goes on behind it.
    if (!top || !isAwait(top.place)) this.#seen.add(positionOf(event));
  }

  /** Whether a pause is still on the line that the step began on. A loop that comes round is a step. */
  goesOn(event: Paused, frames: readonly Frame[]): boolean {
    if (++this.#pauses > MOST || this.method === "Debugger.stepOut") return false;
    // Behind an await, the callers are gone.
    if (lineOf(event, frames) !== this.#line || depthOf(frames) > this.#depth) return false;
    const at = positionOf(event);
    const isNew = !this.#seen.has(at);
    this.#seen.add(at);
    return isNew;
  }
}

/** A line of one function. */
function lineOf({ callFrames: [call] }: Paused, [top]: readonly Frame[]): string {
  const { lineNumber, columnNumber } = call?.functionLocation ?? {};
  return `${top?.place.path}:${top?.place.line} in ${lineNumber}:${columnNumber}`;
}

function depthOf(frames: readonly Frame[]): number {
  return frames.filter(({ call }) => call).length;
}

function positionOf({ callFrames: [top] }: Paused): number {
  return top ? top.location.lineNumber * 1e6 + (top.location.columnNumber ?? 0) : 0;
}
