import { view } from "../tensor/create.ts";
import { formatShape, type Shape, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";
import { draw, SHAPES } from "./samples.ts";

/** The same elements in the same order under another shape; the gradient goes back under the old one. */
export const reshapeOp: Op<"reshape", readonly [Tensor], Shape> = {
  name: "reshape",
  formula: "x",
  inputs: ["x"],
  forward: ([x], shape) => view(x, resolve(x, shape)),
  gradients: [(g, [x]) => reshape(g, x.shape)],
  samples: (random) =>
    SHAPES.map((shape, i) => {
      const size = sizeOf(shape);
      const targets = [[size], [1, size, 1], size === 0 ? [0, 4] : [-1], [...shape].reverse()];
      return { inputs: [draw(random, shape)], options: targets[i % 4]! };
    }),
  reference: (tf, [x], shape) => tf.reshape(x, [...shape]),
};

/** One axis may be −1: it takes what is left. */
function resolve(x: Tensor, shape: Shape): Shape {
  const size = sizeOf(shape);
  if (size === x.size && shape.every((length) => Number.isInteger(length) && length >= 0)) return shape;
  const known = sizeOf(shape.filter((length) => length !== -1));
  const resolved = shape.map((length) => (length === -1 ? x.size / known : length));
  const unknown = shape.filter((length) => length === -1).length;
  const whole = resolved.every((length) => Number.isInteger(length) && length >= 0);
  if (unknown <= 1 && whole && sizeOf(resolved) === x.size) return resolved;
  throw new ShapeError(
    `reshape: ${formatShape(x.shape)} holds ${x.size} elements, which do not fill ${formatShape(shape)}; ` +
      `the product of the axes must be ${x.size}, and one of them may be -1 to take what is left.`,
  );
}

/** @example reshape(images, [-1, 28, 28]) */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return apply(reshapeOp, [x], shape);
}

/** Without the axes of length 1, or without those that are named. @example squeeze(zeros([1, 3, 1])).shape // [3] */
export function squeeze(x: Tensor, axis?: number | readonly number[]): Tensor {
  const named = axis === undefined ? undefined : [axis].flat().map((at) => (at < 0 ? at + x.rank : at));
  const wrong = named?.find((at) => x.shape[at] !== 1);
  if (wrong !== undefined) {
    throw new ShapeError(`squeeze: axis ${wrong} of ${formatShape(x.shape)} is not of length 1.`);
  }
  return reshape(
    x,
    x.shape.filter((length, at) => (named === undefined ? length !== 1 : !named.includes(at))),
  );
}

/** With an axis of length 1 put in at that place; −1 puts it last. @example expandDims(row, 0) // [n] → [1, n] */
export function expandDims(x: Tensor, axis: number): Tensor {
  const at = axis < 0 ? axis + x.rank + 1 : axis;
  if (!Number.isInteger(at) || at < 0 || at > x.rank) {
    throw new ShapeError(
      `expandDims: no place ${axis} beside the axes of ${formatShape(x.shape)}; places are ${-x.rank - 1} to ${x.rank}.`,
    );
  }
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/** All in one row. */
export function flatten(x: Tensor): Tensor {
  return reshape(x, [x.size]);
}
