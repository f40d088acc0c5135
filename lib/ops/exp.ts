import type { Tensor } from "../tensor/tensor.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";

/** eˣ, which is its own derivative. */
export const expOp: Op<"exp", readonly [Tensor]> = {
  name: "exp",
  formula: "e^x",
  inputs: ["x"],
  forward: ([x]) => unary("exp", x),
  gradients: [(g, _, y) => mul(g, y)],
  samples: (random) => singles(random),
  reference: (tf, [x]) => tf.exp(x),
};

/** @example exp(tensor([0, 1])) // 1, 2.7183 */
export function exp(x: Tensor): Tensor {
  return apply(expOp, [x], undefined);
}
