import type { Tensor } from "../tensor/tensor.ts";
import { activate, activateBack } from "./activation.ts";
import { add } from "./add.ts";
import { erf } from "./erf.ts";
import { exp } from "./exp.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { singles } from "./samples.ts";
import { sigmoid } from "./sigmoid.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";

/** Whether Φ is the normal distribution itself or, as in GPT-2, ½(1 + tanh(√(2/π)(x + 0.044715x³))). */
export interface GeluOptions {
  readonly approximate: "none" | "tanh";
}

/**
 * xΦ(x), Φ the normal distribution function (Hendrycks and Gimpel, 2016); its derivative is Φ(x) + xφ(x), φ the
 * density. With u the argument of the tanh, ½(1 + tanh u) = σ(2u), and the derivative σ(2u)(1 + x(1 − σ(2u))·2u′).
 */
export const geluOp: Op<"gelu", readonly [Tensor], GeluOptions> = {
  name: "gelu",
  formula: "x \\Phi(x)",
  inputs: ["x"],
  forward: ([x], options) => activate(kernelOf(options), x),
  gradients: [(g, [x], _, { approximate }) => mul(g, approximate === "tanh" ? slopeTanh(x) : slope(x))],
  backward: (g, { inputs: [x], output, options }) => [activateBack(kernelOf(options), g, x, output)],
  samples: (random) =>
    singles(random).map(({ inputs }, i) => ({
      inputs,
      options: { approximate: i % 2 === 0 ? "none" : "tanh" },
    })),
  reference(tf, [x], { approximate }) {
    if (approximate === "none") return tf.mul(x, tf.mul(0.5, tf.add(1, tf.erf(tf.div(x, Math.SQRT2)))));
    const u = tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.mul(x, tf.mul(x, x)))));
    return tf.mul(x, tf.mul(0.5, tf.add(1, tf.tanh(u))));
  },
};

const kernelOf = ({ approximate }: GeluOptions): "gelu" | "geluTanh" =>
  approximate === "tanh" ? "geluTanh" : "gelu";

function slope(x: Tensor): Tensor {
  const below = mul(0.5, add(1, erf(mul(x, Math.SQRT1_2))));
  const density = mul(1 / Math.sqrt(2 * Math.PI), exp(mul(-0.5, square(x))));
  return add(below, mul(x, density));
}

function slopeTanh(x: Tensor): Tensor {
  const factor = 2 * Math.sqrt(2 / Math.PI);
  const s = sigmoid(mul(mul(factor, x), add(1, mul(0.044715, square(x)))));
  const inner = mul(factor, add(1, mul(3 * 0.044715, square(x))));
  return mul(s, add(1, mul(mul(x, sub(1, s)), inner)));
}

/** @example gelu(tensor([-1, 0, 1])) // -0.1587, 0, 0.8413 */
export function gelu(x: Tensor, { approximate = "none" }: Partial<GeluOptions> = {}): Tensor {
  if (approximate !== "none" && approximate !== "tanh") {
    throw new RangeError(`gelu: approximate is ${JSON.stringify(approximate)}; it is "none" or "tanh".`);
  }
  return apply(geluOp, [x], { approximate });
}
