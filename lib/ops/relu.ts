import { wholeOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { activateBack } from "./activation.ts";
import { greater } from "./compare.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";

/** max(0, x); its derivative is 1 above 0 and 0 below. At the kink, 0, it is taken to be 0, as in tfjs. */
export const reluOp: Op<"relu", readonly [Tensor]> = {
  name: "relu",
  formula: "\\max(0, x)",
  inputs: ["x"],
  forward: ([x]) => unary("relu", x, wholeOf(x.dtype)),
  gradients: [(g, [x]) => mul(g, greater(x, 0))],
  backward: (g, { inputs: [x], output }) => [activateBack("relu", g, x, output)],
  samples: (random) => singles(random, { apart: 0.1 }),
  reference: (tf, [x]) => tf.relu(x),
};

/** @example relu(tensor([-1, 2])) // 0, 2 */
export function relu(x: Tensor): Tensor {
  return apply(reluOp, [x], undefined);
}
