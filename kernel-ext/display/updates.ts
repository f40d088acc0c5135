// Outputs that are replaced faster than anybody can see: past a hundred a second only the latest goes out.
import type { DisplayData } from "./channel.ts";

const WINDOW = 1000;
const MOST = 100;
/** What is held back goes out after so long (ms), if nothing newer has come. */
const DELAY = 50;

interface Pace {
  readonly began: number;
  sent: number;
  latest: { readonly display: DisplayData; readonly run: number } | undefined;
}

export class Updates {
  readonly #send: (display: DisplayData, run: number) => void;
  readonly #paces = new Map<string, Pace>();
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (display: DisplayData, run: number) => void) {
    this.#send = send;
  }

  show(display: DisplayData, run: number): void {
    const { id } = display;
    const pace = display.update && id !== undefined ? this.#paceOf(id) : undefined;
    if (pace && pace.sent >= MOST) {
      pace.latest = { display, run };
      this.#timer ??= setTimeout(() => this.flush(), DELAY);
      return;
    }
    if (pace) {
      pace.sent++;
      pace.latest = undefined;
    }
    this.#send(display, run);
  }

  /** Sends what was held back: at the latest when its cell ends. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = performance.now();
    for (const [id, pace] of this.#paces) {
      if (pace.latest) this.#send(pace.latest.display, pace.latest.run);
      pace.latest = undefined;
      if (now - pace.began > WINDOW) this.#paces.delete(id);
    }
  }

  #paceOf(id: string): Pace {
    const now = performance.now();
    const known = this.#paces.get(id);
    if (known && now - known.began <= WINDOW) return known;
    const pace: Pace = { began: now, sent: 0, latest: undefined };
    this.#paces.set(id, pace);
    return pace;
  }
}
