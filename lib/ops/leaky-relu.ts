import type { Tensor } from "../tensor/tensor.ts";
import { activate, activateBack, checkParameter } from "./activation.ts";
import { greater } from "./compare.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { singles } from "./samples.ts";
import { where } from "./where.ts";

/** What is left of x below 0: x times this. */
export interface LeakyReluOptions {
  readonly slope: number;
}

/** x above 0 and αx below, so that a unit that is never active still learns (Maas et al., 2013). At 0 the slope is α. */
export const leakyReluOp: Op<"leakyRelu", readonly [Tensor], LeakyReluOptions> = {
  name: "leakyRelu",
  formula: "x > 0\\; ?\\; x : \\alpha x",
  inputs: ["x"],
  forward: ([x], { slope }) => activate("leaky", x, slope),
  gradients: [(g, [x], _, { slope }) => where(greater(x, 0), g, mul(g, slope))],
  backward: (g, { inputs: [x], output, options }) => [activateBack("leaky", g, x, output, options.slope)],
  samples: (random) =>
    singles(random, { apart: 0.1 }).map(({ inputs }, i) => ({
      inputs,
      options: { slope: [0.01, 0.2, 0][i % 3]! },
    })),
  reference: (tf, [x], { slope }) => tf.leakyRelu(x, slope),
};

/** @example leakyRelu(tensor([-1, 2]), { slope: 0.1 }) // -0.1, 2 */
export function leakyRelu(x: Tensor, { slope = 0.01 }: Partial<LeakyReluOptions> = {}): Tensor {
  checkParameter("leakyRelu", "the slope", slope);
  return apply(leakyReluOp, [x], { slope });
}
