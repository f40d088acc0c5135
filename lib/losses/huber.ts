import { clip } from "../ops/clip.ts";
import { mul } from "../ops/mul.ts";
import { neg } from "../ops/neg.ts";
import { apply, type Op } from "../ops/op.ts";
import { sub } from "../ops/sub.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { comparedSamples, meanCost } from "./compared.ts";

/** Errors up to δ are squared, greater ones count in proportion. */
export interface HuberOptions {
  readonly delta: number;
}

/**
 * L = (1/n) Σ h(ŷ − y), h(e) = ½e² for |e| ≤ δ and δ(|e| − ½δ) beyond (Huber, 1964): the parabola goes on as its
 * tangent. ∂L/∂ŷ is the error, cut off at ±δ, over n.
 */
export const huberOp: Op<"huber", readonly [Tensor, Tensor], HuberOptions> = {
  name: "huber",
  formula:
    "\\frac{1}{n} \\sum_i |e_i| \\le \\delta\\; ?\\; \\tfrac12 e_i^2 : \\delta(|e_i| - \\tfrac12 \\delta)",
  inputs: ["predicted", "target"],
  forward: ([predicted, target], { delta }) =>
    meanCost("huber", predicted, target, predicted.size, (p, t) => {
      let total = 0;
      for (let i = 0; i < p.length; i++) {
        const error = Math.abs(p[i]! - t[i]!);
        total += error <= delta ? 0.5 * error * error : delta * (error - 0.5 * delta);
      }
      return total;
    }),
  gradients: [
    (g, [predicted, target], _, { delta }) => slope(g, predicted, target, delta),
    (g, [predicted, target], _, { delta }) => neg(slope(g, predicted, target, delta)),
  ],
  samples: (random) =>
    comparedSamples(
      random,
      (at) => ({ delta: [1, 0.5, 2.5][at % 3]! }),
      ({ delta }) => [-delta, delta],
    ),
  // tfjs's huberLoss has no gradient on every backend.
  reference(tf, [predicted, target], { delta }) {
    const error = tf.abs(tf.sub(predicted, target));
    const near = tf.minimum(error, delta);
    return tf.mean(tf.add(tf.mul(0.5, tf.square(near)), tf.mul(delta, tf.sub(error, near))));
  },
};

const slope = (g: Tensor, predicted: Tensor, target: Tensor, delta: number): Tensor =>
  mul(mul(g, 1 / predicted.size), clip(sub(predicted, target), -delta, delta));

/** The mean Huber loss; δ is 1 unless given. @example huber(tensor([0.5, 3]), tensor([0, 0])) // 1.3125 */
export function huber(predicted: Tensor, target: Tensor, { delta = 1 }: Partial<HuberOptions> = {}): Tensor {
  if (!(delta > 0 && Number.isFinite(delta))) {
    throw new RangeError(
      `huber: delta is ${delta}; it is the error up to which the loss is squared, above 0.`,
    );
  }
  return apply(huberOp, [predicted, target], { delta });
}
