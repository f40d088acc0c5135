import { add } from "../ops/add.ts";
import { log } from "../ops/log.ts";
import { logSoftmax } from "../ops/log-softmax.ts";
import { mul } from "../ops/mul.ts";
import { apply, type Op } from "../ops/op.ts";
import { draw } from "../ops/samples.ts";
import { sub } from "../ops/sub.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { FILLED, meanCost } from "./compared.ts";

/**
 * D(p‖q) = (1/N) Σ_n Σ_i p_ni (ln p_ni − ln q_ni) over N rows: how many nats more it takes to tell draws from p by a
 * code made for q. Where p is 0 it counts nothing. ∂/∂ln q = −p/N and ∂/∂p = (ln p + 1 − ln q)/N.
 */
export const klDivergenceOp: Op<"klDivergence", readonly [Tensor, Tensor]> = {
  name: "klDivergence",
  formula: "\\frac{1}{N} \\sum_n \\sum_i p_{ni} (\\ln p_{ni} - \\ln q_{ni})",
  inputs: ["logQ", "p"],
  forward: ([logQ, p]) =>
    meanCost("klDivergence", logQ, p, rowsOf(logQ), (q, target) => {
      let total = 0;
      for (let i = 0; i < q.length; i++) {
        if (target[i] !== 0) total += target[i]! * (Math.log(target[i]!) - q[i]!);
      }
      return total;
    }),
  gradients: [
    (g, [logQ, p]) => mul(mul(g, -1 / rowsOf(logQ)), p),
    (g, [logQ, p]) => mul(mul(g, 1 / rowsOf(logQ)), sub(add(log(p), 1), logQ)),
  ],
  samples: (random) =>
    FILLED.filter(({ length }) => length > 0).map((shape) => ({
      inputs: [logSoftmax(draw(random, shape)), draw(random, shape, { low: 0.2, high: 1 })],
      options: undefined,
    })),
  reference: (tf, [logQ, p]) => tf.div(tf.sum(tf.mul(p, tf.sub(tf.log(p), logQ))), p.size / p.shape.at(-1)!),
};

function rowsOf({ shape, size }: Tensor): number {
  const width = shape.at(-1);
  if (width !== undefined) return size / width;
  throw new ShapeError(
    `klDivergence: shape ${formatShape(shape)} holds no distribution; it takes rows of them.`,
  );
}

/**
 * The mean Kullback–Leibler divergence of rows of probabilities p from the model's, whose logarithms are given.
 * @example klDivergence(logSoftmax(logits), teacher)
 */
export function klDivergence(logQ: Tensor, p: Tensor): Tensor {
  const at = p.storage.array().findIndex((value) => value < 0);
  if (at >= 0) {
    const value = p.storage.array()[at];
    throw new RangeError(`klDivergence: p at place ${at} is ${value}; a probability is not below 0.`);
  }
  return apply(klDivergenceOp, [logQ, p], undefined);
}
