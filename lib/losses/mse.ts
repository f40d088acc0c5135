import { mul } from "../ops/mul.ts";
import { neg } from "../ops/neg.ts";
import { apply, type Op } from "../ops/op.ts";
import { draw, SHAPES } from "../ops/samples.ts";
import { sub } from "../ops/sub.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { meanCost } from "./compared.ts";

/** L = (1/n) Σ (ŷ − y)², the L2 loss of regression, over all n elements; ∂L/∂ŷ = 2(ŷ − y)/n. */
export const mseOp: Op<"mse", readonly [Tensor, Tensor]> = {
  name: "mse",
  formula: "\\frac{1}{n} \\sum_i (\\hat y_i - y_i)^2",
  inputs: ["predicted", "target"],
  forward: ([predicted, target]) =>
    meanCost("mse", predicted, target, predicted.size, (p, t) => {
      let total = 0;
      for (let i = 0; i < p.length; i++) total += (p[i]! - t[i]!) ** 2;
      return total;
    }),
  gradients: [
    (g, [predicted, target]) => slope(g, predicted, target),
    (g, [predicted, target]) => neg(slope(g, predicted, target)),
  ],
  samples: (random) =>
    SHAPES.filter((shape) => !shape.includes(0)).map((shape) => ({
      inputs: [draw(random, shape), draw(random, shape)],
      options: undefined,
    })),
  reference: (tf, [predicted, target]) => tf.mean(tf.squaredDifference(predicted, target)),
};

const slope = (g: Tensor, predicted: Tensor, target: Tensor): Tensor =>
  mul(mul(g, 2 / predicted.size), sub(predicted, target));

/** @example mse(tensor([1, 2]), tensor([1, 4])) // 2 */
export function mse(predicted: Tensor, target: Tensor): Tensor {
  return apply(mseOp, [predicted, target], undefined);
}
