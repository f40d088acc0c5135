// What losses over pairs of elements share: a prediction and what it should have been, of one shape.

import type { Sample } from "../ops/op.ts";
import { draw, SHAPES } from "../ops/samples.ts";
import type { Random } from "../random/random.ts";
import { full } from "../tensor/create.ts";
import { floatOf, promote, type TypedArray } from "../tensor/dtype.ts";
import { formatShape, type Shape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Throws unless prediction and target have one shape, with something in it. */
export function checkCompared(op: string, predicted: Tensor, target: Tensor): void {
  if (!sameShape(predicted.shape, target.shape)) {
    throw new ShapeError(
      `${op}: the prediction has shape ${formatShape(predicted.shape)} and the target ${formatShape(target.shape)}; ` +
        `they must be equal (broadcasting here would compare every prediction with every target).`,
    );
  }
  checkSomething(op, predicted.shape);
}

/** Throws where a mean would be of nothing. */
export function checkSomething(op: string, shape: Shape): void {
  if (!shape.includes(0)) return;
  throw new ShapeError(`${op}: shape ${formatShape(shape)} has no elements to take a mean of.`);
}

/** Throws if a target is not a number; to be asked when the loss is not one, so that the good case costs nothing. */
export function checkTarget(op: string, what: string, { storage, shape }: Tensor): void {
  const at = storage.array().findIndex((value) => Number.isNaN(value));
  if (at < 0) return;
  throw new RangeError(
    `${op}: the ${what} at place ${at} of shape ${formatShape(shape)} is NaN; take such examples out, or fill them in.`,
  );
}

/** Σ cost / `count` over all pairs, by a loop of the caller's. */
export function meanCost(
  op: string,
  predicted: Tensor,
  target: Tensor,
  count: number,
  total: (predicted: TypedArray, target: TypedArray) => number,
): Tensor {
  checkCompared(op, predicted, target);
  const sum = total(predicted.storage.array(), target.storage.array());
  if (Number.isNaN(sum)) checkTarget(op, "target", target);
  return full([], sum / count, floatOf(promote(predicted.dtype, target.dtype)));
}

/** Shapes that hold something. */
export const FILLED: readonly Shape[] = [
  ...SHAPES.filter((shape) => !shape.includes(0)),
  [11],
  [3, 3],
  [1, 1, 1, 1],
];

/** Pairs whose difference keeps away from all of `kinks`. */
export function comparedSamples<O>(
  random: Random,
  options: (at: number) => O,
  kinks: (options: O) => readonly number[],
): Sample<readonly [Tensor, Tensor], O>[] {
  return FILLED.map((shape, at) => {
    const chosen = options(at);
    const target = draw(random, shape);
    const predicted = draw(random, shape);
    const [p, t] = [predicted.storage.array(), target.storage.array()];
    for (let i = 0; i < p.length; i++) {
      for (const kink of kinks(chosen)) if (Math.abs(p[i]! - t[i]! - kink) < 0.05) p[i]! += 0.11;
    }
    return { inputs: [predicted, target], options: chosen };
  });
}
