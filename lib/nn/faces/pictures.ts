import { cast } from "../../ops/cast.ts";
import { concat } from "../../ops/concat.ts";
import { div } from "../../ops/div.ts";
import { expandDims } from "../../ops/reshape.ts";
import { resizeBilinear } from "../../ops/resize-bilinear.ts";
import { slice } from "../../ops/slice.ts";
import { sub } from "../../ops/sub.ts";
import { tensor, zeros } from "../../tensor/create.ts";
import { formatShape, ShapeError } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Box, insidePicture } from "./boxes.ts";

/** [rows, columns] of a picture [height, width, 3] with values from 0 to 255; throws where it is none. */
export function sizeOfPicture(op: string, { shape }: Tensor): readonly [number, number] {
  if (shape.length === 3 && shape[2] === 3 && shape[0]! > 0 && shape[1]! > 0) return [shape[0]!, shape[1]!];
  throw new ShapeError(
    `${op}: the picture has shape ${formatShape(shape)}; it takes [height, width, 3], from 0 to 255.`,
  );
}

/** A picture as a square [1, side, side, 3]: black put beside its shorter side, at the end or around, and resized. */
export function squared(picture: Tensor, side: number, { centred }: { readonly centred: boolean }): Tensor {
  const [rows, columns] = sizeOfPicture("faces", picture);
  const missing = Math.abs(rows - columns);
  const after = Math.round(missing * (centred ? 0.5 : 1));
  const axis = rows > columns ? 2 : 1;
  const image = cast(expandDims(picture, 0), "float32");
  const black = (count: number): Tensor[] =>
    count === 0 ? [] : [zeros(image.shape.map((n, at) => (at === axis ? count : n)))];
  const square = concat([...black(missing - after), image, ...black(after)], { axis });
  return Math.max(rows, columns) === side
    ? square
    : resizeBilinear(square, [side, side], { mode: "asymmetric" });
}

/** (x − mean) / 255, the mean one of red, green and blue. */
export function normalized(images: Tensor, mean: readonly number[]): Tensor {
  return div(sub(images, tensor(mean)), 255);
}

/** The part of a picture that a box holds. @example faceOf(picture, box) */
export function faceOf(picture: Tensor, box: Box): Tensor {
  const { x, y, width, height } = insidePicture(box, sizeOfPicture("faceOf", picture));
  if (width > 0 && height > 0) return slice(picture, [y, y + height], [x, x + width]);
  throw new ShapeError(
    `faceOf: the box ${JSON.stringify(box)} lies outside the picture of ${formatShape(picture.shape)}.`,
  );
}
