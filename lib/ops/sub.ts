import { map, unbroadcast, zip } from "../kernels/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, operands, pairs, type TensorLike } from "./op.ts";

/** a − b; ∂/∂a = 1, ∂/∂b = −1. */
export const subOp: Op<"sub", readonly [Tensor, Tensor]> = {
  name: "sub",
  formula: "a - b",
  inputs: ["a", "b"],
  forward([a, b]) {
    return {
      output: zip("sub", a, b, (x, y) => x - y),
      gradient: (g) => [() => unbroadcast(g, a.shape), () => map(unbroadcast(g, b.shape), (x) => -x)],
    };
  },
  samples: (random) =>
    pairs(random, [
      [
        [2, 3],
        [2, 3],
      ],
      [[3], [2, 3]],
      [
        [2, 1],
        [1, 4],
      ],
      [[2], []],
    ]),
  reference: (tf, [a, b]) => tf.sub(a, b),
};

/** @example sub(W, mul(rate, grads.W)) */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return apply(subOp, operands(a, b), undefined);
}
