import { mul } from "../ops/mul.ts";
import { neg } from "../ops/neg.ts";
import { apply, type Op } from "../ops/op.ts";
import { sign } from "../ops/sign.ts";
import { sub } from "../ops/sub.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { comparedSamples, meanCost } from "./compared.ts";

/** L = (1/n) Σ |ŷ − y|, the L1 loss: one wild target pulls no harder than any other. ∂L/∂ŷ = sign(ŷ − y)/n. */
export const maeOp: Op<"mae", readonly [Tensor, Tensor]> = {
  name: "mae",
  formula: "\\frac{1}{n} \\sum_i |\\hat y_i - y_i|",
  inputs: ["predicted", "target"],
  forward: ([predicted, target]) =>
    meanCost("mae", predicted, target, predicted.size, (p, t) => {
      let total = 0;
      for (let i = 0; i < p.length; i++) total += Math.abs(p[i]! - t[i]!);
      return total;
    }),
  gradients: [
    (g, [predicted, target]) => slope(g, predicted, target),
    (g, [predicted, target]) => neg(slope(g, predicted, target)),
  ],
  samples: (random) =>
    comparedSamples(
      random,
      () => undefined,
      () => [0],
    ),
  reference: (tf, [predicted, target]) => tf.mean(tf.abs(tf.sub(predicted, target))),
};

const slope = (g: Tensor, predicted: Tensor, target: Tensor): Tensor =>
  mul(mul(g, 1 / predicted.size), sign(sub(predicted, target)));

/** The mean absolute error. @example mae(tensor([1, 2]), tensor([1, 4])) // 1 */
export function mae(predicted: Tensor, target: Tensor): Tensor {
  return apply(maeOp, [predicted, target], undefined);
}
