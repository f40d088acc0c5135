import { softmaxKernel } from "../kernels/softmax.ts";
import { allocate } from "../tensor/dtype.ts";
import { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, singles } from "./op.ts";

/**
 * p_i = e^{z_i − m} / Σ_j e^{z_j − m} over the last axis, m the greatest z: the shift cancels out, and no exponent
 * is above 0, so nothing overflows. ∂p_i/∂z_j = p_i (δ_ij − p_j), so the gradient is p_i (g_i − Σ_j g_j p_j).
 */
export const softmaxOp: Op<"softmax", readonly [Tensor]> = {
  name: "softmax",
  formula: "p_i = \\frac{e^{z_i}}{\\sum_j e^{z_j}}",
  inputs: ["logits"],
  forward([logits]) {
    const { probabilities: p, width } = softmaxKernel("softmax", logits);
    return {
      output: p,
      gradient: (g) => [
        () => {
          const out = allocate(g.dtype, g.size);
          for (let row = 0; row < out.length; row += width) {
            let dot = 0;
            for (let i = row; i < row + width; i++) dot += g.data[i]! * p.data[i]!;
            for (let i = row; i < row + width; i++) out[i] = p.data[i]! * (g.data[i]! - dot);
          }
          return new Tensor(out, g.shape);
        },
      ],
    };
  },
  samples: (random) => singles(random, [[5], [2, 3], [2, 2, 4]]),
  reference: (tf, [logits]) => tf.softmax(logits),
};

/** Logits to probabilities along the last axis. @example softmax(tensor([1, 2, 3])) // 0.0900, 0.2447, 0.6652 */
export function softmax(logits: Tensor): Tensor {
  return apply(softmaxOp, [logits], undefined);
}
