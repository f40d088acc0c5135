// Places and counts: what has no gradient, because it moves in jumps.
import { adopt, empty } from "../tensor/create.ts";
import { formatShape, resolveAxes, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * The place of the greatest element along an axis, the last unless said, the first place where several tie. NaN counts
 * as the greatest.
 * @example argmax(logits) // [n, 10] → [n], the predicted classes
 */
export function argmax(x: Tensor, { axis = -1 }: { readonly axis?: number } = {}): Tensor {
  return arg(
    "argmax",
    x,
    axis,
    (value, best) => value > best || (Number.isNaN(value) && !Number.isNaN(best)),
  );
}

/** The place of the least element along an axis, as `argmax`. */
export function argmin(x: Tensor, { axis = -1 }: { readonly axis?: number } = {}): Tensor {
  return arg(
    "argmin",
    x,
    axis,
    (value, best) => value < best || (Number.isNaN(value) && !Number.isNaN(best)),
  );
}

function arg(op: string, x: Tensor, axis: number, ahead: (value: number, best: number) => boolean): Tensor {
  const nothing = x.rank === 0 || x.shape.at(axis) === 0;
  if (nothing) {
    const which = axis === -1 ? "its last axis" : `axis ${axis}`;
    throw new ShapeError(`${op}: shape ${formatShape(x.shape)} has nothing to choose from along ${which}.`);
  }
  const [at = 0] = resolveAxes(op, axis, x.rank);
  const length = x.shape[at]!;
  const inner = sizeOf(x.shape.slice(at + 1));
  const y = empty(
    x.shape.filter((_, other) => other !== at),
    "int32",
  );
  const [from, to] = [x.storage.array(), y.storage.array()];
  for (let i = 0; i < to.length; i++) {
    const start = Math.floor(i / inner) * length * inner + (i % inner);
    let best = 0;
    for (let k = 1; k < length; k++)
      if (ahead(from[start + k * inner]!, from[start + best * inner]!)) best = k;
    to[i] = best;
  }
  return y;
}

/**
 * A row for each label, 1 in the label's column and 0 elsewhere.
 * @example oneHot(tensor([2, 0], { dtype: "int32" }), 3) // [[0, 0, 1], [1, 0, 0]]
 */
export function oneHot(labels: Tensor, classes: number): Tensor {
  const out = new Float32Array(labels.size * classes);
  labels.storage.array().forEach((label, row) => {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new RangeError(
        `oneHot: label ${label} (at place ${row}) is not one of the classes 0 … ${classes - 1}.`,
      );
    }
    out[row * classes + label] = 1;
  });
  return adopt(out, [...labels.shape, classes]);
}
