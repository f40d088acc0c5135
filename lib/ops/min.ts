import type { Tensor } from "../tensor/tensor.ts";
import { type AxesOptions, distinctAxesSamples, folding, tfAxes } from "./axes.ts";
import { equal } from "./compare.ts";
import { div } from "./div.ts";
import { checkSome, fold } from "./fold.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";

/** The least x over the axes; the gradient goes to it. Where several tie, a kink, they share it evenly. */
export const minOp: Op<"min", readonly [Tensor], AxesOptions> = {
  name: "min",
  formula: "\\min_i x_i",
  inputs: ["x"],
  forward([x], options) {
    checkSome("min", x, options, "choose from");
    return fold("min", "min", x, options, x.dtype);
  },
  gradients: [
    (g, [x], y, options) => {
      const { axes, kept } = folding("min", x, options);
      const chosen = equal(x, reshape(y, kept));
      const ties = sum(chosen, { axis: axes, keepDims: true });
      return mul(chosen, div(reshape(g, kept), ties));
    },
  ],
  samples: distinctAxesSamples,
  reference: (tf, [x], options) => tf.min(x, tfAxes(options), options.keepDims),
};

/**
 * The least element, or the least along some axes.
 * @example min(logits, { axis: -1, keepDims: true })
 */
export function min(x: Tensor, options: AxesOptions = {}): Tensor {
  return apply(minOp, [x], options);
}
