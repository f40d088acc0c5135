import { add } from "../ops/add.ts";
import { logSoftmax } from "../ops/log-softmax.ts";
import { mul } from "../ops/mul.ts";
import { neg } from "../ops/neg.ts";
import { sigmoid } from "../ops/sigmoid.ts";
import { softplus } from "../ops/softplus.ts";
import { square } from "../ops/square.ts";
import { sub } from "../ops/sub.ts";
import { sum } from "../ops/sum.ts";
import { adopt, view } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkList, columns } from "./boxes.ts";
import { iouAt } from "./nms.ts";
import { cellsOf, type YoloHead, yoloDecode } from "./yolo.ts";
import type { YoloTargets } from "./yolo-targets.ts";

/** How much the parts of the loss count. */
export interface YoloWeights {
  /** λ_coord; 5 unless given. */
  readonly coordinates?: number;
  /** λ_noobj; 0.5 unless given: most cells are empty. */
  readonly background?: number;
  /**
   * A prediction that answers for no box, but whose IoU with one is above this, is not punished for seeing something.
   * All are punished unless it is given; YOLOv3 has 0.5 (0.7 in its published configuration), YOLO9000's code 0.6.
   */
  readonly ignoreAbove?: number;
}

/**
 * YOLO's loss (Redmon et al., 2016, with the later versions' logarithmic sizes and cross-entropies), a picture's mean:
 *
 *     λ_coord Σ_obj [(σ(t_xy) − xy)² + (t_wh − ln wh/p)²] + Σ_obj −ln σ(t_o) + λ_noobj Σ_empty −ln(1 − σ(t_o)) + Σ_obj −ln p(class)
 *
 * With `ignoreAbove`, Σ_empty leaves out what overlaps a true box (Redmon and Farhadi, "YOLOv3", 2018, 2.1); the boxes are
 * compared as they are predicted, as in their code, and that choice has no gradient.
 *
 * @example grad(({ raw }) => yoloLoss(raw, targets, head), { raw })
 */
export function yoloLoss(
  raw: Tensor,
  targets: YoloTargets,
  head: YoloHead,
  { coordinates = 5, background = 0.5, ignoreAbove }: YoloWeights = {},
): Tensor {
  const cells = cellsOf("yoloLoss", raw, head);
  const { object, place, size, kind } = targets;
  if (object.shape.slice(0, 4).join() !== cells.shape.slice(0, 4).join()) {
    throw new ShapeError(
      `yoloLoss: the targets are for ${formatShape(object.shape.slice(0, 4))} and the head gives ` +
        `${formatShape(cells.shape.slice(0, 4))}: batch, rows, columns and anchors must be equal.`,
    );
  }
  if (kind.shape.at(-1) !== head.classes) {
    throw new ShapeError(
      `yoloLoss: the targets are of ${kind.shape.at(-1)} classes and the head of ${head.classes}.`,
    );
  }
  const moved = square(sub(sigmoid(columns(cells, 0, 2)), place));
  const stretched = square(sub(columns(cells, 2, 4), size));
  const answer = columns(cells, 4, 5);
  const nothing = sub(1, object);
  const empty =
    ignoreAbove === undefined ? nothing : mul(nothing, notNear(cells, targets, head, ignoreAbove));
  const parts = [
    mul(sum(mul(object, add(moved, stretched))), coordinates),
    sum(mul(object, softplus(neg(answer)))),
    mul(sum(mul(empty, softplus(answer))), background),
    neg(sum(mul(kind, logSoftmax(columns(cells, 5, 5 + head.classes))))),
  ];
  return mul(parts.reduce(add), 1 / raw.shape[0]!);
}

/** 0 where a predicted box has an IoU above the threshold with a true box of its picture, else 1; shaped as `object`. */
function notNear(cells: Tensor, { object, truth }: YoloTargets, head: YoloHead, threshold: number): Tensor {
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RangeError(`yoloLoss: ignoreAbove is an IoU, from 0 to 1, not ${threshold}.`);
  }
  if (truth === undefined || truth.length !== object.shape[0]) {
    throw new RangeError(
      `yoloLoss: ignoreAbove compares predictions with the true boxes, targets.truth, of which there should be ` +
        `${object.shape[0]} lists, one a picture, and are ${truth?.length ?? 0}; yoloTargets gives them.`,
    );
  }
  const { boxes } = yoloDecode(view(cells, cells.shape), head);
  const [predicted, count] = [boxes.storage.array(), boxes.shape[1]!];
  const free = new Float32Array(object.size).fill(1);
  truth.forEach((picture, i) => {
    const known = checkList("yoloLoss", picture.boxes);
    const edges = new Float64Array(4 * (known + 1));
    edges.set(picture.boxes.storage.array(), 4);
    for (let at = i * count; at < (i + 1) * count; at++) {
      edges.set(predicted.subarray(4 * at, 4 * at + 4));
      for (let j = 1; j <= known && free[at] === 1; j++) {
        if (iouAt(edges, 0, j) > threshold) free[at] = 0;
      }
    }
  });
  return adopt(free, object.shape);
}
