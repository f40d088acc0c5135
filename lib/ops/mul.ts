import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, operands, type TensorLike } from "./op.ts";
import { binary } from "./pointwise.ts";
import { pairs } from "./samples.ts";

/** a·b, element by element; ∂/∂a = b, ∂/∂b = a. */
export const mulOp: Op<"mul", readonly [Tensor, Tensor]> = {
  name: "mul",
  formula: "a \\odot b",
  inputs: ["a", "b"],
  forward: ([a, b]) => binary("mul", a, b),
  gradients: [(g, [, b]) => mul(g, b), (g, [a]) => mul(g, a)],
  samples: (random) => pairs(random),
  reference: (tf, [a, b]) => tf.mul(a, b),
};

/** @example mul(0.5, x) */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return apply(mulOp, operands(a, b), undefined);
}
