import type { Tensor } from "../tensor/tensor.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";
import { sin } from "./sin.ts";

/** cos x; its derivative is −sin x. */
export const cosOp: Op<"cos", readonly [Tensor]> = {
  name: "cos",
  formula: "\\cos x",
  inputs: ["x"],
  forward: ([x]) => unary("cos", x),
  gradients: [(g, [x]) => neg(mul(g, sin(x)))],
  samples: (random) => singles(random),
  reference: (tf, [x]) => tf.cos(x),
};

/** @example cos(tensor([0])) // 1 */
export function cos(x: Tensor): Tensor {
  return apply(cosOp, [x], undefined);
}
