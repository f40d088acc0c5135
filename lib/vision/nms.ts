import { argsort } from "../ops/sort.ts";
import { adopt } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkFinite, checkList, checkScores } from "./boxes.ts";

export interface NmsOptions {
  /** A box goes if its IoU with a better one that stays is above this; 0.5 unless given. */
  readonly threshold?: number;
  /** Boxes that score less are not looked at. */
  readonly minScore?: number;
  /** int32 [n]: boxes of different classes leave each other alone. */
  readonly classes?: Tensor;
  /** At most so many stay. */
  readonly limit?: number;
}

/**
 * Non-maximum suppression: takes the box with the highest score, drops all that overlap it by more than the
 * threshold, and goes on with those that are left. Gives the places of the boxes that stay, best first, as int32 [k].
 *
 * @example
 * const kept = nms(boxes, scores, { threshold: 0.4 });
 * gather(boxes, kept);
 */
export function nms(
  boxes: Tensor,
  scores: Tensor,
  { threshold = 0.5, minScore = -Infinity, classes, limit = Infinity }: NmsOptions = {},
): Tensor {
  const count = checkList("nms", boxes);
  for (const [what, list] of [["scores", scores] as const, ["classes", classes] as const]) {
    if (list === undefined || (list.rank === 1 && list.size === count)) continue;
    throw new ShapeError(
      `nms: for ${count} boxes the ${what} have shape [${count}]; these have ${formatShape(list.shape)}.`,
    );
  }
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RangeError(`nms: the threshold is an IoU, from 0 to 1, not ${threshold}.`);
  }
  if (!(limit >= 0)) throw new RangeError(`nms: the limit is ${limit}; it counts boxes, 0 or more.`);
  checkFinite("nms", "boxes", boxes);
  checkScores("nms", scores);
  const [edges, score] = [boxes.storage.array(), scores.storage.array()];
  const kinds = classes?.storage.array();
  const kept: number[] = [];
  for (const at of argsort(scores, { descending: true }).storage.array()) {
    if (kept.length >= limit) break;
    if (!(score[at]! >= minScore)) continue;
    const hidden = kept.some(
      (better) =>
        (kinds === undefined || kinds[better] === kinds[at]) && iouAt(edges, better, at) > threshold,
    );
    if (!hidden) kept.push(at);
  }
  return adopt(Int32Array.from(kept), [kept.length]);
}

/** The IoU of two boxes of a flat list. */
export function iouAt(edges: ArrayLike<number>, i: number, j: number): number {
  const [a, b] = [4 * i, 4 * j];
  const width = Math.min(edges[a + 2]!, edges[b + 2]!) - Math.max(edges[a]!, edges[b]!);
  const height = Math.min(edges[a + 3]!, edges[b + 3]!) - Math.max(edges[a + 1]!, edges[b + 1]!);
  const shared = Math.max(0, width) * Math.max(0, height);
  const union = areaAt(edges, a) + areaAt(edges, b) - shared;
  return union > 0 ? shared / union : 0;
}

function areaAt(edges: ArrayLike<number>, at: number): number {
  return Math.max(0, edges[at + 2]! - edges[at]!) * Math.max(0, edges[at + 3]! - edges[at + 1]!);
}
