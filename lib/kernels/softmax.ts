import { allocate, floatOf } from "../tensor/dtype.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** What one pass over the rows of logits gives. */
export interface SoftmaxRows {
  readonly probabilities: Tensor;
  /** ln Σ_j e^{z_j} of each row, in doubles. */
  readonly logNormalizers: Float64Array;
  /** The length of a row: the last axis. */
  readonly width: number;
}

/** Softmax over the last axis, each row shifted by its greatest logit. */
export function softmaxKernel(op: string, logits: Tensor): SoftmaxRows {
  const width = logits.shape.at(-1);
  if (width === undefined || width === 0) {
    throw new ShapeError(
      `${op}: logits of shape ${formatShape(logits.shape)} have no classes; the last axis holds one score per class.`,
    );
  }
  const z = logits.data;
  const p = allocate(floatOf(logits.dtype), z.length);
  const logNormalizers = new Float64Array(z.length / width);
  for (let row = 0, start = 0; start < z.length; row++, start += width) {
    let greatest = -Infinity;
    for (let i = start; i < start + width; i++) greatest = Math.max(greatest, z[i]!);
    let total = 0;
    for (let i = start; i < start + width; i++) {
      const power = Math.exp(z[i]! - greatest);
      p[i] = power;
      total += power;
    }
    for (let i = start; i < start + width; i++) p[i]! /= total;
    logNormalizers[row] = greatest + Math.log(total);
  }
  return { probabilities: new Tensor(p, logits.shape), logNormalizers, width };
}
