import { Worker } from "node:worker_threads";
import {
  ARGUMENTS,
  CALLED,
  COUNT,
  FAILED,
  GRAIN,
  type HelperData,
  helperWords,
  IDLE,
  JOB_BYTES,
  KERNEL,
  MAX_HELPERS,
  NEXT,
  type RangeKernel,
  READY,
  SPIN,
  STATE,
  takePieces,
  viewJob,
  WORKING,
} from "./job.ts";

/** What a helper is made from. */
export type Kit = Pick<HelperData, "module" | "memory"> & {
  /** The scratch of thread 0 is the caller's. */
  readonly scratchOf: (thread: number) => number;
};

/** A running helper is known by where its words begin. */
type Helper = number;

/**
 * Threads that share the wasm memory. They start when they are first wanted, work from the first call on that
 * finds them ready, never keep the process alive, and sleep between jobs.
 *
 * The calling thread may be ended anywhere (an interrupted cell), and a helper then finishes what it had begun:
 * whoever writes the next job, or reuses memory, first waits for that in `settle`.
 */
export class Threads {
  readonly #kit: Kit;
  readonly #buffer = new SharedArrayBuffer(JOB_BYTES);
  readonly #job = viewJob(this.#buffer);
  readonly #helpers: Helper[] = [];
  #places = 0;
  #atWork = false;

  constructor(kit: Kit) {
    this.#kit = kit;
  }

  /** Runs the kernel over [0, count) in pieces of `grain`, on at most `threads` threads, this one included. */
  run(kernel: RangeKernel, id: number, count: number, grain: number, threads: number, args: number[]): void {
    this.settle();
    const wanted = Math.min(threads, Math.ceil(count / grain)) - 1;
    while (this.#helpers.length < threads - 1 && this.#places < MAX_HELPERS) this.#start(this.#places++);
    const { words, numbers } = this.#job;
    const team: Helper[] = [];
    for (const helper of this.#helpers) {
      if (team.length < wanted && Atomics.load(words, helper + READY) === 1) team.push(helper);
    }
    if (team.length === 0) {
      kernel(0, count, ...args);
      return;
    }
    words[COUNT] = count;
    words[GRAIN] = grain;
    words[KERNEL] = id;
    words[ARGUMENTS] = args.length;
    words[FAILED] = 0;
    numbers.set(args);
    this.#atWork = true;
    Atomics.store(words, NEXT, 0);
    for (const helper of team) {
      Atomics.store(words, helper + STATE, CALLED);
      Atomics.notify(words, helper + STATE);
    }
    takePieces(words, kernel, args);
    this.settle();
    if (words[FAILED] !== 0) throw new Error("a helper thread failed in a wasm kernel");
  }

  /** Returns when no helper is at work; what is left of a job whose caller was ended is not begun any more. */
  settle(): void {
    if (!this.#atWork) return;
    const { words } = this.#job;
    Atomics.store(words, NEXT, words[COUNT]!);
    for (const helper of this.#helpers) {
      const state = helper + STATE;
      if (Atomics.compareExchange(words, state, CALLED, IDLE) !== WORKING) continue;
      for (let i = 0; i < SPIN && Atomics.load(words, state) === WORKING; i++);
      while (Atomics.load(words, state) === WORKING) Atomics.wait(words, state, WORKING);
    }
    this.#atWork = false;
  }

  /** A helper that cannot start is one fewer. */
  #start(place: number): void {
    const { module, memory, scratchOf } = this.#kit;
    const helper = helperWords(place);
    const workerData: HelperData = {
      helper,
      module,
      memory,
      job: this.#buffer,
      scratch: scratchOf(place + 1),
    };
    try {
      const worker = new Worker(new URL("./helper.js", import.meta.url), {
        workerData,
        execArgv: [],
        env: {},
      });
      this.#helpers.push(helper);
      worker.unref();
      worker.on("error", () => this.#drop(helper));
      worker.on("exit", () => this.#drop(helper));
    } catch {
      // Too many threads for this machine: the others and the caller do the work.
    }
  }

  #drop(helper: Helper): void {
    const at = this.#helpers.indexOf(helper);
    if (at >= 0) this.#helpers.splice(at, 1);
  }
}
