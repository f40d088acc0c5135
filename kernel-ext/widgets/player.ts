// An animation: a number that goes on by itself, and a slider that shows where it is.
import { Control, type Labelled } from "./controls.ts";
import type { State } from "./models.ts";
import { Widget } from "./widget.ts";

export interface PlayOptions extends Labelled {
  readonly value?: number;
  /** Milliseconds from one step to the next; 100 unless given. */
  readonly interval?: number;
  readonly step?: number;
}

class Player extends Control<number> {
  readonly #play: Widget;

  constructor(play: Widget, place: Widget) {
    // Linked in the page, so that the slider follows without asking the kernel.
    const link = new Widget("Link", { source: [play, "value"], target: [place, "value"] });
    const write = (value: number): State => ({ value });
    super("HBox", { description: "", children: [play, place], link }, () => Number(play.get("value")), write);
    this.#play = play;
  }

  override observe(heard: (changed: ReadonlySet<string>) => unknown): () => void {
    return this.#play.observe(heard);
  }

  override change({ value, ...rest }: Readonly<State>): Promise<unknown> {
    return Promise.all([super.change(rest), value === undefined ? undefined : this.#play.change({ value })]);
  }

  override name(label: string): void {
    const [, place] = this.parts;
    if (place?.get("description") === "") place.set({ description: label });
  }
}

/** Whole numbers from `min` to `max`, one after the other, once it is started. */
export function play(min: number, max: number, options: PlayOptions = {}): Control<number> {
  const { label = "", value = min, interval = 100, step = 1 } = options;
  if (!(min < max))
    throw new RangeError(`play: it goes from a number to a greater one, not from ${min} to ${max}.`);
  for (const [name, given] of Object.entries({ min, max, value, step })) {
    if (!Number.isInteger(given)) throw new RangeError(`play: ${name} is a whole number, not ${given}.`);
  }
  const steps = { min, max, step, value };
  return new Player(
    new Widget("Play", { ...steps, interval }),
    new Widget("IntSlider", { ...steps, description: label, readout_format: "d" }),
  );
}
