import { add } from "../ops/add.ts";
import { concat } from "../ops/concat.ts";
import { div } from "../ops/div.ts";
import { exp } from "../ops/exp.ts";
import { log } from "../ops/log.ts";
import { mul } from "../ops/mul.ts";
import { sub } from "../ops/sub.ts";
import type { Random } from "../random/random.ts";
import { adopt, tensor } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkBoxes, checkFinite, checkList, columns, toCentres, toCorners } from "./boxes.ts";
import { iouAt } from "./nms.ts";

export interface AnchorGridOptions {
  /** How many cells: rows and columns. */
  readonly grid: readonly [rows: number, columns: number];
  /** The side of a cell in the picture's unit. */
  readonly stride: number;
  /** Width and height of the anchors that stand in every cell. */
  readonly sizes: readonly (readonly [width: number, height: number])[];
}

/**
 * An anchor of each size around the middle of every cell, [rows · columns · sizes, 4] as corners: row by row, cell by
 * cell, the sizes of a cell beside each other, as a head's outputs [rows, columns, sizes · k] lie.
 *
 * @example anchorGrid({ grid: [13, 13], stride: 32, sizes: [[40, 60], [90, 90]] }).shape // [338, 4]
 */
export function anchorGrid({ grid: [rows, cols], stride, sizes }: AnchorGridOptions): Tensor {
  if (![rows, cols].every((n) => Number.isInteger(n) && n >= 0) || !(stride > 0 && Number.isFinite(stride))) {
    throw new RangeError(
      `anchorGrid: a grid of ${rows} × ${cols} cells with sides of ${stride}; rows and columns are whole numbers, the stride is ` +
        "above 0.",
    );
  }
  checkSizes("anchorGrid", sizes);
  const data = new Float32Array(rows * cols * sizes.length * 4);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const [cx, cy] = [(col + 0.5) * stride, (row + 0.5) * stride];
      for (const [width, height] of sizes) {
        data.set([cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2], at);
        at += 4;
      }
    }
  }
  return adopt(data, [at / 4, 4]);
}

/** Throws unless every width and height is above 0. */
export function checkSizes(op: string, sizes: readonly (readonly [width: number, height: number])[]): void {
  const odd = sizes.find(([width, height]) => !(width > 0 && height > 0 && width * height < Infinity));
  if (odd === undefined) return;
  throw new RangeError(`${op}: an anchor of ${odd[0]} × ${odd[1]} is none; width and height are above 0.`);
}

/**
 * SSD's sizes for one feature map (Liu et al., 2016): w = s √a and h = s / √a for each aspect ratio a, and a square
 * of √(s · next), where `next` is the scale of the map after this one.
 *
 * @example ssdSizes({ scale: 0.2, next: 0.34, ratios: [1, 2, 1 / 2] })
 */
export function ssdSizes({
  scale,
  next,
  ratios,
}: {
  readonly scale: number;
  readonly next: number;
  readonly ratios: readonly number[];
}): [width: number, height: number][] {
  if (![scale, next, ...ratios].every((n) => n > 0 && Number.isFinite(n))) {
    throw new RangeError(
      `ssdSizes: the scales are ${scale} and ${next} and the ratios ${ratios.join(", ")}; all are above 0.`,
    );
  }
  const square = Math.sqrt(scale * next);
  return [
    ...ratios.map((a): [number, number] => [scale * Math.sqrt(a), scale / Math.sqrt(a)]),
    [square, square],
  ];
}

export interface AssignOptions {
  /** An anchor with at least this IoU answers for the box; 0.5 unless given. */
  readonly positive?: number;
  /** One with less IoU than this with every box is background; between the two it is left out. Equal to `positive` unless given. */
  readonly negative?: number;
}

/** The index that means "no object", and the one that means "does not count". */
export const BACKGROUND = -1;
export const LEFT_OUT = -2;

/**
 * For each anchor the box that it answers for, as int32 [anchors]: the index of the box with the highest IoU if that is
 * at least `positive`, −1 for background, −2 where it does not count. Every box of some area gets at least the anchor that fits it best
 * (Ren et al., 2015); where two boxes want one anchor, the first has it.
 *
 * @example assignAnchors(anchors, truth, { positive: 0.7, negative: 0.3 })
 */
export function assignAnchors(
  anchors: Tensor,
  truth: Tensor,
  { positive = 0.5, negative = positive }: AssignOptions = {},
): Tensor {
  const [n, m] = [checkList("assignAnchors", anchors, "anchors"), checkList("assignAnchors", truth)];
  if (!(negative >= 0 && negative <= positive && positive <= 1)) {
    throw new RangeError(
      `assignAnchors: 0 ≤ negative ≤ positive ≤ 1 must hold; they are ${negative} and ${positive}.`,
    );
  }
  checkFinite("assignAnchors", "anchors", anchors);
  checkFinite("assignAnchors", "boxes", truth);
  const edges = new Float64Array(4 * (n + m));
  edges.set(anchors.storage.array());
  edges.set(truth.storage.array(), 4 * n);
  const assigned = new Int32Array(n).fill(BACKGROUND);
  const bestOfBox = Array.from({ length: m }, () => ({ anchor: -1, iou: 0 }));
  for (let i = 0; i < n; i++) {
    let [best, which] = [0, BACKGROUND];
    for (let j = 0; j < m; j++) {
      const iou = iouAt(edges, i, n + j);
      if (iou > best) [best, which] = [iou, j];
      if (iou > bestOfBox[j]!.iou) bestOfBox[j] = { anchor: i, iou };
    }
    if (best >= positive) assigned[i] = which;
    else if (best >= negative && which !== BACKGROUND) assigned[i] = LEFT_OUT;
  }
  for (let j = m - 1; j >= 0; j--) {
    if (bestOfBox[j]!.anchor >= 0) assigned[bestOfBox[j]!.anchor] = j;
  }
  return adopt(assigned, [n]);
}

