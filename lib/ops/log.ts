import type { Tensor } from "../tensor/tensor.ts";
import { div } from "./div.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";

/** ln x; its derivative is 1/x. */
export const logOp: Op<"log", readonly [Tensor]> = {
  name: "log",
  formula: "\\ln x",
  inputs: ["x"],
  forward: ([x]) => unary("log", x),
  gradients: [(g, [x]) => div(g, x)],
  samples: (random) => singles(random, { low: 0.5, high: 3 }),
  reference: (tf, [x]) => tf.log(x),
};

/** @example log(probabilities) */
export function log(x: Tensor): Tensor {
  return apply(logOp, [x], undefined);
}
