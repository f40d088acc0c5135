import { add } from "../ops/add.ts";
import { concat } from "../ops/concat.ts";
import { exp } from "../ops/exp.ts";
import { logSoftmax } from "../ops/log-softmax.ts";
import { mul } from "../ops/mul.ts";
import { neg } from "../ops/neg.ts";
import { reshape } from "../ops/reshape.ts";
import { sigmoid } from "../ops/sigmoid.ts";
import { softmax } from "../ops/softmax.ts";
import { softplus } from "../ops/softplus.ts";
import { square } from "../ops/square.ts";
import { sub } from "../ops/sub.ts";
import { sum } from "../ops/sum.ts";
import { adopt, tensor } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkList, columns, toCorners } from "./boxes.ts";

/** What a YOLO head looks at. */
export interface YoloHead {
  /** Width and height of the anchors of every cell, in the picture's unit. */
  readonly anchors: readonly (readonly [width: number, height: number])[];
  /** The side of a cell in the picture's unit. */
  readonly stride: number;
  /** 0 where there is one kind of thing to find, and a box needs no more than its objectness. */
  readonly classes: number;
}

/** Boxes, how sure there is something in each, and what. */
export interface YoloOutput {
  /** [batch, rows · columns · anchors, 4], as corners. */
  readonly boxes: Tensor;
  /** [batch, rows · columns · anchors]: the probability of an object. */
  readonly objectness: Tensor;
  /** [batch, rows · columns · anchors, classes]: which, given that there is one. */
  readonly classes: Tensor;
}

/** [batch, rows, columns, anchors · (5 + classes)] as [batch, rows, columns, anchors, 5 + classes]. */
function cellsOf(op: string, raw: Tensor, { anchors, classes }: YoloHead): Tensor {
  const width = anchors.length * (5 + classes);
  if (raw.rank !== 4 || raw.shape[3] !== width) {
    throw new ShapeError(
      `${op}: ${anchors.length} anchors with 5 + ${classes} numbers each need a head of shape [batch, rows, columns, ` +
        `${width}]; this one has ${formatShape(raw.shape)}.`,
    );
  }
  return reshape(raw, [...raw.shape.slice(0, 3), anchors.length, 5 + classes]);
}

/**
 * What a head's outputs mean (YOLO9000, Redmon and Farhadi, 2017). A cell at column i, row j with an anchor p_w × p_h gives
 *
 *     cx = (i + σ(t_x)) · stride,  cy = (j + σ(t_y)) · stride,  w = p_w e^{t_w},  h = p_h e^{t_h},
 *     objectness σ(t_o),  classes softmax(t_c)
 *
 * @example
 * const { boxes, objectness } = yoloDecode(head, { anchors, stride: 32, classes: 3 });
 */
export function yoloDecode(raw: Tensor, head: YoloHead): YoloOutput {
  const cells = cellsOf("yoloDecode", raw, head);
  const [batch = 0, rows = 0, cols = 0, anchors = 0] = cells.shape;
  const corner = Float32Array.from({ length: rows * cols * 2 }, (_, at) => {
    const cell = at >> 1;
    return at % 2 === 0 ? cell % cols : Math.floor(cell / cols);
  });
  const centre = mul(add(sigmoid(columns(cells, 0, 2)), adopt(corner, [rows, cols, 1, 2])), head.stride);
  const sides = mul(exp(columns(cells, 2, 4)), tensor(head.anchors));
  const count = rows * cols * anchors;
  const kinds = columns(cells, 5, 5 + head.classes);
  return {
    boxes: reshape(toCorners(concat([centre, sides], { axis: -1 })), [batch, count, 4]),
    objectness: reshape(sigmoid(columns(cells, 4, 5)), [batch, count]),
    classes: reshape(head.classes === 0 ? kinds : softmax(kinds), [batch, count, head.classes]),
  };
}

/** What a head should say, cell by cell; all [batch, rows, columns, anchors, …]. */
export interface YoloTargets {
  /** […, 1]: 1 where an anchor answers for a box. */
  readonly object: Tensor;
  /** […, 2]: where in its cell the box's middle is, from 0 to 1. */
  readonly place: Tensor;
  /** […, 2]: ln(w/p_w) and ln(h/p_h). */
  readonly size: Tensor;
  /** […, classes]: one-hot. */
  readonly kind: Tensor;
}

/** The true boxes of one picture: corners [n, 4], and int32 [n] classes. */
export interface TrueBoxes {
  readonly boxes: Tensor;
  readonly labels: Tensor;
}

/**
 * Which anchor of which cell answers for each box: the cell that holds its middle, and the anchor with the shape most
 * like the box's (the highest IoU, both standing on one corner). Where two boxes want one anchor, the first has it, and
 * `lost` counts the others.
 *
 * @example const targets = yoloTargets([{ boxes, labels }], [7, 7], head);
 */
