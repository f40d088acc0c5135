// The controls: each shows a value, which the front end and cells may both change.
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

/** A widget with a value. */
export class Control<T> extends Widget {
  readonly #read: (state: (key: string) => unknown) => T;
  readonly #write: (value: T) => State;
  readonly #label: string;

  constructor(
    model: ModelName,
    state: Readonly<State>,
    read: (state: (key: string) => unknown) => T,
    write: (value: T) => State,
  ) {
    super(model, state);
    this.#read = read;
    this.#write = write;
    this.#label = model;
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
    return LEFT.includes(this.#label) ? this : undefined;
  }

  /** What stands beside it, where nothing does. */
  name(label: string): void {
    if (this.get("description") === "") this.set({ description: label });
  }

  override toString(): string {
    return `${this.get("description") || this.#label}: ${JSON.stringify(this.value)}`;
  }
}

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((x, at) => Object.is(x, b[at]));
  return Object.is(a, b);
}

export interface Labelled {
  /** What stands beside it; in `interact` the name, unless given. */
  readonly label?: string;
}

export interface SliderOptions extends Labelled {
  /** Where it begins: the middle, unless given. */
  readonly value?: number;
  /** A hundredth of the way or less, unless given. */
  readonly step?: number;
  /** Whether equal ways are equal ratios. */
  readonly log?: boolean;
}

const asNumber = (get: (key: string) => unknown): number => Number(get("value"));

/** A number between two others. */
export function slider(min: number, max: number, options: SliderOptions = {}): Control<number> {
  requireOrder("slider", min, max);
  const { label = "", log = false } = options;
  if (log) return logSlider(min, max, options);
  const step = options.step ?? roundStep(max - min);
  requireStep("slider", step);
  const middle = min + Math.round((max - min) / 2 / step) * step;
  const value = within("slider", options.value ?? Number(middle.toFixed(decimals(step))), min, max);
  const state = { description: label, min, max, step, value, readout_format: `.${decimals(step)}f` };
  return new Control("FloatSlider", state, asNumber, (next) => ({ value: within("slider", next, min, max) }));
}

function logSlider(
  min: number,
  max: number,
  { label = "", value = Math.sqrt(min * max), step }: SliderOptions,
): Control<number> {
  if (min <= 0) throw new RangeError(`slider: with { log: true } it begins above 0, not at ${min}.`);
  const [low, high] = [Math.log10(min), Math.log10(max)];
  const state = {
    description: label,
    min: low,
    max: high,
    step: step ?? (high - low) / 100,
    readout_format: ".3~g",
  };
  const start = within("slider", value, min, max);
  return new Control("FloatLogSlider", { ...state, value: start }, asNumber, (next) => ({
    value: within("slider", next, min, max),
  }));
}

export interface RangeOptions extends Labelled {
  readonly value?: readonly [number, number];
  readonly step?: number;
}

/** A part of what lies between two numbers. */
export function range(
  min: number,
  max: number,
  options: RangeOptions = {},
): Control<readonly [number, number]> {
  requireOrder("range", min, max);
  const { label = "", value = [min, max], step = roundStep(max - min) } = options;
  requireStep("range", step);
  const pair = (get: (key: string) => unknown): readonly [number, number] => {
    const [from = min, to = max] = get("value") as number[];
    return [from, to];
  };
  const write = ([from, to]: readonly [number, number]): State => {
    requireOrder("range", from, to, true);
    return { value: [within("range", from, min, max), within("range", to, min, max)] };
  };
  const state = {
    description: label,
    min,
    max,
    step,
    ...write(value),
    readout_format: `.${decimals(step)}f`,
  };
  return new Control("FloatRangeSlider", state, pair, write);
}

export interface SelectOptions<T> extends Labelled {
  /** The first, unless given. */
  readonly value?: NoInfer<T>;
}

/** One of several values; a record's keys are what stands there for them. */
export function select<const T>(
  options: readonly T[] | Readonly<Record<string, T>>,
  { label = "", value }: SelectOptions<T> = {},
): Control<T> {
  const labels = Array.isArray(options) ? options.map(String) : Object.keys(options);
  const values: readonly T[] = Array.isArray(options) ? options : Object.values(options);
  if (values.length === 0) throw new RangeError("select: there is nothing to select from.");
  const indexOf = (wanted: T): number => {
    const at = values.indexOf(wanted);
    if (at < 0) throw new RangeError(`select: ${String(wanted)} is none of ${labels.join(", ")}.`);
    return at;
  };
  const index = value === undefined ? 0 : indexOf(value);
  const state = { description: label, _options_labels: labels, index };
  const read = (get: (key: string) => unknown): T => values[Number(get("index"))] ?? (values[0] as T);
  return new Control("Dropdown", state, read, (next) => ({ index: indexOf(next) }));
}

/** Yes or no. */
export function checkbox(value = false, { label = "" }: Labelled = {}): Control<boolean> {
  return new Control(
    "Checkbox",
    { description: label, value },
    (get) => get("value") === true,
    (next) => ({ value: next }),
  );
}

/** A line of text. */
export function text(value = "", { label = "" }: Labelled = {}): Control<string> {
  return new Control(
    "Text",
    { description: label, value },
    (get) => String(get("value")),
    (next) => ({ value: next }),
  );
}

/** Its value is how often it was pressed. */
export function button(label: string): Control<number> {
  const made = new Control<number>(
    "Button",
    { description: label, presses: 0 },
    (get) => Number(get("presses")),
    (presses) => ({ presses }),
  );
  made.onMessage((content) => {
    if (typeof content !== "object" || content === null || Reflect.get(content, "event") !== "click")
      return undefined;
    return made.change({ presses: made.value + 1 });
  });
  return made;
}

/** How far something is. */
export function progressBar(
  max = 1,
  { label = "", value = 0 }: Labelled & { readonly value?: number } = {},
): Control<number> {
  const write = (next: number): State => ({ value: within("progressBar", next, 0, max) });
  return new Control("FloatProgress", { description: label, min: 0, max, ...write(value) }, asNumber, write);
}

/** A line of words. */
export function label(words: string): Control<string> {
  return new Control(
    "Label",
    { value: words, description: "" },
    (get) => String(get("value")),
    (value) => ({ value }),
  );
}

function requireOrder(who: string, min: number, max: number, orEqual = false): void {
  if (Number.isFinite(min) && Number.isFinite(max) && (min < max || (orEqual && min === max))) return;
  throw new RangeError(`${who}: it goes from a number to a greater one, not from ${min} to ${max}.`);
}

function requireStep(who: string, step: number): void {
  if (!(step > 0 && step < Infinity))
    throw new RangeError(`${who}: a step is a number above 0, not ${step}.`);
}

function within(who: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw new RangeError(`${who}: ${value} is not between ${min} and ${max}.`);
}

/** The power of ten of which at least a hundred make the whole. */
function roundStep(span: number): number {
  return 10 ** Math.floor(Math.log10(span / 100) + 1e-9);
}

function decimals(step: number): number {
  const at = Array.from({ length: 11 }, (_, digits) => digits).find(
    (digits) => Number(step.toFixed(digits)) === step,
  );
  return at ?? 10;
}
