// Stopping the user thread from outside. All of it keeps the session's state.
import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import type { ToSession } from "../session/messages.ts";

/** How long (ms) a cell may take to stop by itself before its thread is stopped; doubled with each try. */
const PATIENCE = 15;
const MOST_PATIENCE = 250;
/** A thread that does not hear for so long (ms) is in native code. */
const DEAF = 500;

interface Parts {
  readonly running: () => readonly number[];
  /** No cell starts between the two: a termination that comes too late for one would hit the next. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly toSession: (message: ToSession) => void;
  /** Wakes the user thread where it waits for input. */
  readonly interruptInput: () => boolean;
  /** Says under the cell that it can be stopped later only. */
  readonly reportNative: (run: number) => void;
}

export class Interrupts {
  readonly #parts: Parts;
  #inspector: Session | undefined;
  #work: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Ends what computes now. Resolves when it has ended, or when it turns out to be in native code. */
  interrupt(): Promise<void> {
    this.#work ??= this.#interrupt().finally(() => {
      this.#work = undefined;
    });
    return this.#work;
  }

  /**
   * The message rejects what a cell awaits; where that is not heard, synchronous code is terminated. The
   * message goes out each time, as the thread may have been at it when it was terminated.
   */
  async #interrupt(): Promise<void> {
    const { running, pause, resume, toSession, interruptInput, reportNative } = this.#parts;
    const runs = running();
    const left = (): number[] => runs.filter((run) => running().includes(run));
    if (runs.length === 0) return;
    pause();
    interruptInput();
    for (let patience = PATIENCE; ; patience = Math.min(2 * patience, MOST_PATIENCE)) {
      for (const run of left()) toSession({ type: "interrupt", run });
      const end = performance.now() + patience;
      while (left().length > 0 && performance.now() < end) await sleep(1);
      if (left().length === 0) return resume();
      const heard = this.#terminate();
      // A thread that is idle by now is terminated at this message, and not at one that matters.
      toSession({ type: "wake" });
      if (await Promise.race([heard.then(() => true), sleep(DEAF, false)])) continue;
      for (const run of left()) reportNative(run);
      // The request stays: native code that returns finds it.
      void heard.then(() => {
        resume();
        if (left().length > 0) void this.interrupt();
      });
      return;
    }
  }

  /** Ends the process when the user thread does not do so within `patience` ms after it was asked to. */
  async end(patience: number): Promise<void> {
    await sleep(2 * PATIENCE);
    const end = Date.now() + patience;
    while (Date.now() < end) {
      void this.#terminate();
      await sleep(2 * PATIENCE);
    }
    process.kill(process.pid, "SIGKILL");
  }

  #terminate(): Promise<void> {
    if (!this.#inspector) {
      this.#inspector = new Session();
      this.#inspector.connectToMainThread();
    }
    return new Promise((resolve) => this.#inspector?.post("Runtime.terminateExecution", () => resolve()));
  }
}
