// Points at which operations are checked: one call gives an operation its twenty and more shapes.
import type { Random } from "../random/random.ts";
import { adopt } from "../tensor/create.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Sample } from "./op.ts";

/** Scalars, odd lengths, length 1 and 0, up to four axes. */
export const SHAPES: readonly Shape[] = [
  [],
  [1],
  [2],
  [3],
  [5],
  [7],
  [17],
  [33],
  [0],
  [1, 1],
  [2, 3],
  [3, 2],
  [1, 5],
  [5, 1],
  [4, 7],
  [0, 3],
  [2, 0],
  [1, 1, 1],
  [2, 3, 4],
  [3, 1, 5],
  [2, 0, 3],
  [7, 2, 1],
  [2, 1, 3, 2],
  [1, 3, 2, 3],
];

/** Pairs that broadcast: equal, one scalar, rows, columns, both stretched, axes missing, empty. */
export const PAIRS: readonly (readonly [Shape, Shape])[] = [
  [[], []],
  [[], [2]],
  [[5], []],
  [[1], [1]],
  [[3], [3]],
  [[7], [1]],
  [[1], [5]],
  [[17], [17]],
  [[0], [0]],
  [[0], [1]],
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [[3], [5, 3]],
  [
    [4, 1],
    [1, 5],
  ],
  [
    [2, 3],
    [2, 1],
  ],
  [[0, 3], [3]],
  [
    [2, 0],
    [2, 1],
  ],
  [
    [2, 1, 4],
    [3, 1],
  ],
  [
    [1, 1, 1],
    [2, 3, 5],
  ],
  [[2, 3, 4], [4]],
  [
    [3, 1, 5],
    [1, 2, 1],
  ],
  [
    [2, 1, 3, 1],
    [3, 1, 2],
  ],
];

/** Where values are drawn from; `apart` keeps them that far from 0, where a function has its kink or its pole. */
export interface Draw {
  readonly low?: number;
  readonly high?: number;
  readonly apart?: number;
}

/**
 * A float64 tensor; one in three is a view into a larger one, as slicing leaves it.
 * @example draw(random, [2, 3], { low: 0.5, high: 2 })
 */
export function draw(random: Random, shape: Shape, { low = -2, high = 2, apart = 0 }: Draw = {}): Tensor {
  const size = sizeOf(shape);
  const offset = random.integer(3) === 0 ? 3 : 0;
  const data = new Float64Array(size + 2 * offset);
  for (let i = 0; i < data.length; i++) {
    const value = low + (high - low) * random.next();
    data[i] = value + (value < 0 ? -apart : apart);
  }
  const whole = adopt(data, [data.length]);
  return new Tensor(whole.storage.slice(offset, size), shape);
}

/** A float64 tensor no two of whose elements are nearer than `gap`: for what has a kink where two tie. */
export function distinct(random: Random, shape: Shape, gap = 0.1): Tensor {
  const size = sizeOf(shape);
  const places = random.permutation(size).storage.array();
  return adopt(
    Float64Array.from(places, (place) => gap * (place - size / 2 + 0.25)),
    shape,
  );
}

/** Class indices or rows, int32, from 0 up to but not including `bound`. */
export function indices(random: Random, shape: Shape, bound: number): Tensor {
  return adopt(
    Int32Array.from({ length: sizeOf(shape) }, () => random.integer(bound)),
    shape,
  );
}

/** One input of each of the shapes. */
export function singles(
  random: Random,
  options?: Draw,
  shapes: readonly Shape[] = SHAPES,
): Sample<readonly [Tensor], undefined>[] {
  return shapes.map((shape) => ({ inputs: [draw(random, shape, options)], options: undefined }));
}

/** Two inputs of each of the pairs of shapes. */
export function pairs(
  random: Random,
  left?: Draw,
  right: Draw | undefined = left,
  shapes: readonly (readonly [Shape, Shape])[] = PAIRS,
): Sample<readonly [Tensor, Tensor], undefined>[] {
  return shapes.map(([a, b]) => ({
    inputs: [draw(random, a, left), draw(random, b, right)],
    options: undefined,
  }));
}

/** For each case one input and options, made from its number: `cases(24, (i) => …)`. */
export function cases<I extends readonly Tensor[], O>(
  count: number,
  make: (at: number) => Sample<I, O>,
): Sample<I, O>[] {
  return Array.from({ length: count }, (_, at) => make(at));
}
