import type { Tensor } from "../tensor/tensor.ts";
import { type AxesOptions, distinctAxesSamples, folding, tfAxes } from "./axes.ts";
import { equal } from "./compare.ts";
import { div } from "./div.ts";
import { checkSome, fold } from "./fold.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";

/** The greatest x over the axes; the gradient goes to it. Where several tie, a kink, they share it evenly. */
export const maxOp: Op<"max", readonly [Tensor], AxesOptions> = {
  name: "max",
  formula: "\\max_i x_i",
  inputs: ["x"],
  forward([x], options) {
    checkSome("max", x, options, "choose from");
    return fold("max", "max", x, options, x.dtype);
  },
  gradients: [
    (g, [x], y, options) => {
      const { axes, kept } = folding("max", x, options);
      const chosen = equal(x, reshape(y, kept));
      const ties = sum(chosen, { axis: axes, keepDims: true });
      return mul(chosen, div(reshape(g, kept), ties));
    },
  ],
  samples: distinctAxesSamples,
  reference: (tf, [x], options) => tf.max(x, tfAxes(options), options.keepDims),
};

/**
 * The greatest element, or the greatest along some axes.
 * @example max(logits, { axis: -1, keepDims: true })
 */
export function max(x: Tensor, options: AxesOptions = {}): Tensor {
  return apply(maxOp, [x], options);
}
