import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { div } from "./div.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";
import { square } from "./square.ts";

/** arctan x, from −π/2 to π/2; its derivative is 1/(1 + x²). */
export const atanOp: Op<"atan", readonly [Tensor]> = {
  name: "atan",
  formula: "\\arctan x",
  inputs: ["x"],
  forward: ([x]) => unary("atan", x),
  gradients: [(g, [x]) => div(g, add(1, square(x)))],
  samples: (random) => singles(random),
  reference: (tf, [x]) => tf.atan(x),
};

/** @example atan(tensor([1])) // π/4 */
export function atan(x: Tensor): Tensor {
  return apply(atanOp, [x], undefined);
}
