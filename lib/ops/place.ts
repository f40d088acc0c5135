import { strideAddKernel } from "../kernels/elementwise.ts";
import { empty, full } from "../tensor/create.ts";
import { formatShape, type Shape, ShapeError, stridesOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { cast } from "./cast.ts";
import { logicalNot } from "./compare.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { draw, SHAPES } from "./samples.ts";
import { pick } from "./slice.ts";
import { tfOneHot } from "./tf.ts";

/** Which places along an axis: `start`, `start + step`, … */
export interface Places {
  readonly start: number;
  readonly step: number;
}

/** Where a tensor goes in a larger one; axes that are not named begin at 0. */
export interface PlaceOptions {
  readonly shape: Shape;
  readonly places: readonly Places[];
}

/** x put into zeros of a larger shape, at start + step·i along each axis; the gradient is picked from there. */
export const placeOp: Op<"place", readonly [Tensor], PlaceOptions> = {
  name: "place",
  formula: "y_{\\text{start} + \\text{step} \\cdot i} = x_i",
  inputs: ["x"],
  forward([x], { shape, places }) {
    const y = empty(shape, x.dtype);
    y.storage.array().fill(0);
    const strides = stridesOf(shape);
    const start = places.reduce((sum, { start }, axis) => sum + start * strides[axis]!, 0);
    const steps = strides.map((stride, axis) => stride * (places[axis]?.step ?? 1));
    strideAddKernel(x.storage, x.shape, y.storage, steps, start);
    return y;
  },
  gradients: [(g, [x], _, { places }) => pick(g, { shape: x.shape, places })],
  samples: (random) =>
    SHAPES.map((small, i) => {
      const step = 1 + (i % 3);
      const places = small.map(() => ({ start: random.integer(3), step }));
      const shape = small.map((length, axis) => places[axis]!.start + length * step + random.integer(2));
      return { inputs: [draw(random, small)], options: { shape, places } };
    }),
  reference(tf, [x], { shape, places }) {
    let y: typeof x = tf.add(x, 0);
    shape.forEach((length, axis) => {
      const { start, step } = places[axis] ?? { start: 0, step: 1 };
      const to = Array.from({ length: x.shape[axis]! }, (_, i) => start + step * i);
      const spread = tfOneHot(tf, tf.tensor1d(to, "int32"), length);
      const shape = y.shape.map((n, at) => (at === axis ? length : n));
      y = y.size === 0 || length === 0 ? tf.zeros(shape) : spreadAlong(tf, y, spread, axis);
    });
    return y;
  },
};

type Tfjs = typeof import("@tensorflow/tfjs");
type TfTensor = import("@tensorflow/tfjs").Tensor;

/** Along one axis: y with that axis last, times a matrix of ones and zeros, and the axis put back. */
export function spreadAlong(tf: Tfjs, y: TfTensor, spread: TfTensor, axis: number): TfTensor {
  const order = y.shape.map((_, at) => at).filter((at) => at !== axis);
  const turned = tf.transpose(y, [...order, axis]);
  const flat = tf.reshape(turned, [-1, y.shape[axis]!]);
  const product = tf.matMul(flat as never, spread as never);
  const shape = [...order.map((at) => y.shape[at]!), spread.shape[1]!];
  const back = y.shape.map((_, at) => (at === axis ? order.length : order.indexOf(at)));
  return tf.transpose(tf.reshape(product, shape), back);
}

export function place(x: Tensor, shape: Shape, places: readonly Places[]): Tensor {
  return apply(placeOp, [x], { shape, places });
}

/** How many elements to put before and after each axis. */
export type Widths = readonly (readonly [before: number, after: number])[];

/**
 * Zeros (or `value`) put around.
 * @example pad(image, [[2, 2], [2, 2]]) // [28, 28] → [32, 32]
 */
export function pad(x: Tensor, widths: Widths, value = 0): Tensor {
  const fits = widths.length === x.rank && widths.flat().every((n) => Number.isInteger(n) && n >= 0);
  if (!fits) {
    throw new ShapeError(
      `pad: ${JSON.stringify(widths)} does not fit ${formatShape(x.shape)}; it takes [before, after], both 0 or more, ` +
        `for each of the ${x.rank} axes.`,
    );
  }
  const shape = x.shape.map((length, axis) => widths[axis]![0] + length + widths[axis]![1]);
  const places = widths.map(([start]) => ({ start, step: 1 }));
  const padded = place(x, shape, places);
  if (value === 0) return padded;
  const inside = place(full(x.shape, 1, "bool"), shape, places);
  return add(padded, mul(value, cast(logicalNot(inside), x.dtype)));
}
