import type { Tensor } from "../tensor/tensor.ts";
import { cos } from "./cos.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";

/** sin x; its derivative is cos x. */
export const sinOp: Op<"sin", readonly [Tensor]> = {
  name: "sin",
  formula: "\\sin x",
  inputs: ["x"],
  forward: ([x]) => unary("sin", x),
  gradients: [(g, [x]) => mul(g, cos(x))],
  samples: (random) => singles(random),
  reference: (tf, [x]) => tf.sin(x),
};

/** @example sin(linspace(0, 6.28, 100)) */
export function sin(x: Tensor): Tensor {
  return apply(sinOp, [x], undefined);
}
