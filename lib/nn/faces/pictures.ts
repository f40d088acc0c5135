import { div } from "../../ops/div.ts";
import { slice } from "../../ops/slice.ts";
import { sub } from "../../ops/sub.ts";
import { empty, tensor } from "../../tensor/create.ts";
import { formatShape, ShapeError } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Box, insidePicture } from "./boxes.ts";

/** [rows, columns] of a picture [height, width, 3]; throws where its shape is another. */
export function checkPicture(op: string, { shape }: Tensor): readonly [number, number] {
  const [rows = 0, columns = 0, channels] = shape;
  if (shape.length === 3 && channels === 3 && rows > 0 && columns > 0) return [rows, columns];
  throw new ShapeError(
    `${op}: the picture has shape ${formatShape(shape)}; it takes [height, width, 3], from 0 to 255.${hintFor(shape)}`,
  );
}

function hintFor(shape: readonly number[]): string {
  const [rows, columns, channels] = shape;
  const isGrey = shape.length === 2 || (shape.length === 3 && channels === 1);
  if (isGrey) {
    return ` A grey picture becomes one with broadcastTo(reshape(picture, [${rows}, ${columns}, 1]), [${rows}, ${columns}, 3]).`;
  }
  if (shape.length === 3 && channels === 4) return " Without alpha it is slice(picture, null, null, [0, 3]).";
  return shape.length === 4 ? " One picture at a time: rows(pictures, i, i + 1), reshaped." : "";
}

/** Throws unless the values are those of a picture: networks find nothing in other ranges, and do not say so. */
function checkValues(op: string, values: ArrayLike<number>): void {
  let [low, high, isWhole, areNumbers] = [Infinity, -Infinity, true, true];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
    isWhole &&= Number.isInteger(value);
    areNumbers &&= Number.isFinite(value);
  }
  if (!areNumbers) throw new RangeError(`${op}: the picture has values that are no finite numbers.`);
  // Half a step more on either side, for pictures that were resized by overshooting filters.
  if (low < -0.5 || high > 255.5) {
    throw new RangeError(
      `${op}: the picture has values from ${show(low)} to ${show(high)}; they are from 0 to 255.`,
    );
  }
  if (high <= 1 && !isWhole) {
    throw new RangeError(
      `${op}: the picture has values from ${show(low)} to ${show(high)}; they are from 0 to 255, so mul(picture, 255) would fit.`,
    );
  }
}

const show = (value: number): string => String(Number(value.toPrecision(6)));

/** Where the new places of an axis lie among the old: two neighbours, and how far towards the second. */
interface Places {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly share: Float64Array;
}

/** `side` places over `longer` old ones, of which `length` from `before` on are the picture's; −1 is black. */
function placesOf(side: number, longer: number, before: number, length: number): Places {
  const inside = (at: number): number => (at >= before && at < before + length ? at - before : -1);
  const share = Float64Array.from({ length: side }, (_, i) => (i * longer) / side);
  const low = Int32Array.from(share, (at) => inside(Math.floor(at)));
  const high = Int32Array.from(share, (at) => inside(Math.min(Math.floor(at) + 1, longer - 1)));
  return { low, high, share: share.map((at) => at - Math.floor(at)) };
}

/**
 * A picture as a square [1, side, side, 3]: black beside its shorter side, at the end or around, and resized (bilinear,
 * place i is i·n/side, as the package has it). The square is never made in the picture's own size: of a panorama it
 * would take many times the picture's memory.
 */
export function squared(
  op: string,
  picture: Tensor,
  side: number,
  { centred }: { readonly centred: boolean },
): Tensor {
  const [rows, columns] = checkPicture(op, picture);
  const pixels = picture.storage.array();
  checkValues(op, pixels);
  const longer = Math.max(rows, columns);
  const before = (length: number): number =>
    longer - length - Math.round((longer - length) * (centred ? 0.5 : 1));
  const down = placesOf(side, longer, before(rows), rows);
  const across = placesOf(side, longer, before(columns), columns);
  const square = empty([1, side, side, 3], "float32");
  const out = square.storage.array();
  const pixel = (row: number, column: number, c: number): number =>
    row < 0 || column < 0 ? 0 : pixels[3 * (row * columns + column) + c]!;
  for (let i = 0, at = 0; i < side; i++) {
    const [top, bottom, s] = [down.low[i]!, down.high[i]!, down.share[i]!];
    for (let j = 0; j < side; j++) {
      const [left, right, t] = [across.low[j]!, across.high[j]!, across.share[j]!];
      for (let c = 0; c < 3; c++, at++) {
        const above = (1 - t) * pixel(top, left, c) + t * pixel(top, right, c);
        const below = (1 - t) * pixel(bottom, left, c) + t * pixel(bottom, right, c);
        out[at] = (1 - s) * above + s * below;
      }
    }
  }
  return square;
}

/** (x − mean) / 255, the mean one of red, green and blue. */
export function normalized(images: Tensor, mean: readonly number[]): Tensor {
  return div(sub(images, tensor(mean)), 255);
}

/** The part of a picture that a box holds. @example faceOf(picture, box) */
export function faceOf(picture: Tensor, box: Box): Tensor {
  const { x, y, width, height } = insidePicture(box, checkPicture("faceOf", picture));
  if (width > 0 && height > 0) return slice(picture, [y, y + height], [x, x + width]);
  throw new ShapeError(
    `faceOf: the box ${JSON.stringify(box)} lies outside the picture of ${formatShape(picture.shape)}.`,
  );
}
