import { softmaxKernel } from "../kernels/softmax.ts";
import { oneHot } from "../ops/choose.ts";
import { apply, type Op } from "../ops/op.ts";
import { softmax } from "../ops/softmax.ts";
import { tensor } from "../tensor/create.ts";
import { allocate, promote } from "../tensor/dtype.ts";
import { sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkIndices } from "./labels.ts";

/**
 * L = −(1/N) Σ_n Σ_i y_ni ln p_ni with p = softmax(z): softmax and logarithm in one, so that neither overflows nor
 * loses digits. With class indices y is 1 for the class. ∂L/∂z_ni = (p_ni Σ_j y_nj − y_ni) / N, which is (p − y)/N
 * where each row of y sums to 1.
 */
export const crossEntropyOp: Op<"crossEntropy", readonly [Tensor, Tensor]> = {
  name: "crossEntropy",
  formula: "-\\frac{1}{N} \\sum_n \\sum_i y_{ni} \\ln p_{ni}",
  inputs: ["logits", "labels"],
  forward([logits, labels]) {
    const { probabilities: p, logNormalizers, width } = softmaxKernel("crossEntropy", logits);
    const given = sameShape(labels.shape, logits.shape) && labels.dtype !== "int32";
    if (!given) checkIndices("crossEntropy", logits, labels);
    const y = given ? labels : oneHot(labels, width);
    const count = logNormalizers.length;
    const logProbability = (i: number): number => logits.data[i]! - logNormalizers[Math.floor(i / width)]!;
    let total = 0;
    for (let i = 0; i < y.size; i++) {
      // 0·ln p is 0, even where p is 0.
      if (y.data[i] !== 0) total -= y.data[i]! * logProbability(i);
    }
    const dtype = given ? promote(p.dtype, y.dtype) : p.dtype;
    const output = allocate(dtype, 1).fill(total / count);
    return {
      output: new Tensor(output, []),
      gradient: (g) => [
        () => {
          const scale = g.item() / count;
          const out = allocate(p.dtype, p.size);
          for (let row = 0; row < out.length; row += width) {
            let mass = 0;
            for (let i = row; i < row + width; i++) mass += y.data[i]!;
            for (let i = row; i < row + width; i++) out[i] = scale * (p.data[i]! * mass - y.data[i]!);
          }
          return new Tensor(out, p.shape);
        },
        given
          ? () => {
              const scale = -g.item() / count;
              const out = allocate(dtype, y.size);
              for (let i = 0; i < out.length; i++) out[i] = scale * logProbability(i);
              return new Tensor(out, y.shape);
            }
          : null,
      ],
    };
  },
  samples(random) {
    const draw = (shape: readonly number[]): Tensor => random.normal(shape, { std: 2, dtype: "float64" });
    return [
      { inputs: [draw([3, 4]), tensor([2, 0, 3], { dtype: "int32" })], options: undefined },
      { inputs: [draw([1, 10]), tensor([7], { dtype: "int32" })], options: undefined },
      { inputs: [draw([3, 4]), softmax(draw([3, 4]))], options: undefined },
    ];
  },
  reference(tf, [logits, labels]) {
    const classes = logits.shape.at(-1) ?? 0;
    const y = labels.rank < logits.rank ? tf.oneHot(tf.cast(labels, "int32"), classes) : labels;
    return tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(logits)), -1)));
  },
};

/**
 * The mean cross-entropy of logits against labels: int32 class indices [n], or distributions [n, classes].
 *
 * @example
 * crossEntropy(tensor([[2, 1, 0]]), tensor([0], { dtype: "int32" })); // 0.4076
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return apply(crossEntropyOp, [logits, labels], undefined);
}
