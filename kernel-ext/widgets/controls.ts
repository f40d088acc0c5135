// The simpler controls: a choice, a tick, words, a button, how far something is.
import { inspect } from "node:util";
import { Control, type Get, type Labelled } from "./control.ts";
import { requireOrder, within } from "./grid.ts";
import type { State } from "./models.ts";

export interface SelectOptions<T> extends Labelled {
  /** The first, unless given. */
  readonly value?: NoInfer<T>;
}

/** One of several values; a record's keys are what stands there for them. */
export function select<const T>(
  options: readonly T[] | Readonly<Record<string, T>>,
  { label = "", value }: SelectOptions<T> = {},
): Control<T> {
  const labels = Array.isArray(options) ? options.map(wordsFor) : Object.keys(options);
  const values: readonly T[] = Array.isArray(options) ? options : Object.values(options);
  if (values.length === 0) throw new RangeError("select: there is nothing to select from.");
  const indexOf = (wanted: T): number => {
    const at = values.findIndex((one) => Object.is(one, wanted));
    if (at < 0) throw new RangeError(`select: ${wordsFor(wanted)} is none of ${labels.join(", ")}.`);
    return at;
  };
  const index = value === undefined ? 0 : indexOf(value);
  const state = { description: label, _options_labels: labels, index };
  const read = (get: Get): T => {
    const at = get("index");
    if (typeof at === "number" && at in values) return values[at] as T;
    throw new RangeError(`select: there is no option ${String(at)}.`);
  };
  return new Control("Dropdown", state, read, (next) => ({ index: indexOf(next) }));
}

/** What stands for a value among others: a function's name, an object as one line. */
function wordsFor(value: unknown): string {
  if (typeof value === "function" && value.name !== "") return value.name;
  if (typeof value !== "object" || value === null) return String(value);
  return inspect(value, { depth: 1, breakLength: Infinity, compact: true });
}

/** Yes or no. */
export function checkbox(value = false, { label = "" }: Labelled = {}): Control<boolean> {
  return new Control(
    "Checkbox",
    { description: label, value: ticked(value) },
    (get) => ticked(get("value")),
    (next) => ({ value: next }),
  );
}

/** A line of text. */
export function text(value = "", { label = "" }: Labelled = {}): Control<string> {
  return new Control(
    "Text",
    { description: label, value: String(value) },
    (get) => wordsIn(get("value")),
    (next) => ({ value: String(next) }),
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
  requireOrder("progressBar", 0, max, true);
  const hold = (number: unknown): number => within("progressBar", number, 0, max);
  const write = (next: number): State => ({ value: hold(next) });
  const state = { description: label, min: 0, max, ...write(value) };
  return new Control("FloatProgress", state, (get) => hold(get("value")), write);
}

/** A line of words. */
export function label(words: string): Control<string> {
  return new Control(
    "Label",
    { value: String(words), description: "" },
    (get) => wordsIn(get("value")),
    (value) => ({ value: String(value) }),
  );
}

function wordsIn(value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`Words, not ${String(value)}, are expected here.`);
}

function ticked(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new TypeError(`checkbox: it is true or false, not ${String(value)}.`);
}
