import { add } from "../ops/add.ts";
import { atan } from "../ops/atan.ts";
import { div } from "../ops/div.ts";
import { maximum } from "../ops/maximum.ts";
import { mean } from "../ops/mean.ts";
import { minimum } from "../ops/minimum.ts";
import { mul } from "../ops/mul.ts";
import { expandDims } from "../ops/reshape.ts";
import { square } from "../ops/square.ts";
import { sub } from "../ops/sub.ts";
import { sum } from "../ops/sum.ts";
import { view } from "../tensor/create.ts";
import { broadcastShapes, formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { boxArea, checkBoxes, checkList, column, columns } from "./boxes.ts";

/**
 * "iou": the overlap alone; "giou": less the empty part of the hull; "diou": less the centres' distance; "ciou": less that
 * and the difference of the aspect ratios.
 */
export type OverlapKind = "iou" | "giou" | "diou" | "ciou";

const KINDS: readonly string[] = ["iou", "giou", "diou", "ciou"] satisfies OverlapKind[];

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
 *     CIoU = DIoU − αv, v = 4/π² (arctan w_B/h_B − arctan w_A/h_A)², α = v / (1 − IoU + v) (the same)
 *
 * All are 1 for equal boxes. Of boxes that do not touch, IoU is 0 and flat; the others still say which way to go. α
 * weighs, and counts as constant in the gradient, as in the authors' code and in torchvision.
 *
 * @example overlap(tensor([[0, 0, 2, 2]]), tensor([[1, 1, 3, 3]])) // [1/7]
 */
export function overlap(a: Tensor, b: Tensor, { kind = "iou" }: OverlapOptions = {}): Tensor {
  checkBoxes("overlap", a);
  checkBoxes("overlap", b);
  broadcastShapes("overlap", a.shape, b.shape);
  if (!KINDS.includes(kind)) {
    throw new RangeError(`overlap: kind is "${kind}"; it is one of ${KINDS.join(", ")}.`);
  }
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
  const diou = sub(iou, div(distance!, maximum(diagonal!, TINY)));
  if (kind === "diou") return diou;
  const bent = sub(slope(sub(toB, fromB)), slope(sub(toA, fromA)));
  const v = mul(square(bent), 4 / Math.PI ** 2);
  const alpha = div(v, maximum(add(sub(1, iou), v), TINY));
  return sub(diou, mul(view(alpha, alpha.shape), v));
}

/** arctan w/h of boxes whose last axis holds w and h: their aspect ratio as an angle; 0 where there is no box. */
function slope(sides: Tensor): Tensor {
  const positive = maximum(sides, 0);
  return atan(div(column(positive, 0), maximum(column(positive, 1), TINY)));
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
  const agree = overlap(predicted, target, { kind });
  if (agree.size > 0) return mean(sub(1, agree));
  throw new ShapeError(
    `iouLoss: of ${formatShape(predicted.shape)} and ${formatShape(target.shape)} there is no pair of boxes to take a mean of; ` +
      "leave pictures without boxes out.",
  );
}
