import { copyRuns } from "../kernels/copies.ts";
import { empty } from "../tensor/create.ts";
import { formatShape, ShapeError, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";
import { place } from "./place.ts";
import { draw, SHAPES } from "./samples.ts";

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
    return new Tensor(x.storage.slice(from * width, (to - from) * width), [to - from, ...rest]);
  },
  gradients: [(g, [x], _, [from]) => place(g, x.shape, [{ start: from, step: 1 }])],
  backward(g, { inputs: [x], options: [from] }) {
    const dx = empty(x.shape, g.dtype);
    const start = from * sizeOf(x.shape.slice(1));
    const values = dx.storage.array();
    values.fill(0, 0, start);
    values.fill(0, start + g.size);
    copyRuns(g.storage, 0, g.size, dx.storage, start, g.size, g.size, 1);
    return [dx];
  },
  samples: (random) =>
    SHAPES.filter(({ length }) => length > 0).map((shape) => {
      const from = random.integer(shape[0]! + 1);
      return { inputs: [draw(random, shape)], options: [from, from + random.integer(shape[0]! - from + 1)] };
    }),
  reference: (tf, [x], [from, to]) => tf.slice(x, [from], [to - from]),
};

/** Rows `from` … `to` − 1 along the first axis, without a copy. @example rows(images, 0, 100) */
export function rows(x: Tensor, from: number, to: number): Tensor {
  return apply(rowsOp, [x], [from, to]);
}
