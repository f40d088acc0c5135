import { strideKernel } from "../kernels/elementwise.ts";
import { empty } from "../tensor/create.ts";
import { formatShape, type Shape, ShapeError, sizeOf, stridesOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";
import { type Places, place } from "./place.ts";
import { reshape } from "./reshape.ts";
import { draw, SHAPES } from "./samples.ts";

/** What is picked: so many along each axis, at `start + step·i`. */
export interface PickOptions {
  readonly shape: Shape;
  readonly places: readonly Places[];
}

/** Elements at even steps along each axis; the gradient goes back to their places, and the others get 0. */
export const sliceOp: Op<"slice", readonly [Tensor], PickOptions> = {
  name: "slice",
  formula: "y_i = x_{\\text{start} + \\text{step} \\cdot i}",
  inputs: ["x"],
  forward([x], { shape, places }) {
    const strides = stridesOf(x.shape);
    const start = places.reduce((sum, { start }, axis) => sum + start * strides[axis]!, 0);
    const leading = shape.every((length, axis) => axis === 0 || length === x.shape[axis]);
    const forward = places.every(({ step }, axis) => step === 1 || shape[axis] === 1);
    if (leading && forward) return new Tensor(x.storage.slice(start, sizeOf(shape)), shape); // nothing is copied
    const y = empty(shape, x.dtype);
    const steps = strides.map((stride, axis) => stride * (places[axis]?.step ?? 1));
    strideKernel(x.storage, steps, start, y.storage, shape);
    return y;
  },
  gradients: [(g, [x], _, { places }) => place(g, x.shape, places)],
  samples: (random) =>
    SHAPES.map((whole, i) => {
      const backwards = i % 4 === 3;
      const step = 1 + (i % 2);
      const places = whole.map((length) =>
        backwards ? { start: Math.max(length - 1, 0), step: -1 } : { start: length > 1 ? 1 : 0, step },
      );
      const shape = whole.map((length, axis) =>
        backwards ? length : Math.max(0, Math.ceil((length - places[axis]!.start) / step)),
      );
      return { inputs: [draw(random, whole)], options: { shape, places } };
    }),
  reference: (tf, [x], { shape, places }) =>
    x.rank === 0
      ? tf.add(x, 0)
      : shape.reduce((y: typeof x, count, axis) => {
          const { start, step } = places[axis] ?? { start: 0, step: 1 };
          const at = Array.from({ length: count }, (_, i) => start + step * i);
          return tf.gather(y, tf.tensor1d(at, "int32"), axis);
        }, x),
};

export function pick(x: Tensor, options: PickOptions): Tensor {
  return apply(sliceOp, [x], options);
}

/**
 * What to take along an axis: one place (the axis goes), `[from, to, step]` with any of them left out (`null`), or
 * `null` for all. Negative places count from the end; a negative step goes backwards.
 */
export type Range = number | null | readonly [from?: number | null, to?: number | null, step?: number];

/**
 * A part of a tensor, by a range for each axis as far as they are given; nothing is copied where the part is one piece.
 *
 * @example
 * slice(x, -1); // the last row
 * slice(x, null, [0, -1]); // all columns but the last
 * slice(x, [null, null, -1]); // the rows backwards
 */
export function slice(x: Tensor, ...ranges: readonly Range[]): Tensor {
  if (ranges.length > x.rank) {
    throw new ShapeError(
      `slice: ${ranges.length} ranges for shape ${formatShape(x.shape)}, which has ${x.rank} axes.`,
    );
  }
  for (const range of ranges) checkRange(range);
  const resolved = x.shape.map((length, axis) => resolve(x, axis, length, ranges[axis] ?? null));
  const taken = pick(x, { shape: resolved.map(({ count }) => count), places: resolved });
  const dropped = x.shape.filter((_, axis) => typeof ranges[axis] === "number").length;
  if (dropped === 0) return taken;
  return reshape(
    taken,
    taken.shape.filter((_, axis) => typeof ranges[axis] !== "number"),
  );
}

/** Says what is wanted to a caller whose types nobody checked. */
function checkRange(range: unknown): void {
  if (range === null || range === undefined || typeof range === "number") return;
  if (Array.isArray(range) && range.length <= 3) return;
  throw new TypeError(
    `slice: ${JSON.stringify(range) ?? String(range)} is no range; each axis takes a place (a number), ` +
      "[from, to, step], or null for all of it.",
  );
}

/** Python's rules: bounds beyond the ends are moved to them, a single place beyond them is an error. */
function resolve(x: Tensor, axis: number, length: number, range: Range): Places & { count: number } {
  if (typeof range === "number") {
    if (!Number.isInteger(range) || range < -length || range >= length) {
      const places = length === 0 ? "it has none" : `places are ${-length} to ${length - 1}`;
      throw new RangeError(
        `slice: no place ${range} along axis ${axis} of ${formatShape(x.shape)}; ${places}.`,
      );
    }
    return { start: range < 0 ? range + length : range, step: 1, count: 1 };
  }
  const [from, to, step = 1] = range ?? [];
  if (![from ?? 0, to ?? 0, step].every(Number.isInteger) || step === 0) {
    throw new RangeError(
      `slice: ${JSON.stringify(range)} is no range; it takes [from, to, step], whole numbers, and the step is not 0.`,
    );
  }
  const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
  const bound = (at: number): number => Math.max(least, Math.min(most, at < 0 ? at + length : at));
  const start = from === null || from === undefined ? (step > 0 ? 0 : length - 1) : bound(from);
  const end = to === null || to === undefined ? (step > 0 ? length : -1) : bound(to);
  const count = Math.max(0, Math.ceil((end - start) / step));
  return { start: count === 0 ? 0 : start, step, count };
}
