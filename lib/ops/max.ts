import { unbroadcast, zip } from "../kernels/elementwise.ts";
import { maxAxes } from "../kernels/reduce.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxesOptions, axesSamples, dropAxes, foldedAxes, restoreAxes } from "./axes.ts";
import { apply, type Op } from "./op.ts";

/** The greatest x over the axes; the gradient goes to it. Where several tie, a kink, they share it evenly. */
export const maxOp: Op<"max", readonly [Tensor], AxesOptions> = {
  name: "max",
  formula: "\\max_i x_i",
  inputs: ["x"],
  forward([x], options) {
    const { axes, count } = foldedAxes("max", x, options);
    if (count === 0)
      throw new ShapeError(`max: shape ${formatShape(x.shape)} has no elements to choose from.`);
    const greatest = maxAxes(x, axes);
    return {
      output: dropAxes(greatest, axes, options),
      gradient: (g) => [
        () => {
          const chosen = zip("max", x, greatest, (value, top) => (value === top ? 1 : 0));
          const ties = unbroadcast(chosen, greatest.shape);
          const share = zip("max", restoreAxes(g, x, axes), ties, (u, n) => u / n);
          return zip("max", chosen, share, (one, u) => one * u);
        },
      ],
    };
  },
  samples: axesSamples,
  reference: (tf, [x], { axis, keepDims }) =>
    tf.max(x, axis === undefined ? undefined : [axis].flat(), keepDims),
};

/**
 * The greatest element, or the greatest along some axes.
 * @example max(logits, { axis: -1, keepDims: true })
 */
export function max(x: Tensor, options: AxesOptions = {}): Tensor {
  return apply(maxOp, [x], options);
}
