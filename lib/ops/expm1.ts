import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { unary } from "./pointwise.ts";
import { singles } from "./samples.ts";

/** eˣ − 1, exact to the last digits near 0; its derivative is eˣ = y + 1. */
export const expm1Op: Op<"expm1", readonly [Tensor]> = {
  name: "expm1",
  formula: "e^x - 1",
  inputs: ["x"],
  forward: ([x]) => unary("expm1", x),
  gradients: [(g, _, y) => mul(g, add(y, 1))],
  samples: (random) => singles(random),
  reference: (tf, [x]) => tf.expm1(x),
};

/** @example expm1(tensor([1e-9])) // 1e-9 */
export function expm1(x: Tensor): Tensor {
  return apply(expm1Op, [x], undefined);
}
