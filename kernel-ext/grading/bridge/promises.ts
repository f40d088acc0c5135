// Promises of the answers: ours end as theirs do. The answers go on while they are asked, a little each time, so that
// neither side waits for what may never come.
import { PROMISE } from "./tags.ts";

/** Milliseconds for which the answers go on before they say that nothing has come yet. */
const PATIENCE = 50;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

export class Promises {
  readonly #settle: (id: number, patience: number) => unknown;
  readonly #waiting = new Map<number, Waiting>();
  #next: NodeJS.Immediate | undefined;

  constructor(settle: (id: number, patience: number) => unknown) {
    this.#settle = settle;
  }

  open(id: number): Promise<unknown> {
    const promise = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    // Nobody may ever look at it, and then it matters to nobody how it ends.
    promise.catch(() => {});
    this.#goOn();
    return promise;
  }

  close(): void {
    clearImmediate(this.#next);
    this.#waiting.clear();
  }

  /** In an event of its own, not amid the code that has just got the promise. */
  #goOn(): void {
    this.#next ??= setImmediate(() => {
      this.#next = undefined;
      for (const [id, waiting] of [...this.#waiting]) this.#ask(id, waiting);
      if (this.#waiting.size > 0) this.#goOn();
    });
  }

  #ask(id: number, { resolve, reject }: Waiting): void {
    try {
      const [state, value] = stateIn(this.#settle(id, PATIENCE));
      if (state === PROMISE.pending) return;
      this.#waiting.delete(id);
      if (state === PROMISE.fulfilled) resolve(value);
      else if (state === PROMISE.rejected) reject(value);
      else reject(new Error("The promise never settles: nothing is left that could settle it"));
    } catch (error) {
      this.#waiting.delete(id);
      reject(error);
    }
  }
}

const stateIn = (answer: unknown): readonly [state: unknown, value: unknown] =>
  Array.isArray(answer) ? [answer[0], answer[1]] : [PROMISE.never, undefined];
