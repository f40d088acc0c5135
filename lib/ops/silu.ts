import type { Tensor } from "../tensor/tensor.ts";
import { activate, activateBack } from "./activation.ts";
import { add } from "./add.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { singles } from "./samples.ts";
import { sigmoid } from "./sigmoid.ts";
import { sub } from "./sub.ts";

/** xσ(x), also called Swish (Ramachandran et al., 2017); its derivative is σ(1 + x(1 − σ)). */
export const siluOp: Op<"silu", readonly [Tensor]> = {
  name: "silu",
  formula: "\\frac{x}{1 + e^{-x}}",
  inputs: ["x"],
  forward: ([x]) => activate("silu", x),
  gradients: [
    (g, [x]) => {
      const s = sigmoid(x);
      return mul(g, mul(s, add(1, mul(x, sub(1, s)))));
    },
  ],
  backward: (g, { inputs: [x], output }) => [activateBack("silu", g, x, output)],
  samples: (random) => singles(random),
  reference: (tf, [x]) => tf.mul(x, tf.sigmoid(x)),
};

/** @example silu(tensor([-1, 0, 1])) // -0.2689, 0, 0.7311 */
export function silu(x: Tensor): Tensor {
  return apply(siluOp, [x], undefined);
}
