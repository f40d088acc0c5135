import type { Random } from "../random/random.ts";
import { resolveAxes, type Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Sample } from "./op.ts";
import { type Draw, distinct, draw } from "./samples.ts";

/** Which axes an operation folds (all of them unless named) and whether they stay, with length 1. */
export interface AxesOptions {
  readonly axis?: number | readonly number[];
  readonly keepDims?: boolean;
}

/** How an operation folds a shape. */
export interface Folding {
  readonly axes: readonly number[];
  /** How many elements fall on one. */
  readonly count: number;
  /** The result's shape with the folded axes at length 1, and as it is wanted. */
  readonly kept: Shape;
  readonly shape: Shape;
}

export function folding(op: string, { shape }: Tensor, { axis, keepDims = false }: AxesOptions): Folding {
  const axes = resolveAxes(op, axis, shape.length);
  const kept = shape.map((length, at) => (axes.includes(at) ? 1 : length));
  return {
    axes,
    count: axes.reduce((product, at) => product * shape[at]!, 1),
    kept,
    shape: keepDims ? kept : shape.filter((_, at) => !axes.includes(at)),
  };
}

/** The same, said with tfjs: the axes as it takes them. */
export function tfAxes({ axis }: AxesOptions): number[] | undefined {
  return axis === undefined ? undefined : [axis].flat();
}

const CASES: readonly (readonly [Shape, AxesOptions])[] = [
  [[], {}],
  [[1], {}],
  [[5], { axis: 0 }],
  [[17], { axis: -1, keepDims: true }],
  [[1, 1], { axis: 1 }],
  [[2, 3], {}],
  [[2, 3], { axis: 0 }],
  [[2, 3], { axis: 1 }],
  [[4, 2], { axis: -1, keepDims: true }],
  [[4, 7], { keepDims: true }],
  [[1, 5], { axis: 0 }],
  [[5, 1], { axis: 0 }],
  [[3, 3], { axis: [0, 1] }],
  [[2, 3, 2], { axis: [0, 2] }],
  [[2, 3, 4], { axis: 1 }],
  [[2, 3, 4], { axis: [1, 2] }],
  [[2, 3, 4], { axis: [0, 1], keepDims: true }],
  [[3, 1, 5], { axis: 1 }],
  [[1, 1, 1], {}],
  [[2, 1, 3, 2], { axis: [1, 3] }],
  [[2, 3, 1, 2], { axis: [0, 2], keepDims: true }],
  [[2, 2, 2, 2], { axis: -2 }],
];

const EMPTY: readonly (readonly [Shape, AxesOptions])[] = [
  [[0], {}],
  [[0, 3], { axis: 0 }],
  [[3, 0], { axis: 0 }],
  [[2, 0, 3], { axis: [1, 2] }],
];

/** Whole, by one axis, by the last from behind, by several; with nothing to fold too, where that has an answer. */
export function axesSamples(
  random: Random,
  options: Draw = {},
  withEmpty = true,
): Sample<readonly [Tensor], AxesOptions>[] {
  return [...CASES, ...(withEmpty ? EMPTY : [])].map(([shape, axes]) => ({
    inputs: [draw(random, shape, options)],
    options: axes,
  }));
}

/** The same with no two elements nearer than 0.1: what chooses one has a kink where two tie. */
export function distinctAxesSamples(random: Random): Sample<readonly [Tensor], AxesOptions>[] {
  return CASES.map(([shape, options]) => ({ inputs: [distinct(random, shape)], options }));
}
