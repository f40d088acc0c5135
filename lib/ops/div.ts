import { unbroadcast, zip } from "../kernels/elementwise.ts";
import { floatOf, promote } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, operands, type TensorLike } from "./op.ts";

/** a/b; ∂/∂a = 1/b, ∂/∂b = −a/b² = −(a/b)/b. */
export const divOp: Op<"div", readonly [Tensor, Tensor]> = {
  name: "div",
  formula: "a / b",
  inputs: ["a", "b"],
  forward([a, b]) {
    const output = zip("div", a, b, (x, y) => x / y, floatOf(promote(a.dtype, b.dtype)));
    const over = (top: Tensor): Tensor => zip("div", top, b, (x, y) => x / y);
    return {
      output,
      gradient: (g) => [
        () => unbroadcast(over(g), a.shape),
        () => unbroadcast(over(zip("div", g, output, (x, y) => -x * y)), b.shape),
      ],
    };
  },
  samples: (random) =>
    // Divisors from 1 to 2: near 0 the function is too steep for differences.
    (
      [
        [
          [2, 3],
          [2, 3],
        ],
        [[2, 3], [3]],
        [[4], [2, 1]],
        [[], [2]],
      ] as const
    ).map(([top, bottom]) => ({
      inputs: [
        random.uniform(top, { low: -1, high: 1, dtype: "float64" }),
        random.uniform(bottom, { low: 1, high: 2, dtype: "float64" }),
      ],
      options: undefined,
    })),
  reference: (tf, [a, b]) => tf.div(a, b),
};

/** @example div(x, sum(x)) */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return apply(divOp, operands(a, b), undefined);
}
