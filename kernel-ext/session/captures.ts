// Outputs that go to a place of their own, such as a widget's, instead of below a cell.
import type { Capture, CapturedOutput } from "../display/channel.ts";
import { Shared, type ToWire } from "./messages.ts";

type Take = (output: CapturedOutput) => void;

export class Captures {
  /** By run; those below 0 are no run's. */
  readonly #takers = new Map<number, Take>();
  readonly #counters: Int32Array;
  #last = 0;
  #inside: number | undefined;

  constructor(counters: Int32Array) {
    this.#counters = counters;
  }

  /** The id under which what is shown now is captured. */
  get inside(): number | undefined {
    return this.#inside;
  }

  /** A run has ended: where it was terminated, it has not left what it was inside of. */
  leave(): void {
    this.#inside = undefined;
  }

  /** `home` is the run whose outputs are captured too, as it is what code is told by once it has awaited. */
  open(take: Take, home: number | undefined, flush: () => void): Capture {
    const id = --this.#last;
    flush();
    this.#takers.set(id, take);
    if (home !== undefined) this.#takers.set(home, take);
    return {
      inside: (work) => {
        const before = this.#inside;
        this.#inside = id;
        try {
          return work();
        } finally {
          this.#inside = before;
        }
      },
      end: () => {
        flush();
        if (this.#inside === id) this.#inside = undefined;
        this.#takers.delete(id);
        if (home !== undefined && this.#takers.get(home) === take) this.#takers.delete(home);
      },
    };
  }

  /** Whether the message was one for a capture. */
  take(message: ToWire): boolean {
    if (message.type !== "stream" && message.type !== "output") return false;
    const taker = this.#takers.get(message.run);
    // What comes too late for its capture has nowhere to go.
    if (!taker && message.run >= 0) return false;
    if (message.type === "output") {
      taker?.({ kind: message.kind, content: JSON.parse(message.content) as Record<string, unknown> });
      return true;
    }
    Atomics.sub(this.#counters, Shared.PendingStreams, 1);
    taker?.({ kind: "stream", content: { name: message.name, text: message.text } });
    return true;
  }
}
