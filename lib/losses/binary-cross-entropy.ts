import { mul } from "../ops/mul.ts";
import { apply, type Op } from "../ops/op.ts";
import { draw } from "../ops/samples.ts";
import { sigmoid } from "../ops/sigmoid.ts";
import { sub } from "../ops/sub.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { FILLED, meanCost } from "./compared.ts";

/**
 * L = −(1/n) Σ y ln p + (1 − y) ln(1 − p) with p = σ(z): sigmoid and logarithm in one. −ln p = ln(1 + e⁻ᶻ) and
 * −ln(1 − p) = ln(1 + eᶻ), neither of which overflows or loses digits. ∂L/∂z = (p − y)/n and ∂L/∂y = −z/n.
 */
export const binaryCrossEntropyOp: Op<"binaryCrossEntropy", readonly [Tensor, Tensor]> = {
  name: "binaryCrossEntropy",
  formula: "-\\frac{1}{n} \\sum_i y_i \\ln \\sigma(z_i) + (1 - y_i) \\ln \\sigma(-z_i)",
  inputs: ["logits", "target"],
  forward: ([logits, target]) =>
    meanCost("binaryCrossEntropy", logits, target, logits.size, (z, y) => {
      let total = 0;
      for (let i = 0; i < z.length; i++) {
        // One of the two costs is near 0, and the other that plus |z|.
        const small = Math.log1p(Math.exp(-Math.abs(z[i]!)));
        const wrong = z[i]! > 0 ? 1 - y[i]! : y[i]!;
        total += wrong === 0 ? small : small + wrong * Math.abs(z[i]!);
      }
      return total;
    }),
  gradients: [
    (g, [logits, target]) => mul(mul(g, 1 / logits.size), sub(sigmoid(logits), target)),
    (g, [logits]) => mul(mul(g, -1 / logits.size), logits),
  ],
  samples: (random) =>
    FILLED.map((shape) => ({
      inputs: [draw(random, shape, { low: -4, high: 4 }), draw(random, shape, { low: 0.01, high: 0.99 })],
      options: undefined,
    })),
  reference: (tf, [logits, target]) => tf.mean(tf.sub(tf.softplus(logits), tf.mul(target, logits))),
};

/**
 * The mean cross-entropy of yes-or-no answers, given as logits, against targets from 0 to 1 of the same shape.
 * @example binaryCrossEntropy(tensor([0, 2]), tensor([1, 1])) // 0.4100
 */
export function binaryCrossEntropy(logits: Tensor, target: Tensor): Tensor {
  const at = target.storage.array().findIndex((y) => y < 0 || y > 1);
  if (at >= 0) {
    throw new RangeError(
      `binaryCrossEntropy: the target at place ${at} is ${target.storage.array()[at]}; it is the probability of a yes, ` +
        `from 0 to 1.`,
    );
  }
  return apply(binaryCrossEntropyOp, [logits, target], undefined);
}
