// What kind of thing is wrong with an answer's value, in words that help and do not give it away.
import { type Plain, plain } from "./values.ts";

type Numbers = Extract<Plain, { kind: "numbers" }>;

/** Nothing where `got` is as wanted. */
export function difference(got: unknown, wanted: unknown, tolerance: number): string | undefined {
  return differ(plain(got), plain(wanted), tolerance);
}

/** The same, of values that are taken apart already. */
export function differ(got: Plain, wanted: Plain, tolerance: number): string | undefined {
  if (got.kind !== wanted.kind) return otherKind(got, wanted);
  if (got.kind === "numbers" && wanted.kind === "numbers") return numbersDiffer(got, wanted, tolerance);
  if (got.kind === "text" && wanted.kind === "text") {
    return got.text === wanted.text ? undefined : "That is not the text that was to come.";
  }
  if (got.kind === "record" && wanted.kind === "record")
    return fieldsDiffer(got.fields, wanted.fields, tolerance);
  return undefined;
}

function otherKind(got: Plain, wanted: Plain): string {
  const needed = {
    numbers: "numbers",
    record: "several named values",
    text: "a text",
    other: "something else",
  };
  if (got.kind === "other" && got.words === "undefined") return "Nothing came back: is there a `return`?";
  if (got.kind === "other") return `${needed[wanted.kind]} should come back, and ${got.words} did.`;
  return `${needed[wanted.kind]} should come back, and not ${needed[got.kind]}.`;
}

function fieldsDiffer(
  got: ReadonlyMap<string, Plain>,
  wanted: ReadonlyMap<string, Plain>,
  tolerance: number,
): string | undefined {
  for (const [name, value] of wanted) {
    const field = got.get(name);
    if (!field) return `There is no ${name} in it.`;
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
    ? "0 / 0, ∞ − ∞ or the logarithm of a negative number lies behind it"
    : "something has overflowed, or was divided by 0";
  return `There is ${number}${place(got, at)}: ${cause}.`;
}

/** One sign, factor or constant that makes all of them right. */
function allAlike(got: readonly number[], wanted: readonly number[], tolerance: number): string | undefined {
  const largest = wanted.reduce(
    (best, number, at) => (Math.abs(number) > Math.abs(wanted[best]!) ? at : best),
    0,
  );
  const fits = (mended: (number: number) => number): boolean =>
    got.every((number, at) => isLike(mended(number), wanted[at]!, tolerance));
  const all = got.length > 1 ? "Every number" : "It";
  if (fits((number) => -number)) return `${all} has the wrong sign.`;
  if (got.length > 1 && got.every((number) => number === got[0])) return "All numbers are the same.";
  const factor = got[largest]! / wanted[largest]!;
  if (got.length > 1 && factor !== 0 && Number.isFinite(factor) && fits((number) => number / factor)) {
    return `Every number is ${Number(factor.toPrecision(3))} times what it should be.`;
  }
  const more = got[largest]! - wanted[largest]!;
  if (got.length > 1 && fits((number) => number - more)) {
    return `Every number is ${Number(Math.abs(more).toPrecision(3))} too ${more > 0 ? "great" : "small"}.`;
  }
  return undefined;
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
