// An animation: a number that goes on by itself, and a slider that shows where it is.
import { Control, type Labelled } from "./control.ts";
import { onGrid, requireOrder, requireStep, within } from "./grid.ts";
import type { State } from "./models.ts";
import { Widget } from "./widget.ts";

export interface PlayOptions extends Labelled {
  readonly value?: number;
  /** Milliseconds from one step to the next; 100 unless given. */
  readonly interval?: number;
  readonly step?: number;
}

class Player extends Control<number> {
  readonly #play: Control<number>;
  readonly #place: Widget;

  constructor(play: Control<number>, place: Widget, write: (value: number) => State) {
    // Linked in the page, so that the slider follows without asking the kernel.
    const link = new Widget("Link", { source: [play, "value"], target: [place, "value"] });
    // The slider comes first, so that it begins where the others do.
    super("HBox", { description: "", children: [place, play], link }, () => play.value, write);
    this.#play = play;
    this.#place = place;
  }

  override get labelled(): Widget {
    return this.#place;
  }

  override observe(heard: (changed: ReadonlySet<string>) => unknown): () => void {
    return this.#play.observe(heard);
  }

  override change({ value, ...rest }: Readonly<State>): Promise<unknown> {
    return Promise.all([super.change(rest), value === undefined ? undefined : this.#play.change({ value })]);
  }

  override name(label: string): void {
    if (this.#place.get("description") === "") this.#place.set({ description: label });
  }

  override toString(): string {
    return `${this.#place.get("description") || "Play"}: ${this.value}`;
  }
}

/** Whole numbers from `min` to `max`, one after the other, once it is started. */
export function play(min: number, max: number, options: PlayOptions = {}): Control<number> {
  const { label = "", value = min, interval = 100, step = 1 } = options;
  requireOrder("play", min, max);
  for (const [name, given] of Object.entries({ min, max, value, step })) {
    if (!Number.isInteger(given)) throw new RangeError(`play: ${name} is a whole number, not ${given}.`);
  }
  const grid = { min, max, step };
  requireStep("play", grid);
  if (!(interval > 0 && interval < Infinity))
    throw new RangeError(`play: an interval is a number of milliseconds above 0, not ${interval}.`);
  const hold = (number: unknown): number => within("play", number, min, max);
  const write = (next: number): State => ({ value: onGrid(hold(next), grid) });
  const state = { ...grid, ...write(value) };
  return new Player(
    new Control("Play", { ...state, interval }, (get) => hold(get("value")), write),
    new Widget("IntSlider", { ...state, description: label, readout_format: "d" }),
    write,
  );
}
