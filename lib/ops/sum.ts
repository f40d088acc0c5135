import { zip } from "../kernels/elementwise.ts";
import { sumAxes } from "../kernels/reduce.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxesOptions, axesSamples, dropAxes, foldedAxes, restoreAxes } from "./axes.ts";
import { apply, type Op } from "./op.ts";

/** Σ x over the axes; every x has a part of 1 in its sum. */
export const sumOp: Op<"sum", readonly [Tensor], AxesOptions> = {
  name: "sum",
  formula: "\\sum_i x_i",
  inputs: ["x"],
  forward([x], options) {
    const { axes } = foldedAxes("sum", x, options);
    return {
      output: dropAxes(sumAxes(x, axes), axes, options),
      gradient: (g) => [() => zip("sum", x, restoreAxes(g, x, axes), (_, u) => u)],
    };
  },
  samples: axesSamples,
  reference: (tf, [x], { axis, keepDims }) =>
    tf.sum(x, axis === undefined ? undefined : [axis].flat(), keepDims),
};

/**
 * The sum of all elements, or over some axes.
 * @example sum(x, { axis: 0 }) // of each column
 */
export function sum(x: Tensor, options: AxesOptions = {}): Tensor {
  return apply(sumOp, [x], options);
}
