import type { Tensor } from "../tensor/tensor.ts";
import { activate, activateBack, checkParameter } from "./activation.ts";
import { div } from "./div.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { singles } from "./samples.ts";
import { sigmoid } from "./sigmoid.ts";

/** ln(1 + eˣ), as max(0, x) + ln(1 + e^{−|x|}), which never overflows; its derivative is σ(x). */
export const softplusOp: Op<"softplus", readonly [Tensor]> = {
  name: "softplus",
  formula: "\\ln(1 + e^x)",
  inputs: ["x"],
  forward: ([x]) => activate("softplus", x),
  gradients: [(g, [x]) => mul(g, sigmoid(x))],
  backward: (g, { inputs: [x], output }) => [activateBack("softplus", g, x, output)],
  samples: (random) => singles(random),
  reference: (tf, [x]) => tf.softplus(x),
};

/** (1/β) ln(1 + e^{βx}), a ReLU with a round corner, the sharper the greater β. @example softplus(tensor([0])) // 0.6931 */
export function softplus(x: Tensor, { beta = 1 }: { readonly beta?: number } = {}): Tensor {
  checkParameter("softplus", "beta", beta);
  if (beta <= 0) throw new RangeError(`softplus: beta is ${beta}; it must be above 0.`);
  return beta === 1
    ? apply(softplusOp, [x], undefined)
    : div(apply(softplusOp, [mul(x, beta)], undefined), beta);
}
