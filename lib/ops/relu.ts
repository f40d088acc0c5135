import { map, zip } from "../kernels/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";

/** max(0, x); its derivative is 1 above 0 and 0 below. At the kink, 0, it is taken to be 0, as in tfjs. */
export const reluOp: Op<"relu", readonly [Tensor]> = {
  name: "relu",
  formula: "\\max(0, x)",
  inputs: ["x"],
  forward([x]) {
    return {
      output: map(x, (v) => Math.max(0, v)),
      gradient: (g) => [() => zip("relu", g, x, (u, v) => (v > 0 ? u : 0))],
    };
  },
  samples: (random) =>
    // At least 0.1 from the kink.
    [[2, 3], [4], []].map((shape) => {
      const x = random.uniform(shape, { low: -1, high: 1, dtype: "float64" });
      return { inputs: [map(x, (v) => v + 0.1 * Math.sign(v))] as const, options: undefined };
    }),
  reference: (tf, [x]) => tf.relu(x),
};

/** @example relu(tensor([-1, 2])) // 0, 2 */
export function relu(x: Tensor): Tensor {
  return apply(reluOp, [x], undefined);
}
