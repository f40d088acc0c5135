import { softmaxKernel } from "../kernels/softmax.ts";
import { allocate } from "../tensor/dtype.ts";
import { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, singles } from "./op.ts";

/**
 * ln p_i = z_i − m − ln Σ_j e^{z_j − m} over the last axis, m the greatest z. Unlike ln(softmax(z)) it stays finite
 * where p_i is too small for a float. The gradient is g_i − p_i Σ_j g_j.
 */
export const logSoftmaxOp: Op<"logSoftmax", readonly [Tensor]> = {
  name: "logSoftmax",
  formula: "\\ln p_i = z_i - \\ln \\sum_j e^{z_j}",
  inputs: ["logits"],
  forward([logits]) {
    const { probabilities: p, logNormalizers, width } = softmaxKernel("logSoftmax", logits);
    const output = allocate(p.dtype, p.size);
    for (let i = 0; i < output.length; i++)
      output[i] = logits.data[i]! - logNormalizers[Math.floor(i / width)]!;
    return {
      output: new Tensor(output, p.shape),
      gradient: (g) => [
        () => {
          const out = allocate(g.dtype, g.size);
          for (let row = 0; row < out.length; row += width) {
            let total = 0;
            for (let i = row; i < row + width; i++) total += g.data[i]!;
            for (let i = row; i < row + width; i++) out[i] = g.data[i]! - p.data[i]! * total;
          }
          return new Tensor(out, g.shape);
        },
      ],
    };
  },
  samples: (random) => singles(random, [[5], [2, 3], [2, 2, 4]]),
  reference: (tf, [logits]) => tf.logSoftmax(logits),
};

/** The logarithms of the probabilities along the last axis. @example logSoftmax(tensor([0, -1000])) // 0, -1000 */
export function logSoftmax(logits: Tensor): Tensor {
  return apply(logSoftmaxOp, [logits], undefined);
}
