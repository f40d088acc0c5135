import { add } from "../ops/add.ts";
import { concat } from "../ops/concat.ts";
import { exp } from "../ops/exp.ts";
import { mul } from "../ops/mul.ts";
import { reshape } from "../ops/reshape.ts";
import { sigmoid } from "../ops/sigmoid.ts";
import { softmax } from "../ops/softmax.ts";
import { adopt, tensor } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkSizes } from "./anchors.ts";
import { columns, toCorners } from "./boxes.ts";

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

/** [batch, rows, columns, anchors · (5 + classes)] as [batch, rows, columns, anchors, 5 + classes], which it may be already. */
export function cellsOf(op: string, raw: Tensor, { anchors, stride, classes }: YoloHead): Tensor {
  if (
    anchors.length === 0 ||
    !(stride > 0 && Number.isFinite(stride)) ||
    !(Number.isInteger(classes) && classes >= 0)
  ) {
    throw new RangeError(
      `${op}: a head has anchors, cells with a side above 0 and 0 classes or more; this one has ${anchors.length} anchors, a ` +
        `stride of ${stride} and ${classes} classes.`,
    );
  }
  checkSizes(op, anchors);
  const [each, width] = [5 + classes, anchors.length * (5 + classes)];
  const apart = raw.rank === 5 && raw.shape[3] === anchors.length && raw.shape[4] === each;
  if (apart) return raw;
  if (raw.rank !== 4 || raw.shape[3] !== width) {
    throw new ShapeError(
      `${op}: ${anchors.length} anchors with 5 + ${classes} numbers each need a head of shape [batch, rows, columns, ` +
        `${width}] or [batch, rows, columns, ${anchors.length}, ${each}]; this one has ${formatShape(raw.shape)}.`,
    );
  }
  return reshape(raw, [...raw.shape.slice(0, 3), anchors.length, each]);
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
