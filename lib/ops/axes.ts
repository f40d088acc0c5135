import type { Random } from "../random/random.ts";
import { resolveAxes } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Sample } from "./op.ts";

/** Which axes an operation folds (all of them unless named) and whether they stay, with length 1. */
export interface AxesOptions {
  readonly axis?: number | readonly number[];
  readonly keepDims?: boolean;
}

/** The folded axes of a result, kept with length 1, left out unless they are wanted. */
export function dropAxes(kept: Tensor, axes: readonly number[], { keepDims = false }: AxesOptions): Tensor {
  if (keepDims) return kept;
  return new Tensor(
    kept.data,
    kept.shape.filter((_, axis) => !axes.includes(axis)),
  );
}

/** The other way: the dropped axes put back with length 1, so that the tensor broadcasts against the input. */
export function restoreAxes(dropped: Tensor, input: Tensor, axes: readonly number[]): Tensor {
  return new Tensor(
    dropped.data,
    input.shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
  );
}

/** The axes to fold, and how many elements fall on one. */
export function foldedAxes(op: string, x: Tensor, { axis }: AxesOptions): { axes: number[]; count: number } {
  const axes = resolveAxes(op, axis, x.rank);
  return { axes, count: axes.reduce((product, at) => product * x.shape[at]!, 1) };
}

/** Whole, by one axis, by the last from behind, by two axes. No two elements are nearer than 0.1: max has a kink where they tie. */
export function axesSamples(random: Random): Sample<readonly [Tensor], AxesOptions>[] {
  const draw = (shape: readonly number[], options: AxesOptions): Sample<readonly [Tensor], AxesOptions> => {
    const size = shape.reduce((product, length) => product * length, 1);
    const data = Float64Array.from(random.permutation(size).data, (place) => 0.1 * (place - size / 2));
    return { inputs: [new Tensor(data, shape)], options };
  };
  return [
    draw([2, 3], {}),
    draw([2, 3], { axis: 0 }),
    draw([4, 2], { axis: -1, keepDims: true }),
    draw([2, 3, 2], { axis: [0, 2] }),
  ];
}
