import type { Tensor } from "../tensor/tensor.ts";
import { div } from "./div.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";

/** √x; its derivative is 1/(2√x). */
export const sqrtOp: Op<"sqrt", readonly [Tensor]> = {
  name: "sqrt",
  formula: "\\sqrt{x}",
  inputs: ["x"],
  forward: ([x]) => unary("sqrt", x),
  gradients: [(g, _, y) => div(g, mul(y, 2))],
  samples: (random) => singles(random, { low: 0.5, high: 3 }),
  reference: (tf, [x]) => tf.sqrt(x),
};

/** @example sqrt(tensor([4, 9])) // 2, 3 */
export function sqrt(x: Tensor): Tensor {
  return apply(sqrtOp, [x], undefined);
}
