import { zeros } from "../tensor/create.ts";
import { wholeOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";

/** −1, 0 or 1; it is level wherever it has a derivative. */
export const signOp: Op<"sign", readonly [Tensor]> = {
  name: "sign",
  formula: "\\operatorname{sign} x",
  inputs: ["x"],
  forward: ([x]) => unary("sign", x, wholeOf(x.dtype)),
  gradients: [(_, [x]) => zeros(x.shape, x.dtype)],
  samples: (random) => singles(random, { apart: 0.1 }),
  reference: (tf, [x]) => tf.sign(x),
};

/** @example sign(tensor([-2, 0, 3])) // -1, 0, 1 */
export function sign(x: Tensor): Tensor {
  return apply(signOp, [x], undefined);
}
