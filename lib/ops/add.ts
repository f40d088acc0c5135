import { unbroadcast, zip } from "../kernels/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, operands, pairs, type TensorLike } from "./op.ts";

/** a + b; ∂/∂a = ∂/∂b = 1. */
export const addOp: Op<"add", readonly [Tensor, Tensor]> = {
  name: "add",
  formula: "a + b",
  inputs: ["a", "b"],
  forward([a, b]) {
    return {
      output: zip("add", a, b, (x, y) => x + y),
      gradient: (g) => [() => unbroadcast(g, a.shape), () => unbroadcast(g, b.shape)],
    };
  },
  samples: (random) =>
    pairs(random, [
      [
        [2, 3],
        [2, 3],
      ],
      [[2, 3], [3]],
      [
        [2, 1, 4],
        [3, 1],
      ],
      [[], [2]],
    ]),
  reference: (tf, [a, b]) => tf.add(a, b),
};

/** @example add(matmul(X, W), b) */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return apply(addOp, operands(a, b), undefined);
}
