import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { pack, unpack } from "./packed.ts";
import { type Answer, type Order, type Task, textOf } from "./task.ts";

export interface WorkersOptions {
  /** How many threads; as many as the machine has cores unless given. */
  readonly count?: number;
  /** What each task finds as `shared`; the values of tensors in it exist once, for all threads. */
  readonly shared?: Readonly<Record<string, unknown>>;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One thread of the team. */
interface Hand {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
  failure: Error | undefined;
}

/**
 * Threads that carry out tasks, each with the library loaded. They end with `close`, and do not keep a process alive
 * that has nothing else to do.
 *
 * @example
 * const workers = new Workers({ count: 2, shared: { x, y } });
 * const scores = await workers.map([0.1, 0.01], (rate, { lib, shared }) => train(rate));
 * await workers.close();
 */
export class Workers {
  readonly #hands: Hand[];
  readonly #data: unknown;
  #closed = false;
  #id = 0;

  constructor({ count = availableParallelism(), shared = {} }: WorkersOptions = {}) {
    if (!Number.isInteger(count) || count < 1 || count > 64) {
      throw new RangeError(`Workers: count is ${count}; it must be a whole number of threads from 1 to 64.`);
    }
    this.#data = pack(shared, true);
    this.#hands = Array.from({ length: count }, () => this.#start());
  }

  get count(): number {
    return this.#hands.length;
  }

  #start(): Hand {
    const worker = new Worker(new URL("./worker.js", import.meta.url), {
      workerData: this.#data,
      execArgv: [],
    });
    const hand: Hand = { worker, pending: new Map(), failure: undefined };
    const fail = (error: Error): void => {
      hand.failure ??= error;
      for (const { reject } of hand.pending.values()) reject(hand.failure);
      hand.pending.clear();
    };
    worker.on("message", ({ id, value, error }: Answer) => {
      const pending = hand.pending.get(id);
      hand.pending.delete(id);
      if (hand.pending.size === 0) worker.unref();
      if (error === undefined) pending?.resolve(unpack(value));
      else pending?.reject(new Error(error));
    });
    worker.on("error", fail);
    worker.on("exit", (code) =>
      fail(
        new Error(
          this.#closed
            ? "Workers: the thread has ended, as the team was closed."
            : `Workers: the thread has ended (exit code ${code}), and what it kept is gone: its task ended the process, or there ` +
                `was no memory left.`,
        ),
      ),
    );
    worker.unref(); // after the listeners, as those hold the process again
    return hand;
  }

  /** One task in the thread of this number. Functions inside the argument travel as their text. */
  on<A, R>(thread: number, task: Task<A, R>, argument: A): Promise<R> {
    const hand = this.#hands[thread];
    if (hand === undefined) throw new RangeError(`Workers: there is no thread ${thread} of ${this.count}.`);
    const text = textOf("Workers", task);
    const order: Order = { id: this.#id++, text, argument: pack(withTexts(argument)) };
    return new Promise<R>((resolve, reject) => {
      if (hand.failure) {
        reject(hand.failure);
        return;
      }
      hand.worker.postMessage(order); // throws where the argument cannot travel; then nothing is waited for
      hand.pending.set(order.id, { resolve: resolve as (value: unknown) => void, reject });
      hand.worker.ref();
    });
  }

  /** A fresh thread in the place of this one, if that has ended: without its memory. */
  renew(thread: number): void {
    if (!this.#closed && this.#hands[thread]?.failure) this.#hands[thread] = this.#start();
  }

  /** The task for every argument, each as soon as a thread is free; results in the arguments' order. */
  async map<A, R>(items: readonly A[], task: Task<A, R>): Promise<R[]> {
    const results: R[] = [];
    let next = 0;
    const work = async (thread: number): Promise<void> => {
      while (next < items.length) {
        const at = next++;
        results[at] = await this.on(thread, task, items[at]!);
      }
    };
    await Promise.all(this.#hands.map((_, thread) => work(thread)));
    return results;
  }

  /** Ends the threads, whatever they do. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#hands.map(({ worker }) => worker.terminate()));
  }
}

function withTexts(value: unknown): unknown {
  if (typeof value === "function") return { $function: textOf("Workers", value as () => unknown) };
  if (Array.isArray(value)) return value.map(withTexts);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withTexts(inner)]));
}

/** All of them, or the first failure; then, too, nothing is under way any more. */
export async function together<T>(runs: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(runs);
  return Promise.all(runs);
}
