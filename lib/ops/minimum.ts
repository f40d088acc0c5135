import type { Tensor } from "../tensor/tensor.ts";
import { lead } from "./compare.ts";
import { mul } from "./mul.ts";
import { apply, type Op, operands, type TensorLike } from "./op.ts";
import { binary } from "./pointwise.ts";
import { pairs } from "./samples.ts";
import { tfStretched } from "./tf.ts";

/** The lesser of a and b, to which the gradient goes. Where they tie, a kink, each gets half. */
export const minimumOp: Op<"minimum", readonly [Tensor, Tensor]> = {
  name: "minimum",
  formula: "\\min(a, b)",
  inputs: ["a", "b"],
  forward: ([a, b]) => binary("minimum", a, b),
  gradients: [(g, [a, b]) => mul(g, lead(b, a)), (g, [a, b]) => mul(g, lead(a, b))],
  samples: (random) => pairs(random, { apart: 0.2 }, { low: -0.1, high: 0.1 }),
  reference: (tf, [a, b]) => tf.minimum(...tfStretched(tf, a, b)),
};

/** @example minimum(x, 1) */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return apply(minimumOp, operands(a, b), undefined);
}
