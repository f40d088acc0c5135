import type { Tensor } from "../tensor/tensor.ts";
import { activate } from "./activation.ts";
import { exp } from "./exp.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { apply, type Op } from "./op.ts";
import { singles } from "./samples.ts";
import { square } from "./square.ts";

/** 2/√π ∫₀ˣ e^{−t²} dt, to the last digits of float64; its derivative is 2/√π e^{−x²}. */
export const erfOp: Op<"erf", readonly [Tensor]> = {
  name: "erf",
  formula: "\\frac{2}{\\sqrt \\pi} \\int_0^x e^{-t^2} dt",
  inputs: ["x"],
  forward: ([x]) => activate("erf", x),
  gradients: [(g, [x]) => mul(g, mul(2 / Math.sqrt(Math.PI), exp(neg(square(x)))))],
  samples: (random) => singles(random),
  reference: (tf, [x]) => tf.erf(x),
};

/** @example erf(tensor([0, 1])) // 0, 0.8427 */
export function erf(x: Tensor): Tensor {
  return apply(erfOp, [x], undefined);
}
