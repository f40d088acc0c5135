// Frames over two pipes, read and written while the thread waits.
import { readSync, writeSync } from "node:fs";
import { AnswersGone } from "./bridge.ts";
import { HEAD, LARGEST_FRAME } from "./tags.ts";

const FIRST_SIZE = 65_536;
const MOST_KEPT = 64 * 2 ** 20;

/** Room for one frame. It grows with what has come, and not by what is said to come. */
export class Frame {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_SIZE);
  view: DataView = new DataView(this.bytes.buffer);
  length: number = HEAD;

  get kind(): number {
    return this.bytes[4]!;
  }

  /** Makes room, and keeps what is there. */
  reserve(length: number): void {
    if (length <= this.bytes.length) return;
    if (length > LARGEST_FRAME) throw new RangeError(`More than ${LARGEST_FRAME / 2 ** 20} MB cannot cross`);
    const larger = new Uint8Array(Math.min(LARGEST_FRAME, Math.max(length, this.bytes.length * 2)));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

export class Channel {
  readonly #input: number;
  readonly #output: number;
  /** Frames that are not in use. */
  readonly #free: Frame[] = [];
  #kept = 0;

  constructor(input: number, output: number) {
    this.#input = input;
    this.#output = output;
  }

  take(): Frame {
    const frame = this.#free.pop();
    if (!frame) return new Frame();
    this.#kept -= frame.bytes.length;
    return frame;
  }

  /** What is more than a few calls need is left to the garbage collector. */
  give(frame: Frame): void {
    if (this.#kept + frame.bytes.length > MOST_KEPT) return;
    this.#kept += frame.bytes.length;
    this.#free.push(frame);
  }

  send(frame: Frame, kind: number): void {
    frame.view.setUint32(0, frame.length, true);
    frame.bytes[4] = kind;
    const { bytes, length } = frame;
    try {
      for (let at = 0; at < length; ) at += writeSync(this.#output, bytes, at, length - at);
    } catch (cause) {
      throw new AnswersGone("The pipe to the answers is closed", { cause });
    }
  }

  /** Waits for the next frame. The sides take turns, so nothing may stand behind it. */
  receive(): Frame {
    const frame = this.take();
    let had = 0;
    let wanted = HEAD;
    while (had < wanted) {
      const count = this.#read(frame, had);
      if (count === 0) throw new AnswersGone("The answers' process has ended");
      had += count;
      if (wanted === HEAD && had >= HEAD) {
        wanted = frame.view.getUint32(0, true);
        if (wanted < HEAD || wanted > LARGEST_FRAME)
          throw new AnswersGone("The answers wrote into the pipe to the grader");
      }
      if (had > wanted) throw new AnswersGone("The answers wrote into the pipe to the grader");
      if (had < wanted) frame.reserve(had + 1);
    }
    frame.length = wanted;
    return frame;
  }

  #read(frame: Frame, had: number): number {
    try {
      return readSync(this.#input, frame.bytes, had, frame.bytes.length - had, null);
    } catch (cause) {
      throw new AnswersGone("The pipe to the answers is closed", { cause });
    }
  }
}

/** Throws where the stack is about to end: in the middle of a frame it would leave the two sides out of step. */
export function headroom(levels = 200): number {
  return levels === 0 ? 0 : headroom(levels - 1) + 1;
}
