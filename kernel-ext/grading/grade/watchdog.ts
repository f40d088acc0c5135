// Ends answers that take too long. The checker waits for them with its whole thread, so another one has the clock.
import { Worker } from "node:worker_threads";

const Slot = { Order: 0, Pid: 1, Fired: 2, Length: 3 } as const;

const THREAD = `
const { workerData } = require("node:worker_threads");
const slots = new Int32Array(workerData.slots), until = new Float64Array(workerData.until);
for (;;) {
  const order = Atomics.load(slots, ${Slot.Order});
  const pid = Atomics.load(slots, ${Slot.Pid});
  const left = pid ? until[0] - Date.now() : Infinity;
  if (left > 0) { Atomics.wait(slots, ${Slot.Order}, order, left); continue; }
  if (Atomics.load(slots, ${Slot.Order}) !== order) continue;
  Atomics.store(slots, ${Slot.Fired}, 1);
  Atomics.store(slots, ${Slot.Pid}, 0);
  try { process.kill(pid, "SIGKILL"); } catch {}
}`;

export class Watchdog {
  readonly #slots = new Int32Array(new SharedArrayBuffer(4 * Slot.Length));
  readonly #until = new Float64Array(new SharedArrayBuffer(8));
  readonly #thread: Worker;

  constructor() {
    const workerData = { slots: this.#slots.buffer, until: this.#until.buffer };
    this.#thread = new Worker(THREAD, { eval: true, workerData });
    this.#thread.unref();
  }

  /** Kills the process when the time is over, unless it is called off before. */
  arm(pid: number, seconds: number): void {
    this.#until[0] = Date.now() + 1000 * seconds;
    Atomics.store(this.#slots, Slot.Fired, 0);
    this.#order(pid);
  }

  get fired(): boolean {
    return Atomics.load(this.#slots, Slot.Fired) === 1;
  }

  disarm(): void {
    this.#order(0);
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  #order(pid: number): void {
    Atomics.store(this.#slots, Slot.Pid, pid);
    Atomics.add(this.#slots, Slot.Order, 1);
    Atomics.notify(this.#slots, Slot.Order);
  }
}
