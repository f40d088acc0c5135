import type { Tensor } from "../tensor/tensor.ts";
import { lead } from "./compare.ts";
import { mul } from "./mul.ts";
import { apply, type Op, operands, type TensorLike } from "./op.ts";
import { binary } from "./pointwise.ts";
import { pairs } from "./samples.ts";
import { tfStretched } from "./tf.ts";

/** The greater of a and b, to which the gradient goes. Where they tie, a kink, each gets half. */
export const maximumOp: Op<"maximum", readonly [Tensor, Tensor]> = {
  name: "maximum",
  formula: "\\max(a, b)",
  inputs: ["a", "b"],
  forward: ([a, b]) => binary("maximum", a, b),
  gradients: [(g, [a, b]) => mul(g, lead(a, b)), (g, [a, b]) => mul(g, lead(b, a))],
  samples: (random) => pairs(random, { apart: 0.2 }, { low: -0.1, high: 0.1 }),
  reference: (tf, [a, b]) => tf.maximum(...tfStretched(tf, a, b)),
};

/** @example maximum(x, 0) */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return apply(maximumOp, operands(a, b), undefined);
}
