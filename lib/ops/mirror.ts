import { adopt } from "../tensor/create.ts";
import { formatShape, resolveAxes, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { gather } from "./gather.ts";
import type { Widths } from "./place.ts";
import { type Range, slice } from "./slice.ts";

/**
 * The same backwards along an axis or several; images [batch, height, width, channels] are mirrored left to right along
 * axis 2.
 *
 * @example flip(images, 2)
 */
export function flip(x: Tensor, axis: number | readonly number[]): Tensor {
  const axes = resolveAxes("flip", axis, x.rank);
  const ranges = x.shape.map((_, at): Range => (axes.includes(at) ? [null, null, -1] : null));
  return slice(x, ...ranges);
}

/**
 * Around x, x as in a mirror: "reflect" has the mirror in the middle of the last element (c b | a b c | b a), "symmetric"
 * behind it (b a | a b c | c b). Convolutions then see no edge of zeros.
 *
 * @example mirrorPad(image, [[2, 2], [2, 2]], "reflect")
 */
export function mirrorPad(x: Tensor, widths: Widths, mode: "reflect" | "symmetric"): Tensor {
  const edge = mode === "reflect" ? 1 : 0;
  const fits =
    widths.length === x.rank &&
    widths.every((width, axis) =>
      width.every((n) => Number.isInteger(n) && n >= 0 && n <= Math.max(x.shape[axis]! - edge, 0)),
    );
  if (!fits) {
    throw new ShapeError(
      `mirrorPad: ${JSON.stringify(widths)} does not fit ${formatShape(x.shape)}; it takes [before, after] for each of ` +
        `the ${x.rank} axes, and "${mode}" has at most ${formatShape(x.shape.map((n) => Math.max(n - edge, 0)))} to show.`,
    );
  }
  return widths.reduce((y, [before, after], axis) => {
    const length = x.shape[axis]!;
    if (before + after === 0) return y;
    const places = Int32Array.from({ length: before + length + after }, (_, i) => {
      const at = i - before;
      if (at < 0) return -at - 1 + edge;
      return at < length ? at : 2 * length - 1 - edge - at;
    });
    return gather(y, adopt(places, [places.length]), { axis });
  }, x);
}
