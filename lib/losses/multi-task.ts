import { cast } from "../ops/cast.ts";
import { mul } from "../ops/mul.ts";
import { softplus } from "../ops/softplus.ts";
import { sub } from "../ops/sub.ts";
import { sum } from "../ops/sum.ts";
import { adopt } from "../tensor/create.ts";
import { formatShape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Several yes-or-no tasks learned together from examples that are not labelled for all of them: the mean over the known
 * labels of −y ln σ(z) − (1 − y) ln σ(−z) = softplus(z) − y z, for logits and labels [n, tasks]. A label that is
 * missing is NaN; it adds nothing, and no gradient reaches its logit.
 *
 * @example multiTaskLoss(logits, tensor([[1, NaN], [0, 1]]))
 */
export function multiTaskLoss(logits: Tensor, labels: Tensor): Tensor {
  if (!sameShape(logits.shape, labels.shape)) {
    throw new ShapeError(
      `multiTaskLoss: logits and labels are both [n, tasks], and not ${formatShape(logits.shape)} and ${formatShape(labels.shape)}.`,
    );
  }
  const y = labels.storage.array();
  const odd = y.findIndex((label) => label < 0 || label > 1);
  if (odd >= 0) {
    throw new RangeError(
      `multiTaskLoss: the label at place ${odd} is ${y[odd]}; it is the probability of a yes, from 0 to 1, or NaN where it is missing.`,
    );
  }
  const known = Float64Array.from(y, (label) => (Number.isNaN(label) ? 0 : 1));
  const count = known.reduce((total, one) => total + one, 0);
  if (count === 0) throw new RangeError("multiTaskLoss: no label is known, and a mean needs one.");
  const aims = Float64Array.from(y, (label) => (Number.isNaN(label) ? 0 : label));
  const like = (data: Float64Array): Tensor => cast(adopt(data, logits.shape), logits.dtype);
  const losses = sub(softplus(logits), mul(like(aims), logits));
  return mul(sum(mul(like(known), losses)), 1 / count);
}
