import { div } from "../ops/div.ts";
import { mul } from "../ops/mul.ts";
import { apply, type Op } from "../ops/op.ts";
import { square } from "../ops/square.ts";
import { sum } from "../ops/sum.ts";
import { tfOneHot } from "../ops/tf.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type MarginOptions, marginLoss, marginSamples, violations } from "./margins.ts";

/** L = (1/N) Σ_n Σ_{j≠y} max(0, z_nj − z_ny + Δ)²: as hinge, but large violations cost more, and the kink is gone. */
export const squaredHingeOp: Op<"squaredHinge", readonly [Tensor, Tensor], MarginOptions> = {
  name: "squaredHinge",
  formula: "\\frac{1}{N} \\sum_n \\sum_{j \\ne y_n} \\max(0, z_{nj} - z_{n y_n} + \\Delta)^2",
  inputs: ["logits", "labels"],
  forward: ([logits, labels], { margin }) =>
    marginLoss(
      "squaredHinge",
      logits,
      labels,
      margin,
      (v) => v * v,
      (v) => 2 * v,
    ),
  backward: (g, { saved: [pushes] }) => [mul(pushes!, g), undefined],
  decomposed: ([logits, labels], { margin }) =>
    div(sum(square(violations(logits, labels, margin))), labels.size),
  samples: marginSamples,
  reference(tf, [logits, labels], { margin }) {
    const y = tfOneHot(tf, labels, logits.shape.at(-1) ?? 0);
    const right = tf.sum(tf.mul(y, logits), -1, true);
    const violations = tf.mul(tf.relu(tf.add(tf.sub(logits, right), margin)), tf.sub(1, y));
    return tf.mean(tf.sum(tf.square(violations), -1));
  },
};

/**
 * The mean squared hinge loss of logits against int32 class indices; the margin Δ is 1 unless given.
 * @example squaredHinge(tensor([[3, 1, 2.5]]), tensor([0], { dtype: "int32" })) // 0.25
 */
export function squaredHinge(
  logits: Tensor,
  labels: Tensor,
  { margin = 1 }: Partial<MarginOptions> = {},
): Tensor {
  return apply(squaredHingeOp, [logits, labels], { margin });
}
