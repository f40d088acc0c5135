import { softmaxKernel } from "../kernels/softmax.ts";
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
    const normalizers = empty([count], "float64");
    const p = wanted ? empty(logits.shape, floatOf(logits.dtype)) : undefined;
    softmaxKernel(logits.storage, width, p?.storage, normalizers.storage);
    const [z, y, logs] = [logits.storage.array(), labels.storage.array(), normalizers.storage.array()];
    let total = 0;
    for (let row = 0; row < count; row++) {
      const start = row * width;
      if (!given) total -= z[start + y[row]!]! - logs[row]!;
      else {
        for (let i = start; i < start + width; i++) {
          if (y[i] !== 0) total -= y[i]! * (z[i]! - logs[row]!); // 0·ln p is 0, even where p is 0
        }
      }
    }
    const output = full([], total / count, dtype);
    return p === undefined ? output : new Kept(output, [p, normalizers]);
  },
  backward(g, { inputs: [logits, labels], saved, wanted, output }) {
    const [p, normalizers] = saved as [Tensor, Tensor];
    const given = isGiven(logits, labels);
    const width = logits.shape.at(-1)!;
    const scale = g.item() / normalizers.size;
    const dz = wanted[0] ? empty(p.shape, p.dtype) : undefined;
    if (dz !== undefined) {
      const [prob, y, out] = [p.storage.array(), labels.storage.array(), dz.storage.array()];
      for (let row = 0, start = 0; start < out.length; row++, start += width) {
        let mass = given ? 0 : 1;
        if (given) for (let i = start; i < start + width; i++) mass += y[i]!;
        for (let i = start; i < start + width; i++) {
          out[i] = scale * (prob[i]! * mass - (given ? y[i]! : 0));
        }
        if (!given) out[start + y[row]!]! -= scale;
      }
    }
    const dy = wanted[1] ? empty(labels.shape, output.dtype) : undefined;
    if (dy !== undefined) {
      const [z, logs, out] = [logits.storage.array(), normalizers.storage.array(), dy.storage.array()];
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

/**
 * The mean cross-entropy of logits against labels: int32 class indices [n], or distributions [n, classes].
 *
 * @example
 * crossEntropy(tensor([[2, 1, 0]]), tensor([0], { dtype: "int32" })); // 0.4076
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return apply(crossEntropyOp, [logits, labels], undefined);
}
