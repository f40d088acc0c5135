import { add } from "../ops/add.ts";
import { div } from "../ops/div.ts";
import { mean } from "../ops/mean.ts";
import { mul } from "../ops/mul.ts";
import { sub } from "../ops/sub.ts";
import { sum } from "../ops/sum.ts";
import { ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCompared } from "./compared.ts";

export interface DiceOptions {
  /** Added to both sides of the fraction, so that a class that is nowhere counts as found; 1 unless given. */
  readonly smooth?: number;
}

/**
 * 1 − (2 Σ p y + s) / (Σ p + Σ y + s), its mean over examples and classes (V-Net, Milletari et al., 2016): the overlap itself
 * as a loss, which does not mind that a class has few pixels. Probabilities and one-hot masks are [batch, …, classes].
 *
 * @example diceLoss(softmax(logits), oneHot(masks, 3))
 */
export function diceLoss(probabilities: Tensor, masks: Tensor, { smooth = 1 }: DiceOptions = {}): Tensor {
  checkCompared("diceLoss", probabilities, masks);
  if (probabilities.rank < 2) {
    throw new ShapeError(
      `diceLoss: it takes [batch, …, classes], and a list of ${probabilities.size} has no classes.`,
    );
  }
  const axis = Array.from({ length: probabilities.rank - 2 }, (_, i) => i + 1);
  const over = (x: Tensor): Tensor => (axis.length === 0 ? x : sum(x, { axis }));
  const overlap = add(mul(over(mul(probabilities, masks)), 2), smooth);
  const whole = add(add(over(probabilities), over(masks)), smooth);
  return mean(sub(1, div(overlap, whole)));
}
