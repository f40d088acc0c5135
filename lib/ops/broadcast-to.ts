import { broadcastKernel } from "../kernels/elementwise.ts";
import { empty } from "../tensor/create.ts";
import { broadcastShapes, formatShape, type Shape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";
import { draw, PAIRS } from "./samples.ts";

/** x repeated along new axes and those of length 1 until it has the shape; the tape sums the copies' gradients. */
export const broadcastToOp: Op<"broadcastTo", readonly [Tensor], Shape> = {
  name: "broadcastTo",
  formula: "x",
  inputs: ["x"],
  forward([x], shape) {
    if (sameShape(x.shape, shape)) return x;
    if (!sameShape(broadcastShapes("broadcastTo", x.shape, shape), shape)) {
      throw new ShapeError(
        `broadcastTo: ${formatShape(x.shape)} does not stretch to ${formatShape(shape)}; counted from the last axis, ` +
          `each of its axes must be 1 or equal.`,
      );
    }
    const y = empty(shape, x.dtype);
    broadcastKernel(x.storage, x.shape, y.storage, shape);
    return y;
  },
  gradients: [(g) => g],
  samples: (random) =>
    PAIRS.map(([a, b]) => ({ inputs: [draw(random, a)], options: broadcastShapes("broadcastTo", a, b) })),
  reference: (tf, [x], shape) => tf.add(x, tf.zeros([...shape])),
};

/** @example broadcastTo(tensor([1, 2]), [3, 2]) // three equal rows */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return apply(broadcastToOp, [x], shape);
}
