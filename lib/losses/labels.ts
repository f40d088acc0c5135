import { formatShape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Throws unless `labels` are class indices for these logits: int32, one for each row, each one of the classes.
 * Returns the number of rows.
 */
export function checkIndices(op: string, logits: Tensor, labels: Tensor): number {
  const rows = logits.shape.slice(0, -1);
  const classes = logits.shape.at(-1) ?? 0;
  if (labels.dtype !== "int32" || !sameShape(labels.shape, rows)) {
    throw new ShapeError(
      `${op}: for logits of shape ${formatShape(logits.shape)} the labels must be int32 of shape ` +
        `${formatShape(rows)}, and they are ${labels.dtype} of shape ${formatShape(labels.shape)}; ` +
        `make them with tensor([…], { dtype: "int32" }).`,
    );
  }
  labels.data.forEach((label, row) => {
    if (label >= 0 && label < classes) return;
    throw new RangeError(
      `${op}: label ${label} (at place ${row}) is not one of the classes 0 … ${classes - 1}.`,
    );
  });
  return labels.size;
}
