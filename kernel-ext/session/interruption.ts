// One run's way to be stopped: what waits for it is rejected at once, and what it left awaiting ends when
// that comes back, at the checks that the rewrite has put behind each `await`.
import type { ErrorContent } from "./traceback.ts";

class KeyboardInterrupt extends Error {
  override readonly name = "KeyboardInterrupt";
}

export class Interruption {
  /** For code that no run is at work on: nothing interrupts it. */
  static readonly none: Interruption = new Interruption(0);

  readonly run: number;
  readonly content: ErrorContent = {
    ename: "KeyboardInterrupt",
    evalue: "The cell was interrupted",
    traceback: [
      "\u001b[31mKeyboardInterrupt\u001b[39m: The cell was interrupted; what it had done so far is kept",
    ],
  };
  readonly #stop: Promise<never>;
  readonly #controller = new AbortController();
  #reject: (error: Error) => void = () => {};

  constructor(run: number) {
    this.run = run;
    this.#stop = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.#stop.catch(() => {});
  }

  static isOne(error: unknown): boolean {
    return error instanceof KeyboardInterrupt;
  }

  /** Whether it has been asked to stop. */
  get isOver(): boolean {
    return this.signal.aborted;
  }

  /** For code that the rewrite does not reach: a library's, between two of its own awaits. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  interrupt(): void {
    const error = new KeyboardInterrupt(this.content.evalue);
    this.#controller.abort(error);
    this.#reject(error);
  }

  throwIfInterrupted(): void {
    if (this.isOver) throw new KeyboardInterrupt(this.content.evalue);
  }

  /** From code that was interrupted while it waited, and may throw at once. */
  throw(): never {
    this.interrupt();
    throw new KeyboardInterrupt(this.content.evalue);
  }

  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#stop]);
  }

  /** Whether an error that ended a run is an interrupt's. */
  describes(error: unknown): boolean {
    return this.isOver || Interruption.isOne(error);
  }
}
