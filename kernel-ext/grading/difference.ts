// What kind of thing is wrong with an answer's value, in words that help and do not give it away.
import { type Numbers, type Plain, plain } from "./values.ts";

/** Nothing where `got` is as wanted. */
export function difference(got: unknown, wanted: unknown, tolerance: number): string | undefined {
  return differ(plain(got), plain(wanted), tolerance);
}

/** The same, of values that are taken apart already. */
export function differ(got: Plain, wanted: Plain, tolerance: number): string | undefined {
  if (got.kind === "numbers" && wanted.kind === "numbers") return numbersDiffer(got, wanted, tolerance);
  if (wanted.kind === "list") {
    const items = itemsOf(got);
    if (items) return itemsDiffer(items, wanted.items, tolerance);
  }
  if (got.kind === "record" && wanted.kind === "record")
    return fieldsDiffer(got.fields, wanted.fields, tolerance);
  if (got.kind === "text" && wanted.kind === "text")
    return got.text === wanted.text ? undefined : "That is not the text that was to come.";
  if (got.kind === "flag" && wanted.kind === "flag")
    return got.flag === wanted.flag ? undefined : "That is not what was to come.";
  if (got.kind === "other" && wanted.kind === "other" && Object.is(got.value, wanted.value)) return undefined;
  return otherKind(got, wanted);
}

export const NOTHING_CAME = "Nothing came back: is there a `return`?";

function otherKind(got: Plain, wanted: Plain): string {
  if (isUndefined(got)) return NOTHING_CAME;
  if (got.kind === "list" && wanted.kind === "numbers" && wanted.shape.length > 0) {
    const odd = firstOdd(got);
    if (odd) return `There is ${odd.words} at ${text(odd.place)}, where a number should be.`;
  }
  const needed = wordsFor(wanted);
  const wish = `${needed[0]!.toUpperCase()}${needed.slice(1)} should come back`;
  if (got.kind !== "other" && !isRagged(got)) return `${wish}, and not ${wordsFor(got)}.`;
  const came = got.kind === "other" ? got.words : "rows of different lengths";
  return `${wish}, and ${came} did${came === "a promise" ? ": is the function `async`?" : "."}`;
}

/** What kind of thing it is; of what is wanted, no more than that. */
function wordsFor(value: Plain): string {
  if (value.kind === "numbers") return value.shape.length === 0 ? "a number" : "numbers";
  if (value.kind === "record") return value.fields.size === 0 ? "an empty object" : "several named values";
  return { list: "a list", text: "a text", flag: "true or false", other: "something else" }[value.kind];
}

const isUndefined = (value: Plain): boolean => value.kind === "other" && value.value === undefined;

const isRagged = (value: Plain): boolean => value.kind === "list" && firstOdd(value) === undefined;

/** The first entry that is no number, and where it is. */
function firstOdd(value: Plain): { readonly words: string; readonly place: readonly number[] } | undefined {
  if (value.kind === "numbers") return undefined;
  if (value.kind !== "list")
    return { words: value.kind === "other" ? value.words : wordsFor(value), place: [] };
  for (const [at, item] of value.items.entries()) {
    const odd = firstOdd(item);
    if (odd) return { ...odd, place: [at, ...odd.place] };
  }
  return undefined;
}

/** Numbers are a list of their rows, too. */
function itemsOf(value: Plain): readonly Plain[] | undefined {
  if (value.kind === "list") return value.items;
  if (value.kind !== "numbers" || value.shape.length === 0) return undefined;
  const { numbers, shape } = value;
  const [rows = 0, ...inner] = shape;
  const step = numbers.length / Math.max(rows, 1);
  return Array.from({ length: rows }, (_, at) => ({
    kind: "numbers",
    shape: inner,
    numbers: numbers.slice(at * step, (at + 1) * step),
  }));
}

function itemsDiffer(got: readonly Plain[], wanted: readonly Plain[], tolerance: number): string | undefined {
  if (got.length !== wanted.length) return `Its length is ${got.length}, and should be ${wanted.length}.`;
  for (const [at, item] of wanted.entries()) {
    if (isUndefined(got[at]!) && !isUndefined(item)) return `There is undefined at [${at}].`;
    const words = differ(got[at]!, item, tolerance);
    if (words) return `At [${at}]: ${words}`;
  }
  return undefined;
}

function fieldsDiffer(
  got: ReadonlyMap<string, Plain>,
  wanted: ReadonlyMap<string, Plain>,
  tolerance: number,
): string | undefined {
  for (const [name, value] of wanted) {
    const field = got.get(name);
    if (!field || (isUndefined(field) && !isUndefined(value))) return `There is no ${name} in it.`;
    const words = differ(field, value, tolerance);
    if (words) return `${name}: ${words}`;
  }
  return undefined;
}

