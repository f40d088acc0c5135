import type { Tensor } from "../tensor/tensor.ts";
import { activate } from "./activation.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { apply, type Op } from "./op.ts";
import { singles } from "./samples.ts";
import { sigmoid } from "./sigmoid.ts";

/** ln σ(x) = −ln(1 + e⁻ˣ), which stays finite where σ(x) is too small for a float; its derivative is σ(−x). */
export const logSigmoidOp: Op<"logSigmoid", readonly [Tensor]> = {
  name: "logSigmoid",
  formula: "\\ln \\frac{1}{1 + e^{-x}}",
  inputs: ["x"],
  forward: ([x]) => neg(activate("softplus", neg(x))),
  gradients: [(g, [x]) => mul(g, sigmoid(neg(x)))],
  samples: (random) => singles(random),
  reference: (tf, [x]) => tf.logSigmoid(x),
};

/** @example logSigmoid(tensor([0, -1000])) // -0.6931, -1000 */
export function logSigmoid(x: Tensor): Tensor {
  return apply(logSigmoidOp, [x], undefined);
}
