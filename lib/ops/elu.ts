import type { Tensor } from "../tensor/tensor.ts";
import { activate, activateBack, checkParameter } from "./activation.ts";
import { add } from "./add.ts";
import { greater } from "./compare.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { singles } from "./samples.ts";
import { where } from "./where.ts";

/** To −α the output falls far below 0. */
export interface EluOptions {
  readonly alpha: number;
}

/** x above 0 and α(eˣ − 1) below (Clevert et al., 2015); its derivative is 1 above 0 and y + α below. */
export const eluOp: Op<"elu", readonly [Tensor], EluOptions> = {
  name: "elu",
  formula: "x > 0\\; ?\\; x : \\alpha (e^x - 1)",
  inputs: ["x"],
  forward: ([x], { alpha }) => activate("elu", x, alpha),
  gradients: [(g, _, y, { alpha }) => where(greater(y, 0), g, mul(g, add(y, alpha)))],
  backward: (g, { inputs: [x], output, options }) => [activateBack("elu", g, x, output, options.alpha)],
  samples: (random) =>
    singles(random, { apart: 0.1 }).map(({ inputs }, i) => ({
      inputs,
      options: { alpha: [1, 0.5, 2][i % 3]! },
    })),
  // tfjs knows α = 1 alone; α·elu(x) is right below 0.
  reference: (tf, [x], { alpha }) =>
    tf.sub(tf.relu(x), tf.mul(alpha, tf.neg(tf.elu(tf.neg(tf.relu(tf.neg(x))))))),
};

/** @example elu(tensor([-1000, 2])) // -1, 2 */
export function elu(x: Tensor, { alpha = 1 }: Partial<EluOptions> = {}): Tensor {
  // Below 0 the derivative is told from the output, whose sign must be that of x.
  checkParameter("elu", "alpha", alpha, 0);
  return apply(eluOp, [x], { alpha });
}