export function yoloTargets(
  pictures: readonly TrueBoxes[],
  [rows, cols]: readonly [rows: number, columns: number],
  { anchors, stride, classes }: YoloHead,
): YoloTargets & { readonly lost: number } {
  const lead = [pictures.length, rows, cols, anchors.length];
  const count = pictures.length * rows * cols * anchors.length;
  const object = new Float32Array(count);
  const place = new Float32Array(2 * count);
  const size = new Float32Array(2 * count);
  const kind = new Float32Array(classes * count);
  let lost = 0;
  pictures.forEach(({ boxes, labels }, picture) => {
    const n = checkList("yoloTargets", boxes);
    const [edges, label] = [boxes.storage.array(), labels.storage.array()];
    for (let i = 0; i < n; i++) {
      const [left = 0, top = 0, right = 0, bottom = 0] = edges.subarray(4 * i, 4 * i + 4);
      const [x, y, w, h] = [
        (left + right) / 2 / stride,
        (top + bottom) / 2 / stride,
        right - left,
        bottom - top,
      ];
      const [col, row] = [Math.floor(x), Math.floor(y)];
      const c = label[i] ?? -1;
      if (!(w > 0 && h > 0 && col >= 0 && col < cols && row >= 0 && row < rows) || !(c >= 0 && c < classes)) {
        throw new RangeError(
          `yoloTargets: box ${i} of picture ${picture}, [${[left, top, right, bottom].join(", ")}] of class ${c}, has no ` +
            `area, or its middle lies outside the ${rows} × ${cols} cells of ${stride}, or the class is not one of 0 … ${classes - 1}.`,
        );
      }
      const likeness = anchors.map(([pw, ph]) => {
        const shared = Math.min(w, pw) * Math.min(h, ph);
        return shared / (w * h + pw * ph - shared);
      });
      const a = likeness.indexOf(Math.max(...likeness));
      const at = ((picture * rows + row) * cols + col) * anchors.length + a;
      if (object[at] === 1) {
        lost++;
        continue;
      }
      object[at] = 1;
      place.set([x - col, y - row], 2 * at);
      size.set([Math.log(w / anchors[a]![0]), Math.log(h / anchors[a]![1])], 2 * at);
      kind[classes * at + c] = 1;
    }
  });
  return {
    object: adopt(object, [...lead, 1]),
    place: adopt(place, [...lead, 2]),
    size: adopt(size, [...lead, 2]),
    kind: adopt(kind, [...lead, classes]),
    lost,
  };
}

/** How much the parts of the loss count. */
export interface YoloWeights {
  /** λ_coord; 5 unless given. */
  readonly coordinates?: number;
  /** λ_noobj; 0.5 unless given: most cells are empty. */
  readonly background?: number;
}

/**
 * YOLO's loss (Redmon et al., 2016, with the later versions' logarithmic sizes and cross-entropies), a picture's mean:
 *
 *     λ_coord Σ_obj [(σ(t_xy) − xy)² + (t_wh − ln wh/p)²] + Σ_obj −ln σ(t_o) + λ_noobj Σ_empty −ln(1 − σ(t_o)) + Σ_obj −ln p(class)
 *
 * @example grad(({ raw }) => yoloLoss(raw, targets, head), { raw })
 */
export function yoloLoss(
  raw: Tensor,
  targets: YoloTargets,
  head: YoloHead,
  { coordinates = 5, background = 0.5 }: YoloWeights = {},
): Tensor {
  const cells = cellsOf("yoloLoss", raw, head);
  const { object, place, size, kind } = targets;
  if (object.shape.slice(0, 4).join() !== cells.shape.slice(0, 4).join()) {
    throw new ShapeError(
      `yoloLoss: the targets are for ${formatShape(object.shape.slice(0, 4))} and the head gives ` +
        `${formatShape(cells.shape.slice(0, 4))}: batch, rows, columns and anchors must be equal.`,
    );
  }
  const moved = square(sub(sigmoid(columns(cells, 0, 2)), place));
  const stretched = square(sub(columns(cells, 2, 4), size));
  const answer = columns(cells, 4, 5);
  const empty = sub(1, object);
  const parts = [
    mul(sum(mul(object, add(moved, stretched))), coordinates),
    sum(mul(object, softplus(neg(answer)))),
    mul(sum(mul(empty, softplus(answer))), background),
    neg(sum(mul(kind, logSoftmax(columns(cells, 5, 5 + head.classes))))),
  ];
  return mul(parts.reduce(add), 1 / raw.shape[0]!);
}
