import { map, zip } from "../kernels/elementwise.ts";
import { sumAxes } from "../kernels/reduce.ts";
import { apply, type Op, pairs } from "../ops/op.ts";
import { floatOf } from "../tensor/dtype.ts";
import { formatShape, resolveAxes, ShapeError, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** L = (1/n) Σ (ŷ − y)², the L2 loss of regression, over all n elements; ∂L/∂ŷ = 2(ŷ − y)/n. */
export const mseOp: Op<"mse", readonly [Tensor, Tensor]> = {
  name: "mse",
  formula: "\\frac{1}{n} \\sum_i (\\hat y_i - y_i)^2",
  inputs: ["predicted", "target"],
  forward([predicted, target]) {
    if (!sameShape(predicted.shape, target.shape)) {
      throw new ShapeError(
        `mse: the prediction has shape ${formatShape(predicted.shape)} and the target ${formatShape(target.shape)}; ` +
          `they must be equal (broadcasting here would compare every prediction with every target).`,
      );
    }
    const error = zip("mse", predicted, target, (p, t) => p - t);
    const n = error.size;
    const squares = map(error, (e) => e * e, floatOf(error.dtype));
    const total = sumAxes(squares, resolveAxes("mse", undefined, squares.rank));
    const back = (factor: number): Tensor => map(error, (e) => (2 * factor * e) / n);
    return {
      output: new Tensor(map(total, (t) => t / n).data, []),
      gradient: (g) => [() => back(g.item()), () => back(-g.item())],
    };
  },
  samples: (random) =>
    pairs(random, [
      [[5], [5]],
      [
        [2, 3],
        [2, 3],
      ],
      [
        [1, 1],
        [1, 1],
      ],
    ]),
  reference: (tf, [predicted, target]) => tf.mean(tf.squaredDifference(predicted, target)),
};

/** @example mse(tensor([1, 2]), tensor([1, 4])) // 2 */
export function mse(predicted: Tensor, target: Tensor): Tensor {
  return apply(mseOp, [predicted, target], undefined);
}