export interface BoxCodeOptions {
  /** What the offsets of place and size are divided by, so that a network learns numbers of about 1; SSD has [0.1, 0.2]. */
  readonly variances?: readonly [place: number, size: number];
}

/**
 * Boxes as seen from their anchors (Girshick et al., 2014): ((cx − cx_a)/w_a, (cy − cy_a)/h_a, ln(w/w_a), ln(h/h_a)),
 * each over its variance. `decodeBoxes` goes back.
 */
export function encodeBoxes(
  boxes: Tensor,
  anchors: Tensor,
  { variances: [place, size] = [1, 1] }: BoxCodeOptions = {},
): Tensor {
  checkBoxes("encodeBoxes", boxes);
  checkBoxes("encodeBoxes", anchors, "anchors");
  const [box, anchor] = [toCentres(boxes), toCentres(anchors)];
  const sides = columns(anchor, 2, 4);
  checkSides("encodeBoxes", "box", columns(box, 2, 4));
  checkSides("encodeBoxes", "anchor", sides);
  const moved = div(sub(columns(box, 0, 2), columns(anchor, 0, 2)), mul(sides, place));
  return concat([moved, div(log(div(columns(box, 2, 4), sides)), size)], { axis: -1 });
}

/** Throws where a box has no area, of which a logarithm or a quotient would have to be taken. */
function checkSides(op: string, what: string, sides: Tensor): void {
  const at = sides.storage.array().findIndex((side) => !(side > 0));
  if (at < 0) return;
  const [width, height] = [0, 1].map((side) => sides.storage.array()[at - (at % 2) + side]);
  throw new RangeError(
    `${op}: ${what} ${Math.floor(at / 2)} is ${width} × ${height}; to be seen from an anchor, both must have an area. Are these ` +
      "corners, left and top first?",
  );
}

/**
 * The boxes that offsets from anchors mean: cx = cx_a + v t_x w_a, w = w_a e^{v t_w}, and so for y and h.
 * @example decodeBoxes(offsets, anchors, { variances: [0.1, 0.2] })
 */
export function decodeBoxes(
  offsets: Tensor,
  anchors: Tensor,
  { variances: [place, size] = [1, 1] }: BoxCodeOptions = {},
): Tensor {
  checkBoxes("decodeBoxes", offsets, "offsets");
  checkBoxes("decodeBoxes", anchors, "anchors");
  const anchor = toCentres(anchors);
  const sides = columns(anchor, 2, 4);
  const centre = add(columns(anchor, 0, 2), mul(columns(offsets, 0, 2), mul(sides, place)));
  return toCorners(concat([centre, mul(sides, exp(mul(columns(offsets, 2, 4), size)))], { axis: -1 }));
}

/**
 * k anchor sizes that suit boxes [n, 2] (widths and heights), by k-means with 1 − IoU as the distance, both standing on
 * one corner (YOLO9000, Redmon and Farhadi, 2017). The smallest first; `fit` is the boxes' mean IoU with their anchor.
 *
 * @example const { sizes, fit } = fitAnchors(sizesOfBoxes, 5, new Random(1));
 */
export function fitAnchors(
  boxes: Tensor,
  k: number,
  random: Random,
): { readonly sizes: Tensor; readonly fit: number } {
  const [n = 0, two] = boxes.shape;
  if (boxes.rank !== 2 || two !== 2 || !Number.isInteger(k) || k < 1 || k > n) {
    throw new ShapeError(
      `fitAnchors: it takes widths and heights [n, 2] and from 1 to n anchors; these are ${formatShape(boxes.shape)} and ${k}.`,
    );
  }
  const sides = boxes.storage.array();
  checkSizes(
    "fitAnchors",
    Array.from({ length: n }, (_, i) => [sides[2 * i]!, sides[2 * i + 1]!] as const),
  );
  const first = random.permutation(n).storage.array();
  let centres = Array.from({ length: k }, (_, c) => [sides[2 * first[c]!]!, sides[2 * first[c]! + 1]!]);
  let [fit, before] = [0, -1];
  while (fit > before) {
    before = fit;
    const sums = centres.map(() => [0, 0, 0]);
    let total = 0;
    for (let i = 0; i < n; i++) {
      const [w, h] = [sides[2 * i]!, sides[2 * i + 1]!];
      const ious = centres.map(([cw, ch]) => {
        const shared = Math.min(w, cw!) * Math.min(h, ch!);
        return shared / (w * h + cw! * ch! - shared);
      });
      const best = ious.indexOf(Math.max(...ious));
      const sum = sums[best]!;
      sums[best] = [sum[0]! + w, sum[1]! + h, sum[2]! + 1];
      total += ious[best]!;
    }
    fit = total / n;
    if (fit > before)
      centres = sums.map(([w, h, count], c) => (count! > 0 ? [w! / count!, h! / count!] : centres[c]!));
  }
  centres.sort((a, b) => a[0]! * a[1]! - b[0]! * b[1]!);
  return { sizes: tensor(centres), fit: Math.max(fit, before) };
}
