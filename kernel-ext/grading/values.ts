// Values as a test compares and shows them: numbers in a shape, or lists and records of such.

export interface Numbers {
  readonly kind: "numbers";
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
  readonly tensor?: boolean;
}

/** A value taken apart. */
export type Plain =
  | Numbers
  /** An array that is not numbers in one shape. */
  | { readonly kind: "list"; readonly items: readonly Plain[] }
  | { readonly kind: "record"; readonly fields: ReadonlyMap<string, Plain> }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "flag"; readonly flag: boolean }
  /** Anything else, in words; only the very same value is like it. */
  | { readonly kind: "other"; readonly words: string; readonly value: unknown };

const LONGEST = 80;
const NUMBERS_SHOWN = 8;
const MOST_VALUES = 1_000_000;
const DEEPEST = 30;

/** Never throws, and ends soon, whatever an answer has made up. */
export function plain(value: unknown): Plain {
  const taking = new Taking();
  try {
    return taking.apart(value);
  } catch {
    return other(value, taking.trouble);
  }
}

const other = (value: unknown, words: string): Plain => ({ kind: "other", words, value });

class Taking {
  /** Why it could not be taken apart. Said here, as what is caught may be made to throw when it is looked at. */
  trouble = "something that cannot be read";
  readonly #around: object[] = [];
  #left = MOST_VALUES;

  apart(value: unknown): Plain {
    this.#count(1);
    if (typeof value === "number") return { kind: "numbers", shape: [], numbers: [value] };
    if (typeof value === "string") return { kind: "text", text: value };
    if (typeof value === "boolean") return { kind: "flag", flag: value };
    if (value === null || typeof value !== "object") return other(value, words(value));
    if (this.#around.includes(value)) this.#giveUp("something that contains itself");
    if (this.#around.length >= DEEPEST) this.#giveUp(`something nested more than ${DEEPEST} deep`);
    this.#around.push(value);
    const taken = this.#object(value);
    this.#around.pop();
    return taken;
  }

  #object(value: object): Plain {
    if (value instanceof BigInt64Array || value instanceof BigUint64Array)
      return other(value, "big integers");
    if (isNumbers(value)) return this.#numbers([value.length], value);
    if (isTensor(value)) return { ...this.#numbers([...value.shape], value.data), tensor: true };
    if (Array.isArray(value)) return this.#array(value);
    if (typeof Reflect.get(value, "then") === "function") return other(value, "a promise");
    const fields = Object.entries(value);
    const tag = Object.prototype.toString.call(value).slice("[object ".length, -1);
    if (fields.length === 0 && tag !== "Object") return other(value, tagWords(tag));
    return {
      kind: "record",
      fields: new Map(fields.map(([name, field]) => [name, this.apart(field)] as const)),
    };
  }

  #numbers(shape: readonly number[], numbers: ArrayLike<number>): Numbers {
    this.#count(numbers.length);
    return { kind: "numbers", shape, numbers: Array.from(numbers) };
  }

  /** By index, so that an entry that was never set is seen. */
  #array(array: readonly unknown[]): Plain {
    const { length } = array;
    if (length > this.#left) this.#count(length);
    if (length && isRow(array)) return this.#numbers([length], array);
    const items: Plain[] = [];
    for (let at = 0; at < length; at++) items.push(this.apart(array[at]));
    return stacked(items) ?? { kind: "list", items };
  }

  #count(values: number): void {
    this.#left -= values;
    if (this.#left < 0) this.#giveUp(`more than ${MOST_VALUES.toLocaleString("en")} values`);
  }

  #giveUp(trouble: string): never {
    this.trouble = trouble;
    throw new Error(trouble);
  }
}

