// What metrics and tests are handed: tensors, or rows of numbers.
import { Tensor } from "../tensor/tensor.ts";

/** Labels, scores or measurements: a tensor of any shape, read row by row, or a row of numbers. */
export type Values = Tensor | ArrayLike<number>;

/** The numbers themselves, as doubles. */
export function valuesOf(op: string, name: string, values: Values): Float64Array {
  const numbers = Float64Array.from(values instanceof Tensor ? values.storage.array() : values);
  const bad = numbers.findIndex((value) => Number.isNaN(value));
  if (bad < 0) return numbers;
  throw new RangeError(`${op}: ${name} ${bad} is NaN; leave it out, or find out where it comes from.`);
}

/** Two rows of numbers that belong together, one by one. */
export function pairsOf(
  op: string,
  names: readonly [string, string],
  first: Values,
  second: Values,
): readonly [Float64Array, Float64Array] {
  const pair = [valuesOf(op, names[0], first), valuesOf(op, names[1], second)] as const;
  const [a, b] = [pair[0].length, pair[1].length];
  if (a === b && a > 0) return pair;
  const came = a === b ? "both are empty" : `there are ${a} of the one and ${b} of the other`;
  throw new RangeError(`${op}: ${names[0]} and ${names[1]} belong together one by one, and ${came}.`);
}

/** Class indices: whole numbers, 0 or more. */
export function classesOf(op: string, name: string, values: Values): Int32Array {
  const numbers = valuesOf(op, name, values);
  const bad = numbers.findIndex((value) => !Number.isInteger(value) || value < 0);
  if (bad < 0) return Int32Array.from(numbers);
  throw new RangeError(
    `${op}: ${name} ${bad} is ${numbers[bad]}; classes are whole numbers from 0. argmax() makes them of logits.`,
  );
}

/** True and predicted classes of the same examples. */
export function classPairs(
  op: string,
  truth: Values,
  predicted: Values,
): readonly [truth: Int32Array, predicted: Int32Array] {
  pairsOf(op, ["truth", "prediction"], truth, predicted);
  return [classesOf(op, "truth", truth), classesOf(op, "prediction", predicted)];
}

/** Throws unless the number lies between 0 and 1. */
export function checkShare(op: string, name: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new RangeError(`${op}: ${name} must lie between 0 and 1; it is ${value}.`);
}

/** Throws unless the number is whole and at least `least`. */
export function checkCount(op: string, name: string, value: number, least = 0): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(`${op}: ${name} must be a whole number, ${least} or more; it is ${value}.`);
}
