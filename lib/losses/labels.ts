import { formatShape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Throws unless `labels` are class indices for these logits: int32, one for each row, each one of the classes
 * or `ignored`. Returns the number of rows.
 */
export function checkIndices(op: string, logits: Tensor, labels: Tensor, ignored?: number): number {
  const rows = logits.shape.slice(0, -1);
  const classes = logits.shape.at(-1) ?? 0;
  if (labels.dtype !== "int32" || !sameShape(labels.shape, rows)) {
    throw new ShapeError(
      `${op}: for logits of shape ${formatShape(logits.shape)} the labels must be int32 of shape ` +
        `${formatShape(rows)}, and they are ${labels.dtype} of shape ${formatShape(labels.shape)}; ` +
        `make them with tensor([…], { dtype: "int32" }).`,
    );
  }
  labels.storage.array().forEach((label, row) => {
    if ((label >= 0 && label < classes) || label === ignored) return;
    throw new RangeError(
      `${op}: label ${label} (at place ${row}) is not one of the classes 0 … ${classes - 1}${ignored === undefined ? "" : `, nor the ignored ${ignored}`}.`,
    );
  });
  return labels.size;
}

/** Rows and classes at which losses are checked. */
export const ROWS: readonly (readonly [rows: number, classes: number])[] = [
  [3, 4],
  [3, 4],
  [1, 10],
  [1, 10],
  [1, 1],
  [2, 1],
  [1, 2],
  [2, 2],
  [5, 3],
  [5, 3],
  [7, 2],
  [2, 7],
  [4, 5],
  [4, 5],
  [6, 3],
  [3, 6],
  [9, 2],
  [2, 9],
  [3, 3],
  [3, 3],
  [1, 17],
  [11, 3],
];
