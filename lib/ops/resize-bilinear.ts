import { type Between, type ResizeGeometry, resizeForward, resizeGradient } from "../kernels/resize.ts";
import { adopt, empty } from "../tensor/create.ts";
import { floatOf } from "../tensor/dtype.ts";
import { type Shape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { gather } from "./gather.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { draw } from "./samples.ts";
import { sub } from "./sub.ts";
import { checkImages } from "./windows.ts";

/**
 * Which old place a new one i stands for, of n old and m new ones.
 * "halfPixel": pixels are squares, and i + ½ of m is as far along as (i + ½)·n/m, less ½ (PyTorch's and PIL's way).
 * "alignCorners": pixels are points, the first and last stay: i·(n − 1)/(m − 1).
 * "asymmetric": i·n/m, tfjs's default.
 */
export type ResizeMode = "halfPixel" | "alignCorners" | "asymmetric";

/** The new size, and which places it stands for. */
export interface ResizeBilinearOptions {
  readonly size: readonly [height: number, width: number];
  readonly mode: ResizeMode;
}

/** Each new pixel is a mean of the four old ones around its place, each by how near it is. */
export const resizeBilinearOp: Op<"resizeBilinear", readonly [Tensor], ResizeBilinearOptions> = {
  name: "resizeBilinear",
  formula:
    "y = (1 - s)\\big((1 - t)\\, x_{ab} + t\\, x_{a,b+1}\\big) + s\\big((1 - t)\\, x_{a+1,b} + t\\, x_{a+1,b+1}\\big)",
  inputs: ["x"],
  forward([x], options) {
    const y = empty(resizedShape(x, options), floatOf(x.dtype));
    resizeForward(geometryOf(x, options), x.storage, y.storage);
    return y;
  },
  backward(g, { inputs: [x], options }) {
    const dx = empty(x.shape, g.dtype);
    resizeGradient(geometryOf(x, options), g.storage, dx.storage);
    return [dx];
  },
  decomposed: ([x], { size, mode }) =>
    between(between(x, 1, placesOf(x.shape[1]!, size[0], mode)), 2, placesOf(x.shape[2]!, size[1], mode)),
  samples: (random) =>
    RESIZES.map(([shape, size], i) => ({
      inputs: [draw(random, shape)],
      options: { size, mode: MODES[i % 3]! },
    })),
  reference(tf, [x], options) {
    if (x.size === 0) return tf.zeros([...resizedShape(x, options)]);
    // tfjs's gradient knows no half pixels, so the four pixels are gathered here.
    const { size, mode } = options;
    return ([1, 2] as const).reduce((y: typeof x, axis) => {
      const { low, high, share } = placesOf(x.shape[axis]!, size[axis - 1]!, mode);
      const t = tf.tensor(Float32Array.from(share), shareShape(axis, share.length));
      const a = tf.gather(y, tf.tensor1d(low, "int32"), axis);
      const b = tf.gather(y, tf.tensor1d(high, "int32"), axis);
      return tf.add(a, tf.mul(tf.sub(b, a), t));
    }, x);
  },
};

const MODES: readonly ResizeMode[] = ["halfPixel", "alignCorners", "asymmetric"];

const RESIZES: readonly (readonly [x: Shape, size: readonly [number, number]])[] = [
  [
    [1, 1, 1, 1],
    [1, 1],
  ],
  [
    [1, 2, 3, 1],
    [4, 6],
  ],
  [
    [1, 2, 3, 2],
    [2, 3],
  ],
  [
    [2, 4, 5, 1],
    [2, 3],
  ],
  [
    [1, 3, 3, 1],
    [7, 2],
  ],
  [
    [1, 1, 2, 2],
    [3, 3],
  ],
  [
    [1, 5, 5, 1],
    [1, 1],
  ],
  [
    [1, 5, 4, 2],
    [5, 1],
  ],
  [
    [2, 2, 2, 1],
    [5, 5],
  ],
  [
    [1, 7, 3, 1],
    [3, 7],
  ],
  [
    [1, 3, 1, 3],
    [1, 4],
  ],
  [
    [1, 4, 4, 1],
    [8, 8],
  ],
  [
    [1, 6, 6, 1],
    [3, 3],
  ],
  [
    [1, 6, 4, 2],
    [4, 6],
  ],
  [
    [3, 1, 1, 2],
    [2, 3],
  ],
  [
    [1, 9, 2, 1],
    [4, 3],
  ],
  [
    [1, 3, 5, 1],
    [6, 10],
  ],
  [
    [1, 3, 5, 1],
    [6, 10],
  ],
  [
    [1, 3, 5, 1],
    [5, 9],
  ],
  [
    [2, 5, 3, 1],
    [3, 5],
  ],
  [
    [0, 3, 3, 2],
    [2, 2],
  ],
  [
    [1, 3, 3, 0],
    [2, 2],
  ],
];

function resizedShape({ shape }: { readonly shape: Shape }, { size }: ResizeBilinearOptions): Shape {
  return [shape[0]!, size[0], size[1], shape[3]!];
}

function geometryOf({ shape }: Tensor, { size, mode }: ResizeBilinearOptions): ResizeGeometry {
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  const [rows, columns] = [placesOf(height, size[0], mode), placesOf(width, size[1], mode)];
  return { batch, height, width, channels, rows, columns };
}

function placesOf(before: number, after: number, mode: ResizeMode): Between {
  const step = mode === "alignCorners" ? (after > 1 ? (before - 1) / (after - 1) : 0) : before / after;
  const shift = mode === "halfPixel" ? 0.5 : 0;
  const [low, high] = [new Int32Array(after), new Int32Array(after)];
  const share = new Float64Array(after);
  for (let i = 0; i < after; i++) {
    const place = Math.min(Math.max((i + shift) * step - shift, 0), before - 1);
    low[i] = Math.floor(place);
    high[i] = Math.min(low[i]! + 1, before - 1);
    share[i] = place - low[i]!;
  }
  return { low, high, share };
}

/** Made of operations: what lies between two old places along an axis. */
function between(x: Tensor, axis: 1 | 2, { low, high, share }: Between): Tensor {
  const t = adopt(share, shareShape(axis, share.length));
  const [a, b] = [low, high].map((places) => gather(x, adopt(places, [places.length]), { axis }));
  return add(a!, mul(sub(b!, a!), t));
}

const shareShape = (axis: 1 | 2, length: number): number[] => (axis === 1 ? [length, 1, 1] : [length, 1]);

/**
 * Images [batch, height, width, channels] in another size, what lies between pixels being weighed from the four around it.
 *
 * @example
 * resizeBilinear(images, [64, 64]);
 * resizeBilinear(heatMap, [224, 224], { mode: "alignCorners" });
 */
export function resizeBilinear(
  x: Tensor,
  size: readonly [height: number, width: number],
  { mode = "halfPixel" }: { readonly mode?: ResizeMode } = {},
): Tensor {
  checkImages("resizeBilinear", x);
  if (size.length !== 2 || !size.every((length) => Number.isInteger(length) && length >= 1)) {
    throw new ShapeError(
      `resizeBilinear: the new size ${JSON.stringify(size)} must be [height, width], whole numbers from 1 on.`,
    );
  }
  if (!MODES.includes(mode)) {
    throw new RangeError(`resizeBilinear: there is no mode "${mode}"; ${MODES.join(", ")} are there.`);
  }
  if (x.shape[1] === 0 || x.shape[2] === 0) {
    throw new ShapeError(`resizeBilinear: images of ${x.shape[1]}×${x.shape[2]} have no pixels to weigh.`);
  }
  return apply(resizeBilinearOp, [x], { size, mode });
}
