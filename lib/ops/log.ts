import { map, zip } from "../kernels/elementwise.ts";
import { floatOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, singles } from "./op.ts";

/** ln x; its derivative is 1/x. */
export const logOp: Op<"log", readonly [Tensor]> = {
  name: "log",
  formula: "\\ln x",
  inputs: ["x"],
  forward([x]) {
    const output = map(x, Math.log, floatOf(x.dtype));
    return { output, gradient: (g) => [() => zip("log", g, x, (u, v) => u / v)] };
  },
  samples: (random) => singles(random, [[2, 3], [4], []], 0.5, 3),
  reference: (tf, [x]) => tf.log(x),
};

/** The natural logarithm. @example log(probabilities) */
export function log(x: Tensor): Tensor {
  return apply(logOp, [x], undefined);
}
