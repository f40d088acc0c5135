// Points of the plane in classes that no straight line parts, and a curve to fit; all from a seed.
import { Random } from "../lib/random/random.ts";
import { adopt } from "../lib/tensor/create.ts";
import type { Tensor } from "../lib/tensor/tensor.ts";

/** Points with their classes. */
export interface LabelledPoints {
  /** float32 [n, 2]. */
  readonly points: Tensor;
  /** int32 [n]. */
  readonly labels: Tensor;
  readonly classes: number;
}

export interface PointsOptions {
  /** How many points in all. */
  readonly count?: number;
  /** The standard deviation of the Gaussian that is added to each coordinate. */
  readonly noise?: number;
  readonly seed?: number;
}

/**
 * The arms of a spiral, one a class, that turn by `turns` on their way out to radius 1.
 * @example const { points, labels } = spirals({ classes: 3, count: 300, noise: 0.02 });
 */
export function spirals({
  classes = 2,
  turns = 1,
  ...options
}: PointsOptions & { readonly classes?: number; readonly turns?: number } = {}): LabelledPoints {
  if (!Number.isFinite(turns))
    throw new RangeError(`spirals: turns is ${turns}; it must be a finite number.`);
  return scattered("spirals", classes, { noise: 0.02, ...options }, (label, share) => {
    const angle = 2 * Math.PI * (turns * share + label / classes);
    return [share * Math.cos(angle), share * Math.sin(angle)];
  });
}

/**
 * Two half circles that reach into each other.
 * @example moons({ count: 200, noise: 0.1 })
 */
export function moons(options: PointsOptions = {}): LabelledPoints {
  return scattered("moons", 2, { noise: 0.1, ...options }, (label, share) => {
    const angle = Math.PI * share;
    return label === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
  });
}

/**
 * Gaussian clouds of standard deviation `noise` around middles that are drawn from −1 to 1, or given.
 * @example blobs({ classes: 4, noise: 0.15 })
 */
export function blobs({
  classes = 3,
  centres,
  ...options
}: PointsOptions & {
  readonly classes?: number;
  readonly centres?: readonly (readonly [number, number])[];
} = {}): LabelledPoints {
  if (centres === undefined) checkCount("blobs", classes, "number of classes");
  const wrong = centres?.find((centre) => centre.length !== 2 || !centre.every(Number.isFinite));
  if (wrong !== undefined)
    throw new RangeError(`blobs: [${wrong.join(", ")}] is no centre; it is [x, y], both finite.`);
  const random = new Random(options.seed ?? 1);
  const middles =
    centres ?? Array.from({ length: classes }, () => [2 * random.next() - 1, 2 * random.next() - 1] as const);
  return scattered("blobs", middles.length, { noise: 0.2, ...options }, (label) => middles[label]!);
}

/**
 * Points of the square from −1 to 1, of class 1 where the signs of x and y differ: the exclusive or.
 * @example xor({ count: 400 })
 */
export function xor({ count = 200, noise = 0, seed = 1 }: PointsOptions = {}): LabelledPoints {
  checkCount("xor", count);
  checkNoise("xor", noise);
  const random = new Random(seed);
  const points = random.uniform([count, 2], { low: -1, high: 1 });
  const data = points.data as Float32Array;
  const labels = Int32Array.from({ length: count }, (_, i) =>
    Number(data[2 * i]! < 0 !== data[2 * i + 1]! < 0),
  );
  const moved = random.normal([count, 2], { std: noise }).data;
  return {
    points: adopt(
      Float32Array.from(data, (value, i) => value + moved[i]!),
      [count, 2],
    ),
    labels: adopt(labels, [count]),
    classes: 2,
  };
}

/** A curve with noise. */
export interface NoisyCurve {
  /** float32 [n, 1], evenly spaced from −π to π. */
  readonly x: Tensor;
  /** float32 [n, 1]: sin(frequency · x) and noise. */
  readonly y: Tensor;
}

/** @example sine({ count: 100, noise: 0.1 }) */
export function sine({
  count = 200,
  noise = 0.1,
  seed = 1,
  frequency = 1,
}: PointsOptions & { readonly frequency?: number } = {}): NoisyCurve {
  checkCount("sine", count);
  checkNoise("sine", noise);
  if (!Number.isFinite(frequency)) {
    throw new RangeError(`sine: the frequency is ${frequency}; it must be a finite number.`);
  }
  const moved = new Random(seed).normal([count], { std: noise }).data;
  const at = (i: number): number => -Math.PI + (2 * Math.PI * i) / Math.max(1, count - 1);
  return {
    x: adopt(
      Float32Array.from({ length: count }, (_, i) => at(i)),
      [count, 1],
    ),
    y: adopt(
      Float32Array.from({ length: count }, (_, i) => Math.sin(frequency * at(i)) + moved[i]!),
      [count, 1],
    ),
  };
}

/** Classes in turn, places from 0 to 1 along each class, Gaussian noise, in a random order. */
function scattered(
  op: string,
  classes: number,
  { count = 200, noise = 0, seed = 1 }: PointsOptions,
  place: (label: number, share: number) => readonly [number, number],
): LabelledPoints {
  checkCount(op, count);
  checkCount(op, classes, "number of classes");
  checkNoise(op, noise);
  const random = new Random(seed);
  const each = Math.ceil(count / classes);
  const points = new Float32Array(2 * count);
  const labels = new Int32Array(count);
  const moved = random.normal([2 * count], { std: noise }).data;
  random.permutation(count).data.forEach((i, at) => {
    const label = i % classes;
    const [x, y] = place(label, (Math.floor(i / classes) + 0.5) / each);
    points[2 * at] = x + moved[2 * at]!;
    points[2 * at + 1] = y + moved[2 * at + 1]!;
    labels[at] = label;
  });
  return { points: adopt(points, [count, 2]), labels: adopt(labels, [count]), classes };
}

/** Throws unless something is to be made. */
export function checkCount(op: string, count: number, what = "count"): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new RangeError(`${op}: the ${what} must be a whole number, 1 or more, not ${count}.`);
}

/** Throws unless numbers can be spread so. */
export function checkNoise(op: string, noise: number): void {
  if (Number.isFinite(noise) && noise >= 0) return;
  throw new RangeError(`${op}: the noise is a standard deviation, finite and not below 0; it is ${noise}.`);
}
