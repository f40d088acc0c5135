import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, operands, type TensorLike } from "./op.ts";
import { binary } from "./pointwise.ts";
import { pairs } from "./samples.ts";

/** a + b; ∂/∂a = ∂/∂b = 1. */
export const addOp: Op<"add", readonly [Tensor, Tensor]> = {
  name: "add",
  formula: "a + b",
  inputs: ["a", "b"],
  forward: ([a, b]) => binary("add", a, b),
  gradients: [(g) => g, (g) => g],
  samples: (random) => pairs(random),
  reference: (tf, [a, b]) => tf.add(a, b),
};

/** @example add(matmul(X, W), b) */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return apply(addOp, operands(a, b), undefined);
}
