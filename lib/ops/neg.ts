import { map } from "../kernels/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, singles } from "./op.ts";

/** −x; its derivative is −1. */
export const negOp: Op<"neg", readonly [Tensor]> = {
  name: "neg",
  formula: "-x",
  inputs: ["x"],
  forward([x]) {
    return { output: map(x, (v) => -v), gradient: (g) => [() => map(g, (v) => -v)] };
  },
  samples: (random) => singles(random, [[2, 3], [4], []]),
  reference: (tf, [x]) => tf.neg(x),
};

/** @example neg(logProbability) */
export function neg(x: Tensor): Tensor {
  return apply(negOp, [x], undefined);
}