/** Rows of one shape are numbers of one rank more. */
function stacked(rows: readonly Plain[]): Plain | undefined {
  const numbers: number[] = [];
  let inner: readonly number[] | undefined;
  for (const row of rows) {
    if (row.kind !== "numbers") return undefined;
    inner ??= row.shape;
    if (inner.length !== row.shape.length || inner.some((length, axis) => length !== row.shape[axis]))
      return undefined;
    for (const number of row.numbers) numbers.push(number);
  }
  return { kind: "numbers", shape: [rows.length, ...(inner ?? [])], numbers };
}

function words(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return typeof value === "function" ? "a function" : `a ${typeof value}`;
}

function tagWords(tag: string): string {
  if (tag === "Generator" || tag.endsWith("Iterator")) return `a ${tag.toLowerCase()}, not yet run through,`;
  return `${/^[AEIOU]/.test(tag) ? "an" : "a"} ${tag}`;
}

function isRow(array: readonly unknown[]): array is readonly number[] {
  for (let at = 0; at < array.length; at++) if (typeof array[at] !== "number") return false;
  return true;
}

function isNumbers(value: object): value is ArrayLike<number> & object {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    !(value instanceof BigInt64Array) &&
    !(value instanceof BigUint64Array)
  );
}

interface TensorLike {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

function isTensor(value: object): value is TensorLike {
  const { shape, data } = value as Partial<TensorLike>;
  return (
    Array.isArray(shape) &&
    typeof data === "object" &&
    isNumbers(data) &&
    shape.reduce((size, length) => size * length, 1) === data.length
  );
}

/** A call as the student would write it, cut to a line. */
export function callText(name: string, args: readonly unknown[]): string {
  return cut(`${name}(${args.map((arg) => valueText(arg)).join(", ")})`);
}

/** A value in a line. */
export function valueText(value: unknown): string {
  if (typeof value === "function") return cut(nameOf(value));
  const taken = plain(value);
  if (taken.kind !== "numbers" || !taken.tensor) return cut(plainText(taken));
  return taken.numbers.length > NUMBERS_SHOWN
    ? `a tensor of shape [${taken.shape.join(", ")}]`
    : `tensor(${plainText(taken)})`;
}

/** A static member may stand where a function's name is. */
function nameOf(value: object): string {
  const name = Object.getOwnPropertyDescriptor(value, "name")?.value;
  return typeof name === "string" && name ? name : "a function";
}

export function plainText(value: Plain): string {
  if (value.kind === "numbers") return numbersText(value.shape, value.numbers);
  if (value.kind === "text") return JSON.stringify(value.text);
  if (value.kind === "flag") return String(value.flag);
  if (value.kind === "other") return value.words;
  if (value.kind === "list") return `[${joined(value.items, plainText)}]`;
  if (value.fields.size === 0) return "{}";
  return `{ ${joined([...value.fields], ([name, field]) => `${name}: ${plainText(field)}`)} }`;
}

/** As many as a line shows. */
function joined<T>(parts: readonly T[], text: (part: T) => string): string {
  let line = "";
  for (const [at, part] of parts.entries()) {
    if (line.length > LONGEST) return `${line}, …`;
    line += `${at ? ", " : ""}${text(part)}`;
  }
  return line;
}

function numbersText(shape: readonly number[], numbers: readonly number[]): string {
  if (shape.length === 0) return numberText(numbers[0]!);
  if (numbers.length === 0) return shape.length === 1 ? "[]" : `nothing, in shape [${shape.join(", ")}]`;
  const step = numbers.length / shape[0]!;
  const parts: string[] = [];
  for (let at = 0; at < shape[0]! && parts.join().length < LONGEST; at++) {
    parts.push(numbersText(shape.slice(1), numbers.slice(at * step, (at + 1) * step)));
  }
  return `[${parts.join(", ")}${parts.length < shape[0]! ? ", …" : ""}]`;
}

/** Four digits are enough to see what is wrong. */
export function numberText(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size < 1e-4 || size >= 1e6 ? value.toExponential(3) : String(Number(value.toPrecision(4)));
}

export const cut = (text: string, longest: number = LONGEST): string =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
