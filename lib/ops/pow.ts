import type { Tensor } from "../tensor/tensor.ts";
import { log } from "./log.ts";
import { mul } from "./mul.ts";
import { apply, type Op, operands, type TensorLike } from "./op.ts";
import { binary } from "./pointwise.ts";
import { pairs } from "./samples.ts";
import { sub } from "./sub.ts";
import { tfStretched } from "./tf.ts";

/** aᵇ; ∂/∂a = b·aᵇ⁻¹, ∂/∂b = aᵇ·ln a, which is not a number for negative a: there only the gradient of a is of use. */
export const powOp: Op<"pow", readonly [Tensor, Tensor]> = {
  name: "pow",
  formula: "a^b",
  inputs: ["a", "b"],
  forward: ([a, b]) => binary("pow", a, b),
  gradients: [(g, [a, b]) => mul(g, mul(b, pow(a, sub(b, 1)))), (g, [a], y) => mul(g, mul(y, log(a)))],
  samples: (random) => pairs(random, { low: 0.5, high: 2 }, { low: -2, high: 2 }),
  reference: (tf, [a, b]) => tf.pow(...tfStretched(tf, a, b)),
};

/** @example pow(x, 3) */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  return apply(powOp, operands(a, b), undefined);
}
