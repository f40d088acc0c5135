import type { PoolGeometry } from "../kernels/pooling.ts";
import { type Shape, ShapeError } from "../tensor/shape.ts";
import { type Both, both, checkImages, countWindows, lines, type Padding } from "./windows.ts";

/** How pooling's windows lie. */
export interface PoolOptions {
  /** From one window to the next; default: the window, so that they neither overlap nor leave anything out. */
  readonly stride?: Both;
  /** Default "valid": none. What is around the image belongs to no window. */
  readonly padding?: Padding;
}

/** The sizes of pooling, checked. */
export function poolGeometry(
  op: string,
  x: Shape,
  window: Both,
  { stride = window, padding = "valid" }: PoolOptions,
): PoolGeometry {
  checkImages(op, { shape: x });
  const [batch = 0, height = 0, width = 0, channels = 0] = x;
  const size = both(op, "window", window, 1);
  const [y, across] = lines(op, [height, width], size, { stride, padding, dilation: 1 });
  for (const { before, after, extent } of [y, across]) {
    if (before < extent && after < extent) continue;
    throw new ShapeError(
      `${op}: padding of ${before} and ${after} would leave windows of ${extent} wholly outside the image; ` +
        `it must be below ${extent}.`,
    );
  }
  if (height === 0 || width === 0) {
    throw new ShapeError(`${op}: images of ${height}×${width} have nothing to look at.`);
  }
  return {
    batch,
    height,
    width,
    channels,
    outHeight: countWindows(op, "height", height, y),
    outWidth: countWindows(op, "width", width, across),
    windowHeight: size[0],
    windowWidth: size[1],
    strideY: y.stride,
    strideX: across.stride,
    padTop: y.before,
    padLeft: across.before,
  };
}

/** [batch, outHeight, outWidth, channels] */
export const pooledShape = (g: PoolGeometry): Shape => [g.batch, g.outHeight, g.outWidth, g.channels];

/** At which pooling is checked: overlapping windows, gaps, padding, sizes of 1 and 0. */
export const POOLS: readonly (readonly [x: Shape, window: Both, options?: PoolOptions])[] = [
  [[1, 1, 1, 1], 1],
  [[1, 2, 2, 1], 2],
  [[2, 4, 4, 3], 2],
  [[1, 5, 5, 2], 2],
  [[1, 5, 7, 1], 3],
  [
    [2, 3, 5, 2],
    [2, 3],
  ],
  [
    [1, 4, 3, 1],
    [4, 1],
  ],
  [[1, 5, 5, 2], 3, { stride: 1 }],
  [[1, 6, 5, 1], 3, { stride: 2 }],
  [[1, 7, 6, 1], 2, { stride: 3 }],
  [[1, 6, 7, 2], [3, 2], { stride: [1, 2] }],
  [[1, 4, 4, 1], 3, { stride: 1, padding: "same" }],
  [[2, 5, 4, 1], 2, { padding: "same" }],
  [[1, 5, 5, 5], 3, { stride: 2, padding: 1 }],
  [[1, 4, 4, 2], 3, { stride: 1, padding: 2 }],
  [
    [1, 3, 6, 1],
    2,
    {
      padding: [
        [1, 0],
        [0, 1],
      ],
    },
  ],
  [[1, 4, 5, 1], [2, 3], { stride: 2, padding: [0, 2] }],
  [[1, 3, 3, 1], 3, { stride: 2, padding: "same" }],
  [
    [3, 1, 8, 1],
    [1, 2],
  ],
  [[1, 9, 1, 2], [3, 1], { stride: [4, 1], padding: [1, 0] }],
  [[1, 3, 3, 7], 3],
  [[0, 4, 4, 2], 2],
  [[2, 4, 4, 0], 2],
];
