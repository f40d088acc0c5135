import { unbroadcast, zip } from "../kernels/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, operands, pairs, type TensorLike } from "./op.ts";

const times = (x: number, y: number): number => x * y;

/** a·b, element by element; ∂/∂a = b, ∂/∂b = a. */
export const mulOp: Op<"mul", readonly [Tensor, Tensor]> = {
  name: "mul",
  formula: "a \\odot b",
  inputs: ["a", "b"],
  forward([a, b]) {
    return {
      output: zip("mul", a, b, times),
      gradient: (g) => [
        () => unbroadcast(zip("mul", g, b, times), a.shape),
        () => unbroadcast(zip("mul", g, a, times), b.shape),
      ],
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
  reference: (tf, [a, b]) => tf.mul(a, b),
};

/** @example mul(0.5, x) */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return apply(mulOp, operands(a, b), undefined);
}
