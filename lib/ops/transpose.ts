import { strideKernel } from "../kernels/elementwise.ts";
import { empty, view } from "../tensor/create.ts";
import { formatShape, resolveAxes, ShapeError, stridesOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";
import { draw, SHAPES } from "./samples.ts";

/** The axes in another order; the gradient's are put back by the inverse order. */
export const transposeOp: Op<"transpose", readonly [Tensor], readonly number[] | undefined> = {
  name: "transpose",
  formula: "x^\\top",
  inputs: ["x"],
  forward([x], order) {
    const axes = orderOf(x, order);
    if (resolveAxes("transpose", axes, x.rank).length !== x.rank || axes.some((axis) => axis < 0)) {
      throw new ShapeError(
        `transpose: ${formatShape(axes)} must name every axis of ${formatShape(x.shape)} once, by 0 … ${x.rank - 1}.`,
      );
    }
    const shape = axes.map((axis) => x.shape[axis]!);
    const moved = axes.filter((axis) => x.shape[axis] !== 1);
    if (moved.every((axis, at) => at === 0 || axis > moved[at - 1]!)) return view(x, shape);
    const strides = stridesOf(x.shape);
    const y = empty(shape, x.dtype);
    strideKernel(
      x.storage,
      axes.map((axis) => strides[axis]!),
      0,
      y.storage,
      shape,
    );
    return y;
  },
  gradients: [
    (g, [x], _, order) => {
      const axes = orderOf(x, order);
      return transpose(
        g,
        axes.map((_, axis) => axes.indexOf(axis)),
      );
    },
  ],
  samples: (random) =>
    SHAPES.map((shape, i) => ({
      inputs: [draw(random, shape)],
      options: i % 2 === 0 ? undefined : shape.map((_, axis) => (axis + 1) % shape.length),
    })),
  reference: (tf, [x], order) => tf.transpose(x, order === undefined ? undefined : [...order]),
};

function orderOf(x: Tensor, order: readonly number[] | undefined): readonly number[] {
  return order ?? Array.from({ length: x.rank }, (_, axis) => x.rank - 1 - axis);
}

/**
 * The axes reversed, or in the order given.
 * @example transpose(W) // [784, 10] → [10, 784]
 */
export function transpose(x: Tensor, axes?: readonly number[]): Tensor {
  return apply(transposeOp, [x], axes);
}
