import { map, zip } from "../kernels/elementwise.ts";
import { floatOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, singles } from "./op.ts";

/** eˣ, which is its own derivative. */
export const expOp: Op<"exp", readonly [Tensor]> = {
  name: "exp",
  formula: "e^x",
  inputs: ["x"],
  forward([x]) {
    const output = map(x, Math.exp, floatOf(x.dtype));
    return { output, gradient: (g) => [() => zip("exp", g, output, (u, y) => u * y)] };
  },
  samples: (random) => singles(random, [[2, 3], [4], []]),
  reference: (tf, [x]) => tf.exp(x),
};

/** @example exp(tensor([0, 1])) */
export function exp(x: Tensor): Tensor {
  return apply(expOp, [x], undefined);
}
