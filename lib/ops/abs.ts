import { wholeOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";
import { sign } from "./sign.ts";

/** |x|; its derivative is the sign of x, taken to be 0 at the kink. */
export const absOp: Op<"abs", readonly [Tensor]> = {
  name: "abs",
  formula: "|x|",
  inputs: ["x"],
  forward: ([x]) => unary("abs", x, wholeOf(x.dtype)),
  gradients: [(g, [x]) => mul(g, sign(x))],
  samples: (random) => singles(random, { apart: 0.1 }),
  reference: (tf, [x]) => tf.abs(x),
};

/** @example abs(tensor([-2, 3])) // 2, 3 */
export function abs(x: Tensor): Tensor {
  return apply(absOp, [x], undefined);
}
