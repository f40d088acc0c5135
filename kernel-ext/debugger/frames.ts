// The call stack as the author of the cells knows it: their own lines, and nothing of the kernel.
import { basename } from "node:path";
import type { Position } from "../language/edits.ts";
import { type Cells, handlesOf, runOfUrl } from "./cells.ts";
import type { Files, Place } from "./files.ts";
import type { CallFrame, Paused, Target } from "./target.ts";
import type { Awaiting } from "./work.ts";

export interface Frame {
  readonly id: number;
  readonly name: string;
  readonly place: Place;
  /** None in a frame that awaits the ones above it. */
  readonly call: CallFrame | undefined;
  /** What the kernel has put into its scope. */
  readonly handles: readonly string[];
}

interface Parts {
  readonly target: Target;
  readonly cells: Cells;
  readonly files: Files;
}

interface Site {
  readonly name: string;
  readonly url: string;
  readonly script: Position;
  readonly call?: CallFrame;
}

export class Frames {
  readonly #parts: Parts;
  #count = 0;
  /** Each cell's own script: the expressions that come with a cell have its URL too, and other lines. */
  readonly #scripts = new Map<number, string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async of({ callFrames }: Paused, awaiting: readonly Awaiting[]): Promise<Frame[]> {
    const frames: Frame[] = [];
    for (const call of callFrames) await this.#add(frames, this.#siteOf(call));
    for (const { name, url, ...script } of awaiting) {
      await this.#add(frames, { name: name && `async ${name}`, url, script });
    }
    return frames;
  }

  async #add(frames: Frame[], { name, url, script, call }: Site): Promise<void> {
    const { cells, files } = this.#parts;
    const run = runOfUrl(url);
    if (run === undefined) {
      const place = files.place(url, script);
      if (place) frames.push({ id: ++this.#count, name: name || "(anonymous)", place, call, handles: [] });
      return;
    }
    const cell = await cells.find(run);
    const place = cell && this.#isOwn(run, call) ? await cells.place(run, script) : undefined;
    if (!cell || !place) return;
    // The function that the kernel has put around a cell begins on the script's first line, and has that to itself.
    const isWhole = (call?.functionLocation?.lineNumber ?? 0) === 0;
    const shown = name || (isWhole ? "(cell)" : "(anonymous)");
    frames.push({
      id: ++this.#count,
      name: shown,
      place,
      call,
      handles: handlesOf(cell.prepared.javascript),
    });
  }

  #isOwn(run: number, call: CallFrame | undefined): boolean {
    if (!call) return true;
    const { scriptId } = call.location;
    const own = this.#scripts.get(run) ?? scriptId;
    this.#scripts.set(run, own);
    return own === scriptId;
  }

  #siteOf(call: CallFrame): Site {
    const { scriptId, lineNumber, columnNumber = 0 } = call.location;
    const url = this.#parts.target.scripts.get(scriptId) ?? "";
    return { name: call.functionName, url, script: { line: lineNumber + 1, column: columnNumber + 1 }, call };
  }
}

/** As the protocol has it. */
export function stackFrame({ id, name, place, call }: Frame): object {
  return {
    id,
    name,
    line: place.line,
    column: place.column,
    source: { name: basename(place.path), path: place.path, sourceReference: 0 },
    ...(!call && { presentationHint: "subtle" }),
  };
}
