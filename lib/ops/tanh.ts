import type { Tensor } from "../tensor/tensor.ts";
import { activateBack } from "./activation.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";

/** (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ); its derivative is 1 − y². */
export const tanhOp: Op<"tanh", readonly [Tensor]> = {
  name: "tanh",
  formula: "\\tanh x",
  inputs: ["x"],
  forward: ([x]) => unary("tanh", x),
  gradients: [(g, _, y) => mul(g, sub(1, square(y)))],
  backward: (g, { inputs: [x], output }) => [activateBack("tanh", g, x, output)],
  samples: (random) => singles(random),
  reference: (tf, [x]) => tf.tanh(x),
};

/** @example tanh(tensor([0, 1])) // 0, 0.7616 */
export function tanh(x: Tensor): Tensor {
  return apply(tanhOp, [x], undefined);
}
