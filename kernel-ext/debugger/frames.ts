// The call stack as the author of the cells knows it: their own lines, and nothing of the kernel.
import type { Runtime } from "node:inspector";
import { basename } from "node:path";
import type { Position } from "../language/edits.ts";
import { type Cells, handlesOf, isCellPath, runOfUrl } from "./cells.ts";
import type { Files, Place } from "./files.ts";
import type { CallFrame, Paused, Target } from "./target.ts";

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
  readonly scriptId: string;
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

  async of({ callFrames, asyncStackTrace }: Paused): Promise<Frame[]> {
    const frames: Frame[] = [];
    for (const call of callFrames) await this.#add(frames, siteOf(call));
    for (let trace = asyncStackTrace; trace; trace = trace.parent) {
      for (const site of trace.callFrames) await this.#add(frames, awaiting(site));
    }
    return frames;
  }

  /** Where it is, if anybody may see it. */
  async place(scriptId: string, script: Position): Promise<Place | undefined> {
    const { target, cells, files } = this.#parts;
    const url = target.scripts.get(scriptId) ?? "";
    const run = runOfUrl(url);
    if (run === undefined) return files.place(url, script);
    const own = this.#scripts.get(run) ?? scriptId;
    this.#scripts.set(run, own);
    return own === scriptId ? await cells.place(run, script) : undefined;
  }

  async #add(frames: Frame[], { name, scriptId, script, call }: Site): Promise<void> {
    const place = await this.place(scriptId, script);
    if (!place) return;
    const run = runOfUrl(this.#parts.target.scripts.get(scriptId) ?? "");
    const cell = run === undefined ? undefined : await this.#parts.cells.find(run);
    const handles = cell ? handlesOf(cell.prepared.javascript) : [];
    const shown = name || (isCellPath(place.path) ? "(cell)" : "(anonymous)");
    frames.push({ id: ++this.#count, name: shown, place, call, handles });
  }
}

function siteOf(call: CallFrame): Site {
  const { scriptId, lineNumber, columnNumber = 0 } = call.location;
  return {
    name: call.functionName,
    scriptId,
    script: { line: lineNumber + 1, column: columnNumber + 1 },
    call,
  };
}

function awaiting({ functionName, scriptId, lineNumber, columnNumber }: Runtime.CallFrame): Site {
  const name = functionName ? `async ${functionName}` : "";
  return { name, scriptId, script: { line: lineNumber + 1, column: columnNumber + 1 } };
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
