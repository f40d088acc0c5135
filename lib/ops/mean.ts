import { map, zip } from "../kernels/elementwise.ts";
import { sumAxes } from "../kernels/reduce.ts";
import { floatOf } from "../tensor/dtype.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxesOptions, axesSamples, dropAxes, foldedAxes, restoreAxes } from "./axes.ts";
import { apply, type Op } from "./op.ts";

/** Σ x / n over the axes; every x has a part of 1/n. */
export const meanOp: Op<"mean", readonly [Tensor], AxesOptions> = {
  name: "mean",
  formula: "\\frac{1}{n} \\sum_i x_i",
  inputs: ["x"],
  forward([x], options) {
    const { axes, count } = foldedAxes("mean", x, options);
    if (count === 0) throw new ShapeError(`mean: shape ${formatShape(x.shape)} has no elements to average.`);
    const sums = sumAxes(x, axes);
    return {
      output: dropAxes(
        map(sums, (s) => s / count, floatOf(x.dtype)),
        axes,
        options,
      ),
      gradient: (g) => [() => zip("mean", x, restoreAxes(g, x, axes), (_, u) => u / count)],
    };
  },
  samples: axesSamples,
  reference: (tf, [x], { axis, keepDims }) =>
    tf.mean(x, axis === undefined ? undefined : [axis].flat(), keepDims),
};

/**
 * The mean of all elements, or over some axes.
 * @example mean(equal(predicted, labels)) // the accuracy
 */
export function mean(x: Tensor, options: AxesOptions = {}): Tensor {
  return apply(meanOp, [x], options);
}
