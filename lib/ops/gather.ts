import { tensor } from "../tensor/create.ts";
import { allocate } from "../tensor/dtype.ts";
import { formatShape, ShapeError, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";

/** y_i = x[index_i]. A row that was taken several times collects the gradients of all its copies. */
export const gatherOp: Op<"gather", readonly [Tensor, Tensor]> = {
  name: "gather",
  formula: "y_i = x_{k_i}",
  inputs: ["x", "indices"],
  forward([x, indices]) {
    const [count, ...rest] = x.shape;
    if (count === undefined) throw new ShapeError("gather: a scalar has no rows to take.");
    if (indices.dtype !== "int32" || indices.rank !== 1) {
      throw new ShapeError(
        `gather: the indices must be int32 of rank 1 and are ${indices.dtype} ${formatShape(indices.shape)}; ` +
          `make them with tensor([…], { dtype: "int32" }).`,
      );
    }
    const width = sizeOf(rest);
    const data = allocate(x.dtype, indices.size * width);
    indices.data.forEach((index, i) => {
      if (index < 0 || index >= count) {
        throw new RangeError(`gather: index ${index} (at place ${i}) is outside 0 … ${count - 1}.`);
      }
      data.set(x.data.subarray(index * width, (index + 1) * width), i * width);
    });
    return {
      output: new Tensor(data, [indices.size, ...rest]),
      gradient: (g) => [
        () => {
          const all = allocate(g.dtype, x.size);
          indices.data.forEach((index, i) => {
            for (let j = 0; j < width; j++) all[index * width + j]! += g.data[i * width + j]!;
          });
          return new Tensor(all, x.shape);
        },
        null,
      ],
    };
  },
  samples: (random) =>
    (
      [
        [
          [4, 3],
          [2, 0, 2],
        ],
        [[5], [4, 1]],
        [[3, 2, 2], [1]],
      ] as const
    ).map(([shape, indices]) => ({
      inputs: [random.normal(shape, { dtype: "float64" }), tensor(indices, { dtype: "int32" })],
      options: undefined,
    })),
  reference: (tf, [x, indices]) => tf.gather(x, tf.cast(indices, "int32")),
};

/** The rows of x that the int32 indices name, in their order. @example gather(images, random.permutation(8000)) */
export function gather(x: Tensor, indices: Tensor): Tensor {
  return apply(gatherOp, [x, indices], undefined);
}
