// What user code prints, on its way to the notebook: in order, and never more than a notebook can bear.
import { Shared, type StreamName, type ToWire } from "./messages.ts";

/** So many unread pieces may wait at the wire; more are gathered here first. */
const PENDING = 200;

type Write = typeof process.stdout.write;

export class Outputs {
  readonly #send: (message: ToWire) => void;
  readonly #counters: Int32Array;
  readonly #runOf: () => number;
  #limit: number;
  /** Characters printed by each run. */
  readonly #printed = new Map<number, number>();
  #gathered: { run: number; name: StreamName; text: string } | undefined;

  /** `runOf` tells which run prints; `limit` is the most characters that one may. */
  constructor(send: (message: ToWire) => void, counters: Int32Array, runOf: () => number, limit: number) {
    this.#send = send;
    this.#counters = counters;
    this.#runOf = runOf;
    this.#limit = limit;
  }

  /** From now on `process.stdout`, `process.stderr` and so `console` print in the notebook. */
  capture(): void {
    for (const name of ["stdout", "stderr"] as const) {
      const decoder = new TextDecoder();
      const write = (chunk: Uint8Array | string, encoding?: unknown, callback?: unknown): boolean => {
        this.write(name, typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
        const done = typeof encoding === "function" ? encoding : callback;
        if (typeof done === "function") process.nextTick(done as () => void);
        return true;
      };
      Object.defineProperty(process[name], "write", {
        value: write as Write,
        writable: true,
        configurable: true,
      });
    }
  }

  write(name: StreamName, text: string, run: number = this.#runOf()): void {
    if (text === "") return;
    const before = this.#printed.get(run) ?? 0;
    if (before > this.#limit) return;
    this.#printed.set(run, before + text.length);
    if (before + text.length <= this.#limit) {
      this.#stream(run, name, text);
      return;
    }
    this.#stream(run, name, text.slice(0, this.#limit - before));
    this.#warn(run, "has printed more than", "the rest is not shown");
  }

  /** From now on a run may have so many characters. */
  set limit(characters: number) {
    if (!(characters > 0)) throw new RangeError(`display.limit: ${characters} is no number of characters`);
    this.#limit = characters;
  }

  /** Whether rich output of this length may go out; where it adds up with the run's others, it counts. */
  admit(run: number, length: number, adds: boolean): boolean {
    const before = this.#printed.get(run) ?? 0;
    if (before > this.#limit) return false;
    const after = (adds ? before : 0) + length;
    if (adds) this.#printed.set(run, after);
    if (after <= this.#limit) return true;
    this.#warn(run, "shows more than", "this output and what follows are left out");
    return false;
  }

  #warn(run: number, what: string, then: string): void {
    const limit = `${(this.#limit / 1e6).toLocaleString("en")} MB`;
    const lifted = `display.limit(${Math.round(this.#limit * 10)})`;
    this.#stream(
      run,
      "stderr",
      `\n… this cell ${what} ${limit}: ${then}. ${lifted} in a cell lifts the limit to ten times that; GRADBOOK_OUTPUT_LIMIT sets it for a new kernel (both in characters).\n`,
    );
  }

  /** Everything printed so far goes out before whatever is sent next. */
  flush(): void {
    const gathered = this.#gathered;
    if (!gathered) return;
    this.#gathered = undefined;
    Atomics.add(this.#counters, Shared.PendingStreams, 1);
    this.#send({ type: "stream", ...gathered });
  }

  /** The run is over; what it prints later counts anew. */
  forget(run: number): void {
    this.#printed.delete(run);
  }

  #stream(run: number, name: StreamName, text: string): void {
    const gathered = this.#gathered;
    if (gathered && (gathered.run !== run || gathered.name !== name)) this.flush();
    if (this.#gathered) this.#gathered.text += text;
    else {
      this.#gathered = { run, name, text };
      setImmediate(() => this.flush());
    }
    if (Atomics.load(this.#counters, Shared.PendingStreams) < PENDING) this.flush();
  }
}
