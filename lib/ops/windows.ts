// How the windows of convolutions and pooling lie on an image: along each of its two axes, how far they are apart, how
// much is put around the image, and how many windows come of it.
import { formatShape, type Shape, ShapeError } from "../tensor/shape.ts";

/** One number for both axes, or one for each, height first. */
export type Both = number | readonly [height: number, width: number];

/**
 * What is put around an image: nothing ("valid"), as much as gives ⌈size / stride⌉ windows ("same", the odd one at the
 * end), so many on all sides, or on both sides of each axis, or [before, after] for each axis.
 */
export type Padding =
  | "valid"
  | "same"
  | number
  | readonly [height: number | readonly [number, number], width: number | readonly [number, number]];

/** Along one axis. */
export interface Line {
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  /** Of the window, with the holes that dilation makes. */
  readonly extent: number;
}

/** Both axes as [height, width]; whole numbers from `least` on. */
export function both(op: string, what: string, value: Both, least: number): readonly [number, number] {
  const pair = typeof value === "number" ? ([value, value] as const) : value;
  if (pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= least)) return pair;
  throw new ShapeError(
    `${op}: ${what} ${JSON.stringify(value)} is not what it takes: a whole number, ${least} or more, for both axes, ` +
      "or [height, width].",
  );
}

/** Both axes' windows, from an image's two lengths and a window's. */
export function lines(
  op: string,
  image: readonly [number, number],
  window: readonly [number, number],
  { stride, dilation, padding }: { stride: Both; dilation: Both; padding: Padding },
): readonly [Line, Line] {
  const strides = both(op, "stride", stride, 1);
  const dilations = both(op, "dilation", dilation, 1);
  const line = (axis: 0 | 1): Line => {
    const [stride, dilation] = [strides[axis], dilations[axis]];
    const extent = (window[axis] - 1) * dilation + 1;
    const [before, after] = around(op, padding, axis, () => {
      const count = Math.ceil(image[axis] / stride);
      return Math.max((count - 1) * stride + extent - image[axis], 0);
    });
    return { stride, dilation, before, after, extent };
  };
  return [line(0), line(1)];
}

/** [before, after] along an axis; `same` says how much "same" puts around in all. */
export function around(
  op: string,
  padding: Padding,
  axis: 0 | 1,
  same: () => number,
): readonly [number, number] {
  if (padding === "valid") return [0, 0];
  if (padding === "same") {
    const all = same();
    return [Math.floor(all / 2), Math.ceil(all / 2)];
  }
  const side = typeof padding === "number" ? padding : padding[axis];
  const pair = typeof side === "number" ? ([side, side] as const) : side;
  if (pair?.length === 2 && pair.every((n) => Number.isInteger(n) && n >= 0)) return pair;
  throw new ShapeError(
    `${op}: padding ${JSON.stringify(padding)} is not what it takes: "valid", "same", a whole number, 0 or more, ` +
      "[height, width], or [[top, bottom], [left, right]].",
  );
}

/** How many windows an axis holds; none is an error, as the image is smaller than one window. */
export function countWindows(op: string, axis: string, length: number, line: Line): number {
  const room = length + line.before + line.after;
  if (line.extent <= room && line.extent > 0) return Math.floor((room - line.extent) / line.stride) + 1;
  const padded = line.before + line.after === 0 ? "" : ` with ${line.before} and ${line.after} around it`;
  throw new ShapeError(
    `${op}: a window ${line.extent} long does not fit an image whose ${axis} is ${length}${padded}; ` +
      `a window of 1 to ${Math.max(room, 1)}, or padding "same", would fit.`,
  );
}

/** Throws unless x is a batch of images. */
export function checkImages(op: string, { shape }: { readonly shape: Shape }): void {
  if (shape.length === 4) return;
  const hint =
    shape.length === 3
      ? `One image of shape ${formatShape(shape)} goes in as reshape(x, [1, ${shape.join(", ")}]).`
      : "";
  throw new ShapeError(
    `${op}: images have shape [batch, height, width, channels], and these have ${formatShape(shape)}. ${hint}`.trim(),
  );
}
