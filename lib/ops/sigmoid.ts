import type { Tensor } from "../tensor/tensor.ts";
import { activateBack } from "./activation.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";
import { sub } from "./sub.ts";

/** 1/(1 + e⁻ˣ); its derivative is y(1 − y). */
export const sigmoidOp: Op<"sigmoid", readonly [Tensor]> = {
  name: "sigmoid",
  formula: "\\frac{1}{1 + e^{-x}}",
  inputs: ["x"],
  forward: ([x]) => unary("sigmoid", x),
  gradients: [(g, _, y) => mul(g, mul(y, sub(1, y)))],
  backward: (g, { inputs: [x], output }) => [activateBack("sigmoid", g, x, output)],
  samples: (random) => singles(random),
  reference: (tf, [x]) => tf.sigmoid(x),
};

/** @example sigmoid(tensor([0])) // 0.5 */
export function sigmoid(x: Tensor): Tensor {
  return apply(sigmoidOp, [x], undefined);
}
