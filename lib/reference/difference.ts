// How far two results lie apart, as one number.

/** A tensor of ours or of tfjs's, nested arrays, a flat typed array (of any shape), or a number. */
export type Values = number | Shaped | ArrayLike<number> | NestedArray;
export type NestedArray = readonly (number | NestedArray)[];

interface Shaped {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** The place where two results differ most. */
export interface Difference {
  /** The largest relative difference; Infinity where a NaN or an infinity stands on one side only. */
  readonly largest: number;
  /** Where in row-major order, and what stood there; undefined when there is nothing to compare. */
  readonly at?: { readonly index: number; readonly ours: number; readonly theirs: number };
  readonly shape: readonly number[];
}

/** Thrown when two results cannot be compared because their shapes differ. */
export class ShapeDifference extends Error {
  constructor(ours: string, theirs: string) {
    super(`our result has shape ${ours}, the reference has ${theirs}.`);
    this.name = "ShapeDifference";
  }
}

/** Below this, a typical value counts as noise: a gradient that is truly zero comes out as 1e-8 or so. */
export const SMALLEST_SCALE = 0.01;

/**
 * The largest of
 *
 *     |a − b| / max(|a|, |b|, s),   s = max(root mean square of theirs, 0.01)
 *
 * over all elements a of ours and b of theirs. Elements much smaller than a typical one (s) are what is left
 * when large terms cancel; float32 cannot know them to 7 digits, so they are measured against s.
 * NaN agrees with NaN, and an infinity with the same infinity.
 */
export function difference(ours: Values, theirs: Values): Difference {
  const a = flatten(ours);
  const b = flatten(theirs);
  if (
    a.shape &&
    b.shape &&
    (a.shape.length !== b.shape.length || a.shape.some((n, i) => n !== b.shape?.[i]))
  ) {
    throw new ShapeDifference(`[${a.shape}]`, `[${b.shape}]`);
  }
  if (a.data.length !== b.data.length) {
    throw new ShapeDifference(nameOf(a), nameOf(b));
  }
  const shape = b.shape ?? a.shape ?? [b.data.length];
  const scale = Math.max(rootMeanSquare(b.data), SMALLEST_SCALE);
  let largest = -1;
  let worst = 0;
  for (let i = 0; i < a.data.length; i++) {
    const relative = relativeDifference(a.data[i] ?? Number.NaN, b.data[i] ?? Number.NaN, scale);
    if (relative > largest) {
      largest = relative;
      worst = i;
    }
  }
  const [x, y] = [a.data[worst], b.data[worst]];
  if (x === undefined || y === undefined) return { largest: 0, shape };
  return { largest, at: { index: worst, ours: x, theirs: y }, shape };
}

/** The largest relative difference alone; the formula stands at {@link difference}. */
export function maxRelativeDifference(ours: Values, theirs: Values): number {
  return difference(ours, theirs).largest;
}

function relativeDifference(a: number, b: number, scale: number): number {
  if (Object.is(a, b) || a === b) return 0;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.POSITIVE_INFINITY;
  return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), scale);
}

function rootMeanSquare(data: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? 0;
    if (!Number.isFinite(value)) continue;
    sum += value * value;
    count++;
  }
  return count ? Math.sqrt(sum / count) : 0;
}

/** A flat typed array has no shape of its own: it stands for any shape with as many elements. */
function flatten(values: Values): { data: ArrayLike<number>; shape?: readonly number[] } {
  if (typeof values === "number") return { data: [values], shape: [] };
  if ("data" in values && "shape" in values) return values;
  if (!Array.isArray(values)) return { data: values as ArrayLike<number> };
  const shape: number[] = [];
  for (let level: unknown = values; Array.isArray(level); level = level[0]) shape.push(level.length);
  const data: unknown[] = values.flat(Number.POSITIVE_INFINITY);
  const size = shape.reduce((product, n) => product * n, 1);
  if (data.length !== size)
    throw new TypeError(`nested arrays of uneven lengths: ${data.length} numbers, not ${size}.`);
  return { data: data.map(Number), shape };
}

function nameOf({ data, shape }: { data: ArrayLike<number>; shape?: readonly number[] }): string {
  return shape ? `[${shape}]` : `${data.length} elements`;
}
