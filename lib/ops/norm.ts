import { floatOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxesOptions, axesSamples, folding, tfAxes } from "./axes.ts";
import { equal } from "./compare.ts";
import { div } from "./div.ts";
import { fold } from "./fold.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { reshape } from "./reshape.ts";
import { where } from "./where.ts";

/** √Σx² over the axes; its gradient is x over it, the direction of x, and is taken to be 0 where x is 0. */
export const normOp: Op<"norm", readonly [Tensor], AxesOptions> = {
  name: "norm",
  formula: "\\sqrt{\\sum_i x_i^2}",
  inputs: ["x"],
  forward: ([x], options) =>
    unary("sqrt", fold("norm", "sum", unary("square", x), options, floatOf(x.dtype))),
  gradients: [
    (g, [x], y, options) => {
      const { kept } = folding("norm", x, options);
      const length = where(equal(y, 0), 1, y);
      return mul(x, reshape(div(g, length), kept));
    },
  ],
  samples: (random) => axesSamples(random, { apart: 0.3 }),
  reference: (tf, [x], options) => tf.sqrt(tf.sum(tf.square(x), tfAxes(options), options.keepDims)),
};

/**
 * The Euclidean length of the whole tensor, or along some axes; `gradbook/linalg` has the other norms, of matrices too.
 * @example norm(tensor([3, 4])) // 5
 */
export function norm(x: Tensor, options: AxesOptions = {}): Tensor {
  return apply(normOp, [x], options);
}
