import { mul } from "../ops/mul.ts";
import { neg } from "../ops/neg.ts";
import { apply, type Op } from "../ops/op.ts";
import { expandDims } from "../ops/reshape.ts";
import { draw, SHAPES } from "../ops/samples.ts";
import { sigmoid } from "../ops/sigmoid.ts";
import { adopt, empty } from "../tensor/create.ts";
import { floatOf } from "../tensor/dtype.ts";
import { formatShape, ShapeError, sameShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * ln p of a path through a tree of binary decisions: Σ_j ln σ(t_j s_j), where s_j is the score of the j-th inner node on
 * the way and t_j the turn there, 1 for right, which has probability σ(s_j), and −1 for left, which has the rest
 * (Morin and Bengio, 2005). Turns of 0 fill up short paths. ∂/∂s_j = t_j σ(−t_j s_j).
 */
export const pathLogProbabilityOp: Op<"pathLogProbability", readonly [Tensor, Tensor]> = {
  name: "pathLogProbability",
  formula: "\\sum_j \\ln \\sigma(t_j s_j)",
  inputs: ["scores", "turns"],
  forward([scores, turns]) {
    checkTurns(scores, turns);
    const y = empty(scores.shape.slice(0, -1), floatOf(scores.dtype));
    const length = scores.shape.at(-1)!;
    const [s, t, out] = [scores.storage.array(), turns.storage.array(), y.storage.array()];
    for (let path = 0; path < out.length; path++) {
      let total = 0;
      for (let j = path * length; j < (path + 1) * length; j++) {
        if (t[j] === 0) continue;
        const toward = t[j]! * s[j]!;
        total -= Math.max(-toward, 0) + Math.log1p(Math.exp(-Math.abs(toward)));
      }
      out[path] = total;
    }
    return y;
  },
  gradients: [(g, [s, t]) => mul(expandDims(g, -1), mul(t, sigmoid(neg(mul(t, s))))), null],
  samples: (random) =>
    SHAPES.filter(({ length }) => length > 0)
      .concat([
        [3, 4],
        [6, 5],
        [1, 1, 3],
      ])
      .map((shape) => {
        const turns = Int32Array.from({ length: sizeOf(shape) }, () => random.integer(3) - 1);
        return {
          inputs: [draw(random, shape, { low: -4, high: 4 }), adopt(turns, shape)],
          options: undefined,
        };
      }),
  reference(tf, [scores, turns]) {
    // tfjs's logSigmoid frees what its gradient needs where its input is computed.
    const t = tf.cast(turns, "float32");
    return tf.neg(tf.sum(tf.mul(tf.abs(t), tf.softplus(tf.neg(tf.mul(t, scores)))), -1));
  },
};

function checkTurns(scores: Tensor, turns: Tensor): void {
  if (scores.rank === 0 || turns.dtype !== "int32" || !sameShape(scores.shape, turns.shape)) {
    throw new ShapeError(
      `pathLogProbability: the scores have shape ${formatShape(scores.shape)} and the turns ${formatShape(turns.shape)}, ` +
        `${turns.dtype}; both must be [paths, longest], the turns int32.`,
    );
  }
  const at = turns.storage.array().findIndex((turn) => turn !== 0 && turn !== 1 && turn !== -1);
  if (at < 0) return;
  throw new RangeError(
    `pathLogProbability: turn ${turns.storage.array()[at]} (at place ${at}) is none; 1 is right, −1 left, 0 past the end.`,
  );
}

/**
 * The log-probability of each path, from the scores of the nodes on its way and the turns there, both [paths, longest].
 * @example pathLogProbability(tensor([[0, 0]]), tensor([[1, -1]], { dtype: "int32" })) // ln 1/4
 */
export function pathLogProbability(scores: Tensor, turns: Tensor): Tensor {
  return apply(pathLogProbabilityOp, [scores, turns], undefined);
}
