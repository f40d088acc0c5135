// What all controls have: a value, which the front end and cells may both change.
import { isClose } from "./grid.ts";
import type { ModelName, State } from "./models.ts";
import { Widget } from "./widget.ts";

/** Controls that have their label to the left. */
const LEFT: readonly string[] = [
  "FloatSlider",
  "FloatLogSlider",
  "FloatRangeSlider",
  "Dropdown",
  "Text",
  "FloatProgress",
];

export interface Labelled {
  /** What stands beside it; in `interact` the name, unless given. */
  readonly label?: string;
}

export type Get = (key: string) => unknown;

/** A widget with a value. */
export class Control<T> extends Widget {
  readonly #read: (get: Get) => T;
  readonly #write: (value: T) => State;
  readonly #model: string;

  /** `read` and `write` throw where there is no value of the control's. */
  constructor(model: ModelName, state: Readonly<State>, read: (get: Get) => T, write: (value: T) => State) {
    super(model, state);
    this.#read = read;
    this.#write = write;
    this.#model = model;
  }

  get value(): T {
    return this.#read((key) => this.get(key));
  }

  set value(value: T) {
    this.set(this.#write(value));
  }

  /** Calls `heard` with each new value; returns what ends that. */
  onChange(heard: (value: T) => unknown): () => void {
    let last = this.value;
    return this.observe(() => {
      const { value } = this;
      if (same(value, last)) return undefined;
      last = value;
      return heard(value);
    });
  }

  /** The part that has its label to the left. */
  get labelled(): Widget | undefined {
    return LEFT.includes(this.#model) ? this : undefined;
  }

  /** What stands beside it, where nothing does. */
  name(label: string): void {
    if (this.get("description") === "") this.set({ description: label });
  }

  override toString(): string {
    return `${this.get("description") || this.#model}: ${JSON.stringify(this.value)}`;
  }

  protected override accepts(changes: Readonly<State>): boolean {
    try {
      this.#read((key) => (key in changes ? changes[key] : this.get(key)));
      return true;
    } catch {
      return false;
    }
  }
}

/** A page computes a slider's place anew, and may find other last digits: nobody has moved it then. */
function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((x, at) => same(x, b[at]));
  return typeof a === "number" && typeof b === "number" ? isClose(a, b) : Object.is(a, b);
}
