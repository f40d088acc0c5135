import { floatOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxesOptions, axesSamples, folding, tfAxes } from "./axes.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { checkSome, fold } from "./fold.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { reshape } from "./reshape.ts";

/** Σ x / n over the axes; every x has a part of 1/n. */
export const meanOp: Op<"mean", readonly [Tensor], AxesOptions> = {
  name: "mean",
  formula: "\\frac{1}{n} \\sum_i x_i",
  inputs: ["x"],
  forward([x], options) {
    checkSome("mean", x, options, "average");
    return fold("mean", "sum", x, options, floatOf(x.dtype), (n) => 1 / n);
  },
  gradients: [
    (g, [x], _, options) => {
      const { count, kept } = folding("mean", x, options);
      return broadcastTo(mul(reshape(g, kept), 1 / count), x.shape);
    },
  ],
  samples: (random) => axesSamples(random, {}, false),
  reference: (tf, [x], options) => tf.mean(x, tfAxes(options), options.keepDims),
};

/**
 * The mean of all elements, or over some axes.
 * @example mean(equal(predicted, labels)) // the accuracy
 */
export function mean(x: Tensor, options: AxesOptions = {}): Tensor {
  return apply(meanOp, [x], options);
}
