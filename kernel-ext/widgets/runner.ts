// Runs a function for the newest values only: what changes while it runs is taken next, and all before that is dropped.
import { inOwnEvent } from "../session/slice.ts";

/** How the session says that what runs now is to stop. */
const INTERRUPT = Symbol.for("Jupyter.interrupt");

export class Runner {
  readonly #work: () => unknown;
  readonly #pause: () => number;
  #wanted = false;
  #running: Promise<void> | undefined;

  /** `pause` says how long (ms) to wait before the next time. */
  constructor(work: () => unknown, pause: () => number = () => 0) {
    this.#work = work;
    this.#pause = pause;
  }

  /** Settles when the function has run for what holds now; rejects where it was interrupted. */
  request(): Promise<void> {
    this.#wanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    while (this.#wanted) {
      const signal = currentSignal();
      // What else has come in by now is seen first.
      await unless(signal, later(this.#pause()));
      this.#wanted = false;
      // A loop that is cut off returns nothing ever: then the signal ends this.
      await unless(signal, inOwnEvent(this.#work));
    }
  }
}

function currentSignal(): AbortSignal | undefined {
  const current: unknown = Reflect.get(globalThis, INTERRUPT);
  const signal: unknown = typeof current === "function" ? current() : undefined;
  return signal instanceof AbortSignal ? signal : undefined;
}

function later(pause: number): Promise<void> {
  return new Promise((resolve) => {
    if (pause > 0) setTimeout(resolve, pause);
    else setImmediate(resolve);
  });
}

function unless<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
