import type { Tensor } from "../tensor/tensor.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";
import { square } from "./square.ts";

/** 1/x; its derivative is −1/x² = −y². */
export const reciprocalOp: Op<"reciprocal", readonly [Tensor]> = {
  name: "reciprocal",
  formula: "\\frac{1}{x}",
  inputs: ["x"],
  forward: ([x]) => unary("reciprocal", x),
  gradients: [(g, _, y) => neg(mul(g, square(y)))],
  samples: (random) => singles(random, { apart: 0.5 }),
  reference: (tf, [x]) => tf.reciprocal(x),
};

/** @example reciprocal(tensor([4])) // 0.25 */
export function reciprocal(x: Tensor): Tensor {
  return apply(reciprocalOp, [x], undefined);
}
