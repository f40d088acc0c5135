import { crossEntropyRows, crossEntropyRowsGrad, type Targets } from "../kernels/cross-entropy.ts";
import { total } from "../kernels/reductions.ts";
import { oneHot } from "../ops/choose.ts";
import { logSoftmax } from "../ops/log-softmax.ts";
import { mul } from "../ops/mul.ts";
import { apply, Kept, type Op } from "../ops/op.ts";
import { draw, indices } from "../ops/samples.ts";
import { classesOf, softmax } from "../ops/softmax.ts";
import { sum } from "../ops/sum.ts";
import { tfOneHot } from "../ops/tf.ts";
import { empty, full } from "../tensor/create.ts";
import { floatOf, promote } from "../tensor/dtype.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkIndices, ROWS } from "./labels.ts";

/**
 * L = −(1/N) Σ_n Σ_i y_ni ln p_ni with p = softmax(z): softmax and logarithm in one, so that neither overflows nor
 * loses digits. With class indices y is 1 for the class. ∂L/∂z_ni = (p_ni Σ_j y_nj − y_ni) / N, which is (p − y)/N
 * where each row of y sums to 1.
 */
export const crossEntropyOp: Op<"crossEntropy", readonly [Tensor, Tensor]> = {
  name: "crossEntropy",
  formula: "-\\frac{1}{N} \\sum_n \\sum_i y_{ni} \\ln p_{ni}",
  inputs: ["logits", "labels"],
  forward([logits, labels], _, wanted) {
    const width = classesOf("crossEntropy", logits);
    const given = isGiven(logits, labels);
    if (!given) checkIndices("crossEntropy", logits, labels);
    const dtype = floatOf(given ? promote(logits.dtype, labels.dtype) : logits.dtype);
    const count = logits.size / width;
    const losses = empty([count], dtype);
    const lses = empty([count], dtype);
    crossEntropyRows(logits.storage, width, targets(logits, labels), 0, losses.storage, lses.storage);
    const output = full([], total("sum", losses.storage) / count, dtype);
    losses.storage.free();
    if (wanted) return new Kept(output, [lses]);
    lses.storage.free();
    return output;
  },
  backward(g, { inputs: [logits, labels], saved: [lses], wanted, output }) {
    const width = logits.shape.at(-1)!;
    const scale = g.item() / lses!.size;
    const dz = wanted[0] ? empty(logits.shape, logits.dtype) : undefined;
    if (dz !== undefined) {
      const each = full(lses!.shape, scale, lses!.dtype).storage;
      const aims = targets(logits, labels);
      crossEntropyRowsGrad(each, logits.storage, width, aims, 0, lses!.storage, dz.storage);
    }
    const dy = wanted[1] ? empty(labels.shape, output.dtype) : undefined;
    if (dy !== undefined) {
      const [z, logs, out] = [logits.storage.array(), lses!.storage.array(), dy.storage.array()];
      for (let i = 0; i < out.length; i++) out[i] = -scale * (z[i]! - logs[Math.floor(i / width)]!);
    }
    return [dz, dy];
  },
  decomposed([logits, labels]) {
    const width = logits.shape.at(-1)!;
    const y = isGiven(logits, labels) ? labels : oneHot(labels, width);
    return mul(sum(mul(y, logSoftmax(logits))), -width / logits.size);
  },
  samples: (random) =>
    ROWS.flatMap(([rows, classes], i) => {
      const logits = draw(random, [rows, classes], { low: -4, high: 4 });
      const labels = i % 2 === 0 ? indices(random, [rows], classes) : softmax(draw(random, [rows, classes]));
      return [{ inputs: [logits, labels], options: undefined }];
    }),
  reference(tf, [logits, labels]) {
    const classes = logits.shape.at(-1) ?? 0;
    const y = labels.rank < logits.rank ? tfOneHot(tf, labels, classes) : labels;
    return tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(logits)), -1)));
  },
};

/** Whether the labels are distributions, not class indices. */
function isGiven(logits: Tensor, labels: Tensor): boolean {
  return sameShape(labels.shape, logits.shape) && labels.dtype !== "int32";
}

function targets(logits: Tensor, labels: Tensor): Targets {
  return isGiven(logits, labels) ? { distributions: labels.storage } : { labels: labels.storage };
}

/**
 * The mean cross-entropy of logits against labels: int32 class indices [n], or distributions [n, classes].
 *
 * @example
 * crossEntropy(tensor([[2, 1, 0]]), tensor([0], { dtype: "int32" })); // 0.4076
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return apply(crossEntropyOp, [logits, labels], undefined);
}
