import { allocate } from "../tensor/dtype.ts";
import { formatShape, ShapeError, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, singles } from "./op.ts";

/** From the first row up to but not including the second. */
export type RowRange = readonly [from: number, to: number];

/** Some consecutive rows; the gradient goes back to them, and the other rows get 0. */
export const rowsOp: Op<"rows", readonly [Tensor], RowRange> = {
  name: "rows",
  formula: "x_{\\text{from}}, \\dots, x_{\\text{to} - 1}",
  inputs: ["x"],
  forward([x], [from, to]) {
    const [count, ...rest] = x.shape;
    if (count === undefined || !(0 <= from && from <= to && to <= count)) {
      const fits = count === undefined ? "a scalar has no rows" : `0 ≤ from ≤ to ≤ ${count} would fit`;
      throw new ShapeError(`rows: no rows ${from} to ${to} in shape ${formatShape(x.shape)}; ${fits}.`);
    }
    const width = sizeOf(rest);
    return {
      output: new Tensor(x.data.subarray(from * width, to * width), [to - from, ...rest]),
      gradient: (g) => [
        () => {
          const all = allocate(g.dtype, x.size);
          all.set(g.data, from * width);
          return new Tensor(all, x.shape);
        },
      ],
    };
  },
  samples: (random) =>
    singles(random, [[4, 3], [5], [3, 2, 2]]).map(({ inputs }, i) => ({
      inputs,
      options: (
        [
          [1, 3],
          [0, 5],
          [2, 3],
        ] as const
      )[i]!,
    })),
  reference: (tf, [x], [from, to]) => tf.slice(x, [from], [to - from]),
};

/** Rows `from` … `to` − 1 along the first axis, without a copy. @example rows(images, 0, 100) */
export function rows(x: Tensor, from: number, to: number): Tensor {
  return apply(rowsOp, [x], [from, to]);
}
