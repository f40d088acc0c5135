import { formatShape, type Shape, ShapeError, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, singles } from "./op.ts";

/** The same elements in the same order under another shape; the gradient goes back under the old one. */
export const reshapeOp: Op<"reshape", readonly [Tensor], Shape> = {
  name: "reshape",
  formula: "x",
  inputs: ["x"],
  forward([x], shape) {
    return {
      output: new Tensor(x.data, resolve(x, shape)),
      gradient: (g) => [() => new Tensor(g.data, x.shape)],
    };
  },
  samples: (random) =>
    singles(random, [[2, 6], [2, 6], [4]]).map(({ inputs }, i) => ({
      inputs,
      options: [
        [3, 4],
        [2, -1, 3],
        [2, 2],
      ][i]!,
    })),
  reference: (tf, [x], shape) => tf.reshape(x, [...shape]),
};

/** One axis may be −1: it takes what is left. */
function resolve(x: Tensor, shape: Shape): Shape {
  const known = sizeOf(shape.filter((length) => length !== -1));
  const resolved = shape.map((length) => (length === -1 ? x.size / known : length));
  const unknown = shape.length - shape.filter((length) => length !== -1).length;
  if (
    unknown <= 1 &&
    resolved.every((length) => Number.isInteger(length) && length >= 0) &&
    sizeOf(resolved) === x.size
  ) {
    return resolved;
  }
  throw new ShapeError(
    `reshape: ${formatShape(x.shape)} holds ${x.size} elements, which do not fill ${formatShape(shape)}; ` +
      `the product of the axes must be ${x.size}, and one of them may be -1 to take what is left.`,
  );
}

/** @example reshape(images, [-1, 28, 28]) */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return apply(reshapeOp, [x], shape);
}
