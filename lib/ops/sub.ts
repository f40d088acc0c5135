import type { Tensor } from "../tensor/tensor.ts";
import { neg } from "./neg.ts";
import { apply, type Op, operands, type TensorLike } from "./op.ts";
import { binary } from "./pointwise.ts";
import { pairs } from "./samples.ts";

/** a − b; ∂/∂a = 1, ∂/∂b = −1. */
export const subOp: Op<"sub", readonly [Tensor, Tensor]> = {
  name: "sub",
  formula: "a - b",
  inputs: ["a", "b"],
  forward: ([a, b]) => binary("sub", a, b),
  gradients: [(g) => g, (g) => neg(g)],
  samples: (random) => pairs(random),
  reference: (tf, [a, b]) => tf.sub(a, b),
};

/** @example sub(W, mul(rate, grads.W)) */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return apply(subOp, operands(a, b), undefined);
}
