import { wholeOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";

/** x²; its derivative is 2x. */
export const squareOp: Op<"square", readonly [Tensor]> = {
  name: "square",
  formula: "x^2",
  inputs: ["x"],
  forward: ([x]) => unary("square", x, wholeOf(x.dtype)),
  gradients: [(g, [x]) => mul(g, mul(x, 2))],
  samples: (random) => singles(random),
  reference: (tf, [x]) => tf.square(x),
};

/** @example square(tensor([-3])) // 9 */
export function square(x: Tensor): Tensor {
  return apply(squareOp, [x], undefined);
}
