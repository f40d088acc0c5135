import { logSoftmaxRows, logSoftmaxRowsGrad } from "../kernels/softmax-rows.ts";
import { empty } from "../tensor/create.ts";
import { floatOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { exp } from "./exp.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { singles } from "./samples.ts";
import { alongAxis, classesOf, withClasses } from "./softmax.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

/**
 * ln p_i = z_i − m − ln Σ_j e^{z_j − m} over the last axis, m the greatest z. Unlike ln(softmax(z)) it stays finite
 * where p_i is too small for a float. The gradient is g_i − p_i Σ_j g_j.
 */
export const logSoftmaxOp: Op<"logSoftmax", readonly [Tensor]> = {
  name: "logSoftmax",
  formula: "\\ln p_i = z_i - \\ln \\sum_j e^{z_j}",
  inputs: ["logits"],
  forward([logits]) {
    const width = classesOf("logSoftmax", logits);
    const y = empty(logits.shape, floatOf(logits.dtype));
    logSoftmaxRows(logits.storage, width, y.storage);
    return y;
  },
  gradients: [(g, _, y) => sub(g, mul(exp(y), sum(g, { axis: -1, keepDims: true })))],
  backward(g, { output: y }) {
    const dz = empty(y.shape, y.dtype);
    logSoftmaxRowsGrad(g.storage, y.storage, y.shape.at(-1)!, dz.storage);
    return [dz];
  },
  samples: (random) => singles(random, {}, withClasses()),
  reference: (tf, [logits]) => (logits.size === 0 ? tf.exp(logits) : tf.logSoftmax(logits)),
};

/** The logarithms of the probabilities along an axis, the last unless given. @example logSoftmax(tensor([0, -1000])) // 0, -1000 */
export function logSoftmax(logits: Tensor, { axis = -1 }: { readonly axis?: number } = {}): Tensor {
  return alongAxis("logSoftmax", logits, axis, (last) => apply(logSoftmaxOp, [last], undefined));
}
