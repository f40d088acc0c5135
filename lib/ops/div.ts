import { floatOf, promote } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { apply, type Op, operands, type TensorLike } from "./op.ts";
import { binary } from "./pointwise.ts";
import { pairs } from "./samples.ts";

/** a/b; ∂/∂a = 1/b, ∂/∂b = −a/b² = −(a/b)/b. Counts give fractions: of int32 and bool it is float32. */
export const divOp: Op<"div", readonly [Tensor, Tensor]> = {
  name: "div",
  formula: "a / b",
  inputs: ["a", "b"],
  forward: ([a, b]) => binary("div", a, b, floatOf(promote(a.dtype, b.dtype))),
  gradients: [(g, [, b]) => div(g, b), (g, [, b], y) => neg(div(mul(g, y), b))],
  samples: (random) => pairs(random, {}, { apart: 0.5 }),
  reference: (tf, [a, b]) => tf.div(a, b),
};

/** @example div(x, sum(x)) */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return apply(divOp, operands(a, b), undefined);
}
