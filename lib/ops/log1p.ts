import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { div } from "./div.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";

/** ln(1 + x), exact to the last digits near 0; its derivative is 1/(1 + x). */
export const log1pOp: Op<"log1p", readonly [Tensor]> = {
  name: "log1p",
  formula: "\\ln(1 + x)",
  inputs: ["x"],
  forward: ([x]) => unary("log1p", x),
  gradients: [(g, [x]) => div(g, add(x, 1))],
  samples: (random) => singles(random, { low: -0.4, high: 3 }),
  reference: (tf, [x]) => tf.log1p(x),
};

/** @example log1p(tensor([1e-9])) // 1e-9 */
export function log1p(x: Tensor): Tensor {
  return apply(log1pOp, [x], undefined);
}
