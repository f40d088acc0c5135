import { wholeOf } from "../tensor/dtype.ts";
import { resolveAxes } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxesOptions, axesSamples, folding, tfAxes } from "./axes.ts";
import { cumprod } from "./cumprod.ts";
import { fold } from "./fold.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { reshape } from "./reshape.ts";
import { tfProd } from "./tf.ts";
import { transpose } from "./transpose.ts";

/** Π x over the axes. ∂/∂x_j is the product of the others: of those before it and those after it, as x_j may be 0. */
export const prodOp: Op<"prod", readonly [Tensor], AxesOptions> = {
  name: "prod",
  formula: "\\prod_i x_i",
  inputs: ["x"],
  forward: ([x], options) => fold("prod", "prod", x, options, wholeOf(x.dtype)),
  gradients: [
    (g, [x], _, options) => {
      const { axes, kept, count } = folding("prod", x, options);
      const stay = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
      const order = [...axes, ...stay]; // the folded axes in front, as one
      const lines = reshape(transpose(x, order), [count, ...stay.map((axis) => x.shape[axis]!)]);
      const before = cumprod(lines, { exclusive: true });
      const others = mul(before, cumprod(lines, { exclusive: true, reverse: true }));
      const turned = reshape(
        others,
        order.map((axis) => x.shape[axis]!),
      );
      const back = order.map((_, axis) => order.indexOf(axis));
      return mul(transpose(turned, back), reshape(g, kept));
    },
  ],
  samples: axesSamples,
  reference(tf, [x], options) {
    if (x.size === 0) return tf.prod(x, tfAxes(options), options.keepDims);
    return tfProd(tf, x, resolveAxes("prod", options.axis, x.rank), options.keepDims ?? false);
  },
};

/** The product of all elements, or over some axes. @example prod(tensor([2, 3, 4])) // 24 */
export function prod(x: Tensor, options: AxesOptions = {}): Tensor {
  return apply(prodOp, [x], options);
}
