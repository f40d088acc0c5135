import { adopt } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkList } from "./boxes.ts";
import type { YoloHead } from "./yolo.ts";

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
  /** The boxes that it was made from, for `ignoreAbove`. */
  readonly truth?: readonly TrueBoxes[];
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
): YoloTargets & { readonly truth: readonly TrueBoxes[]; readonly lost: number } {
  const lead = [pictures.length, rows, cols, anchors.length];
  const count = pictures.length * rows * cols * anchors.length;
  const object = new Float32Array(count);
  const place = new Float32Array(2 * count);
  const size = new Float32Array(2 * count);
  const kind = new Float32Array(classes * count);
  let lost = 0;
  pictures.forEach(({ boxes, labels }, picture) => {
    const n = checkList("yoloTargets", boxes);
    if (labels.size !== n) {
      throw new ShapeError(
        `yoloTargets: picture ${picture} has ${n} boxes and labels of shape ${formatShape(labels.shape)}; there is one for each.`,
      );
    }
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
      if (
        !(w > 0 && h > 0 && col >= 0 && col < cols && row >= 0 && row < rows) ||
        !(Number.isInteger(c) && c >= 0 && c < classes)
      ) {
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
    truth: pictures,
    lost,
  };
}