function numbersDiffer(got: Numbers, wanted: Numbers, tolerance: number): string | undefined {
  if (String(got.shape) !== String(wanted.shape)) return shapesDiffer(got.shape, wanted.shape);
  const wrong = wanted.numbers.flatMap((number, at) =>
    isLike(got.numbers[at]!, number, tolerance) ? [] : [at],
  );
  if (wrong.length === 0) return undefined;
  return (
    notFinite(got, wanted) ??
    allAlike(got.numbers, wanted.numbers, tolerance) ??
    exchanged(got, wanted, tolerance) ??
    howMany(got, wrong)
  );
}

/** −0 is 0 here, and NaN is like NaN alone. */
function isLike(got: number, wanted: number, tolerance: number): boolean {
  if (Number.isNaN(wanted)) return Number.isNaN(got);
  if (!Number.isFinite(wanted)) return got === wanted;
  return Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
}

function shapesDiffer(got: readonly number[], wanted: readonly number[]): string {
  if (wanted.length === 0) return `One number should come back, and not something of shape ${text(got)}.`;
  if (got.length === 0) return "Many numbers should come back, and not one.";
  return `Its shape is ${text(got)}, and should be ${text(wanted)}.`;
}

function notFinite(got: Numbers, wanted: Numbers): string | undefined {
  const at = got.numbers.findIndex(
    (number, i) => !Number.isFinite(number) && Number.isFinite(wanted.numbers[i]),
  );
  if (at < 0) return undefined;
  const number = got.numbers[at]!;
  const cause = Number.isNaN(number)
    ? "0 / 0, ∞ − ∞, the logarithm of a negative number or an entry that is not there lies behind it"
    : "something has overflowed, or was divided by 0";
  return `There is ${number}${place(got, at)}: ${cause}.`;
}

/**
 * One sign, factor or constant that makes all of them right. A constant's size is not told, nor a factor that is not a
 * simple one: beside numbers that are all 0, or all alike, it would be the answer.
 */
function allAlike(got: readonly number[], wanted: readonly number[], tolerance: number): string | undefined {
  const fits = (mended: (number: number) => number): boolean =>
    got.every((number, at) => isLike(mended(number), wanted[at]!, tolerance));
  if (fits((number) => -number)) return `${got.length > 1 ? "Every number" : "It"} has the wrong sign.`;
  if (got.length < 2) return undefined;
  const varied = wanted.some((number) => !isLike(number, wanted[0]!, tolerance));
  if (varied && got.every((number) => number === got[0])) return "All numbers are the same.";
  const largest = wanted.reduce(
    (best, number, at) => (Math.abs(number) > Math.abs(wanted[best]!) ? at : best),
    0,
  );
  const factor = got[largest]! / wanted[largest]!;
  if (varied && factor !== 0 && Number.isFinite(factor) && fits((number) => number / factor)) {
    return isSimple(factor)
      ? `Every number is ${Number(factor.toPrecision(3))} times what it should be.`
      : "Every number is off by one and the same factor.";
  }
  const more = got[largest]! - wanted[largest]!;
  if (fits((number) => number - more))
    return `Every number is too ${more > 0 ? "great" : "small"}, by the same amount.`;
  return undefined;
}

/** A whole number or one part of a whole, as a sum has that should be a mean. */
function isSimple(factor: number): boolean {
  const times = Math.abs(factor) > 1 ? Math.abs(factor) : Math.abs(1 / factor);
  return times < 1000 && Math.abs(times - Math.round(times)) < 1e-4;
}

/** The right numbers in another order. */
function exchanged(got: Numbers, wanted: Numbers, tolerance: number): string | undefined {
  const same = (order: readonly number[]): boolean =>
    order.every((from, at) => isLike(got.numbers[from]!, wanted.numbers[at]!, tolerance));
  const [rows = 0, columns = 0] = got.shape;
  const count = got.numbers.length;
  if (got.shape.length === 2 && rows === columns) {
    const turned = got.numbers.map((_, at) => (at % columns) * columns + Math.floor(at / columns));
    if (same(turned)) return "Rows and columns are exchanged.";
  }
  if (count > 1 && same(got.numbers.map((_, at) => count - 1 - at))) return "The order is reversed.";
  const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
  const [a, b] = [sorted(got.numbers), sorted(wanted.numbers)];
  if (count > 2 && a.every((number, at) => isLike(number, b[at]!, tolerance))) {
    return "The numbers are right, and in another order.";
  }
  return undefined;
}

function howMany(got: Numbers, wrong: readonly number[]): string {
  const count = got.numbers.length;
  if (count === 1) return "That is not the number.";
  if (wrong.length === count) return "None of the numbers is right.";
  const are = wrong.length === 1 ? "1 number is" : `${wrong.length} numbers are`;
  return `${are} wrong of ${count}, the first${place(got, wrong[0]!)}.`;
}

/** ` at [1, 2]`; nothing for a single number. */
function place({ shape }: Numbers, at: number): string {
  if (shape.length === 0) return "";
  const index: number[] = [];
  let rest = at;
  for (const length of [...shape].reverse()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return ` at ${text(index)}`;
}

const text = (numbers: readonly number[]): string => `[${numbers.join(", ")}]`;
