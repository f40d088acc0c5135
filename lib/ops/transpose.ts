import { allocate } from "../tensor/dtype.ts";
import { formatShape, resolveAxes, ShapeError, stridesOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, singles } from "./op.ts";

/** The axes in another order; the gradient's are put back by the inverse order. */
export const transposeOp: Op<"transpose", readonly [Tensor], readonly number[] | undefined> = {
  name: "transpose",
  formula: "x^\\top",
  inputs: ["x"],
  forward([x], order) {
    const axes = order ?? Array.from({ length: x.rank }, (_, axis) => x.rank - 1 - axis);
    if (resolveAxes("transpose", axes, x.rank).length !== x.rank || axes.some((axis) => axis < 0)) {
      throw new ShapeError(
        `transpose: ${formatShape(axes)} must name every axis of ${formatShape(x.shape)} once, by 0 … ${x.rank - 1}.`,
      );
    }
    const back = axes.map((_, axis) => axes.indexOf(axis));
    return { output: permute(x, axes), gradient: (g) => [() => permute(g, back)] };
  },
  samples: (random) =>
    singles(random, [[2, 3], [2, 3, 4], [4]]).map(({ inputs }, i) => ({
      inputs,
      options: [undefined, [1, 2, 0], undefined][i],
    })),
  reference: (tf, [x], order) => tf.transpose(x, order === undefined ? undefined : [...order]),
};

function permute(x: Tensor, axes: readonly number[]): Tensor {
  const from = stridesOf(x.shape);
  const shape = axes.map((axis) => x.shape[axis]!);
  const strides = axes.map((axis) => from[axis]!);
  const out = allocate(x.dtype, x.size);
  let next = 0;
  const copy = (axis: number, offset: number): void => {
    if (axis === shape.length) {
      out[next++] = x.data[offset]!;
      return;
    }
    for (let i = 0; i < shape[axis]!; i++) copy(axis + 1, offset + i * strides[axis]!);
  };
  copy(0, 0);
  return new Tensor(out, shape);
}

/**
 * The axes reversed, or in the order given.
 * @example transpose(W) // [784, 10] → [10, 784]
 */
export function transpose(x: Tensor, axes?: readonly number[]): Tensor {
  return apply(transposeOp, [x], axes);
}
