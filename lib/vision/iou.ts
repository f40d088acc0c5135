import { add } from "../ops/add.ts";
import { div } from "../ops/div.ts";
import { maximum } from "../ops/maximum.ts";
import { mean } from "../ops/mean.ts";
import { minimum } from "../ops/minimum.ts";
import { mul } from "../ops/mul.ts";
import { expandDims } from "../ops/reshape.ts";
import { square } from "../ops/square.ts";
import { sub } from "../ops/sub.ts";
import { sum } from "../ops/sum.ts";
import { broadcastShapes } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { boxArea, checkBoxes, checkList, column, columns } from "./boxes.ts";

/** "iou": the overlap alone; "giou": less the empty part of the hull; "diou": less the centres' distance. */
export type OverlapKind = "iou" | "giou" | "diou";

export interface OverlapOptions {
  readonly kind?: OverlapKind;
}

// Keeps 0/0, of two boxes without area, at 0.
const TINY = 1e-12;

/**
 * How far boxes agree, box by box, with broadcasting over all axes but the last: intersection over union,
 *
 *     IoU  = |A ∩ B| / |A ∪ B|
 *     GIoU = IoU − (|C| − |A ∪ B|) / |C|, C the smallest box around both (Rezatofighi et al., 2019)
 *     DIoU = IoU − ρ² / c², ρ between the centres, c the diagonal of C (Zheng et al., 2020)
 *
 * All are 1 for equal boxes. Of boxes that do not touch, IoU is 0 and flat; the other two still say which way to go.
 *
 * @example overlap(tensor([[0, 0, 2, 2]]), tensor([[1, 1, 3, 3]])) // [1/7]
 */
export function overlap(a: Tensor, b: Tensor, { kind = "iou" }: OverlapOptions = {}): Tensor {
  checkBoxes("overlap", a);
  checkBoxes("overlap", b);
  broadcastShapes("overlap", a.shape, b.shape);
  const [fromA, toA, fromB, toB] = [columns(a, 0, 2), columns(a, 2, 4), columns(b, 0, 2), columns(b, 2, 4)];
  const shared = maximum(sub(minimum(toA, toB), maximum(fromA, fromB)), 0);
  const intersection = mul(column(shared, 0), column(shared, 1));
  const union = sub(add(boxArea(a), boxArea(b)), intersection);
  const iou = div(intersection, maximum(union, TINY));
  if (kind === "iou") return iou;
  const hull = sub(maximum(toA, toB), minimum(fromA, fromB));
  if (kind === "giou") {
    const around = mul(column(hull, 0), column(hull, 1));
    return sub(iou, div(sub(around, union), maximum(around, TINY)));
  }
  const apart = mul(sub(add(fromA, toA), add(fromB, toB)), 0.5);
  const [distance, diagonal] = [apart, hull].map((side) => sum(square(side), { axis: -1 }));
  return sub(iou, div(distance!, maximum(diagonal!, TINY)));
}

/**
 * The overlap of every box of one list with every box of another: [n, 4] and [m, 4] → [n, m].
 * @example iou(predicted, truth)
 */
export function iou(a: Tensor, b: Tensor, options: OverlapOptions = {}): Tensor {
  checkList("iou", a);
  checkList("iou", b);
  return overlap(expandDims(a, 1), expandDims(b, 0), options);
}

/**
 * The mean of 1 − overlap over pairs of boxes; GIoU unless said otherwise, because IoU's gradient is 0 apart.
 * @example iouLoss(predicted, truth, { kind: "diou" })
 */
export function iouLoss(predicted: Tensor, target: Tensor, { kind = "giou" }: OverlapOptions = {}): Tensor {
  return mean(sub(1, overlap(predicted, target, { kind })));
}
