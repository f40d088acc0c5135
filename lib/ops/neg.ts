import { wholeOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";

/** −x; its derivative is −1. */
export const negOp: Op<"neg", readonly [Tensor]> = {
  name: "neg",
  formula: "-x",
  inputs: ["x"],
  forward: ([x]) => unary("neg", x, wholeOf(x.dtype)),
  gradients: [(g) => neg(g)],
  samples: (random) => singles(random),
  reference: (tf, [x]) => tf.neg(x),
};

/** @example neg(logProbability) */
export function neg(x: Tensor): Tensor {
  return apply(negOp, [x], undefined);
}
