// Adds up, ten times a second, what the processes of a sandbox have together: the kernel's own limits are for each of
// them. In a thread of its own, because whoever waits for an answer waits with the whole thread.
import { Worker } from "node:worker_threads";
import type { Limit } from "../results/result.ts";
import type { Limits } from "./sandbox.ts";

export interface Watched {
  /** Its place among the verdicts. */
  readonly slot: number;
  /** The first process; its group where `group` is set. */
  readonly pid: number;
  readonly group: boolean;
  readonly limits: Limits;
  /** A folder on the real disk, where nothing else counts what is in it. */
  readonly scratch?: string;
}

/** What the thread is told. */
export type Order = { readonly watch: Watched } | { readonly leave: number };

export const SLOTS = 4096;
const VERDICTS: readonly Limit[] = ["memory", "processes", "files", "time"];

/** Which limit a slot's process was killed for, for both threads to see. */
export class Verdicts {
  readonly cells: Int32Array<SharedArrayBuffer>;

  constructor(cells: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(4 * SLOTS))) {
    this.cells = cells;
  }

  clear(slot: number): void {
    Atomics.store(this.cells, slot, 0);
  }

  set(slot: number, limit: Limit): void {
    Atomics.store(this.cells, slot, VERDICTS.indexOf(limit) + 1);
  }

  get(slot: number): Limit | undefined {
    return VERDICTS[Atomics.load(this.cells, slot) - 1];
  }
}

export class Watch {
  readonly #verdicts: Verdicts = new Verdicts();
  readonly #thread: Worker;

  constructor() {
    this.#thread = new Worker(new URL("./watcher.js", import.meta.url), {
      workerData: this.#verdicts.cells,
      env: {},
    });
    this.#thread.unref();
  }

  begin(watched: Watched): void {
    this.#verdicts.clear(watched.slot);
    this.#tell({ watch: watched });
  }

  /** Which limit the watch has ended it for. */
  end(slot: number): Limit | undefined {
    this.#tell({ leave: slot });
    return this.#verdicts.get(slot);
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  #tell(order: Order): void {
    this.#thread.postMessage(order);
  }
}
