import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { slice } from "./slice.ts";
import { checkImages } from "./windows.ts";

/**
 * The part of images [batch, height, width, channels] that is `size` large and begins at `corner`, [row, column]; without
 * a corner, the middle.
 *
 * @example
 * crop(images, [28, 28]); // the middle
 * crop(images, [28, 28], [0, 4]);
 */
export function crop(
  x: Tensor,
  size: readonly [height: number, width: number],
  corner?: readonly [row: number, column: number],
): Tensor {
  checkImages("crop", x);
  const [height, width] = size;
  const [row, column] = corner ?? [
    Math.floor((x.shape[1]! - height) / 2),
    Math.floor((x.shape[2]! - width) / 2),
  ];
  const fits =
    [height, width, row, column].every((n) => Number.isInteger(n) && n >= 0) &&
    row + height <= x.shape[1]! &&
    column + width <= x.shape[2]!;
  if (!fits) {
    const from = corner === undefined ? "" : ` from ${formatShape(corner)} on`;
    throw new ShapeError(
      `crop: images of shape ${formatShape(x.shape)} hold no part of ${formatShape(size)}${from}; ` +
        `it must lie within ${x.shape[1]} rows and ${x.shape[2]} columns.`,
    );
  }
  return slice(x, null, [row, row + height], [column, column + width]);
}
