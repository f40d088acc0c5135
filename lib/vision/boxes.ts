import { add } from "../ops/add.ts";
import { concat } from "../ops/concat.ts";
import { maximum } from "../ops/maximum.ts";
import { minimum } from "../ops/minimum.ts";
import { mul } from "../ops/mul.ts";
import { slice } from "../ops/slice.ts";
import { sub } from "../ops/sub.ts";
import { tensor } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

// Boxes are [..., 4]: left, top, right, bottom, with y downwards, in whatever unit the picture has (pixels, or shares
// of its sides). A box is as wide as right − left, so that areas need no "+ 1".

/** Throws unless the last axis holds the four numbers of a box. */
export function checkBoxes(op: string, boxes: Tensor, what = "boxes"): void {
  if (boxes.rank >= 1 && boxes.shape.at(-1) === 4) return;
  throw new ShapeError(
    `${op}: ${what} are [..., 4], left, top, right and bottom of each; these have shape ${formatShape(boxes.shape)}.`,
  );
}

/** Throws unless there are n boxes, [n, 4]; gives n. */
export function checkList(op: string, boxes: Tensor, what = "boxes"): number {
  if (boxes.rank === 2 && boxes.shape[1] === 4) return boxes.shape[0]!;
  throw new ShapeError(
    `${op}: ${what} are a list of shape [n, 4], left, top, right and bottom of each; these have shape ` +
      `${formatShape(boxes.shape)}.`,
  );
}

/** Throws where an edge of a box is NaN or infinite: what is made from it would be wrong, and nobody see where it came from. */
export function checkFinite(op: string, what: string, boxes: Tensor): void {
  const values = boxes.storage.array();
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw unusable(`${op}: number ${Math.floor(at / 4)} of the ${what} holds ${values[at]}`);
}

/** Throws where a score is NaN. */
export function checkScores(op: string, scores: Tensor): void {
  const at = scores.storage.array().findIndex(Number.isNaN);
  if (at >= 0) throw unusable(`${op}: score ${at} is NaN`);
}

function unusable(what: string): RangeError {
  return new RangeError(`${what}; traceNaN finds the operation where such come from.`);
}

/** Columns `from` … `to` of the last axis, which stays. */
export function columns(x: Tensor, from: number, to: number): Tensor {
  return slice(x, ...x.shape.slice(1).map(() => null), [from, to]);
}

/**
 * (cx, cy, w, h) → (cx − w/2, cy − h/2, cx + w/2, cy + h/2).
 * @example toCorners(tensor([[5, 5, 4, 2]])) // [[3, 4, 7, 6]]
 */
export function toCorners(boxes: Tensor): Tensor {
  checkBoxes("toCorners", boxes);
  const centre = columns(boxes, 0, 2);
  const half = mul(columns(boxes, 2, 4), 0.5);
  return concat([sub(centre, half), add(centre, half)], { axis: -1 });
}

/**
 * (left, top, right, bottom) → (cx, cy, w, h).
 * @example toCentres(tensor([[3, 4, 7, 6]])) // [[5, 5, 4, 2]]
 */
export function toCentres(boxes: Tensor): Tensor {
  checkBoxes("toCentres", boxes);
  const [from, to] = [columns(boxes, 0, 2), columns(boxes, 2, 4)];
  return concat([mul(add(from, to), 0.5), sub(to, from)], { axis: -1 });
}

/**
 * What of the boxes lies in the picture.
 * @example clipBoxes(boxes, [240, 320]) // height and width
 */
export function clipBoxes(boxes: Tensor, [height, width]: readonly [number, number]): Tensor {
  checkBoxes("clipBoxes", boxes);
  const bounds = tensor([width, height, width, height], { dtype: boxes.dtype });
  return minimum(maximum(boxes, 0), bounds);
}

/** max(0, right − left) · max(0, bottom − top): [..., 4] → [...]. */
export function boxArea(boxes: Tensor): Tensor {
  checkBoxes("boxArea", boxes);
  const sides = maximum(sub(columns(boxes, 2, 4), columns(boxes, 0, 2)), 0);
  return mul(column(sides, 0), column(sides, 1));
}

/** One column of the last axis, which goes. */
export function column(x: Tensor, at: number): Tensor {
  return slice(x, ...x.shape.slice(1).map(() => null), at);
}
