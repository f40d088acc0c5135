// An output that is shown and can be replaced.
import { randomUUID } from "node:crypto";
import type { MimeBundle } from "./bundle.ts";
import { currentChannel } from "./channel.ts";

type Look<T> = (value: T) => MimeBundle | Promise<MimeBundle>;

const session = randomUUID().slice(0, 8);
let count = 0;

/** A name that no other output of any session has. */
export function newDisplayId(): string {
  return `gradbook-${session}-${++count}`;
}

/** Looks that are still being made: a cell ends after they are shown. */
const pending = new Set<Promise<void>>();

export function pendingDisplays(): Promise<unknown> | undefined {
  return pending.size > 0 ? Promise.all(pending) : undefined;
}

/** The cell that is running ends after this has, and fails where it does. */
export function holdCell(work: Promise<unknown>): void {
  const passed: Promise<void> = work.then(() => {}).finally(() => pending.delete(passed));
  pending.add(passed);
}

/**
 * JupyterLab's renderer draws a plotly figure once and never again (https://github.com/plotly/plotly.py/issues/3053):
 * only where an output of another kind comes between is there a new drawing.
 */
const DRAWN_ONCE = "application/vnd.plotly.v1+json";

/**
 * What a display call returns. As a cell's last value it is not shown again.
 *
 * @example
 * const handle = display("working");
 * handle.update("done");
 */
export class DisplayHandle<T> {
  readonly id: string;
  /** Settles when the value is on its way to the notebook: later only where its own look is asynchronous. */
  shown: Promise<void>;
  readonly #look: Look<T>;
  #waiting: Promise<void> | undefined;

  constructor(value: T, look: Look<T>, id: string = newDisplayId(), update = false) {
    this.id = id;
    this.#look = look;
    this.shown = this.#send(value, update);
  }

  /** Shows another value in the same place, in every cell where it stands. */
  update(value: T): void {
    this.shown = this.#send(value, true);
  }

  #send(value: T, update: boolean): Promise<void> {
    const look = this.#look(value);
    const show = (data: MimeBundle): void => {
      const { show } = currentChannel();
      if (update && DRAWN_ONCE in data)
        show({ data: { "text/plain": data["text/plain"] }, id: this.id, update });
      show({ data, id: this.id, update });
    };
    if (!(look instanceof Promise) && !this.#waiting) {
      show(look);
      return Promise.resolve();
    }
    // Looks come in the order of their calls, however long one takes.
    const sent = Promise.all([look, this.#waiting]).then(([data]) => show(data));
    const passed = sent.catch(() => {});
    this.#waiting = passed;
    pending.add(passed);
    return sent.finally(() => {
      pending.delete(passed);
      if (this.#waiting === passed) this.#waiting = undefined;
    });
  }
}
