import { gatherRows, scatterAddRows } from "../kernels/embedding.ts";
import { empty } from "../tensor/create.ts";
import { formatShape, type Shape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { scatterAdd } from "./gather.ts";
import { apply, type Op } from "./op.ts";
import { draw, indices as drawIndices } from "./samples.ts";

/**
 * y_i = T_{k_i}, the rows of a table that indices name: a product with one-hot rows, without the zeros. A row collects
 * the gradients of all places where it was taken; the others get 0.
 */
export const embeddingOp: Op<"embedding", readonly [Tensor, Tensor]> = {
  name: "embedding",
  formula: "y_i = T_{k_i}",
  inputs: ["table", "indices"],
  forward([table, indices]) {
    const [rows, width] = checkTable(table);
    checkRows(indices, rows);
    const y = empty([...indices.shape, width], table.dtype);
    if (y.size > 0) gatherRows(table.storage, indices.storage, width, y.storage);
    return y;
  },
  backward(g, { inputs: [table, indices] }) {
    const dtable = empty(table.shape, table.dtype);
    dtable.storage.array().fill(0);
    if (g.size > 0) scatterAddRows(g.storage, indices.storage, table.shape[1]!, dtable.storage);
    return [dtable, undefined];
  },
  gradients: [(g, [table, indices]) => scatterAdd(g, indices, table.shape[0]!), null],
  samples: (random) =>
    SIZES.map(([rows, width, taken]) => ({
      inputs: [draw(random, [rows, width]), drawIndices(random, taken, rows)],
      options: undefined,
    })),
  reference: (tf, [table, indices]) => tf.gather(table, tf.cast(indices, "int32")),
};

const SIZES: readonly (readonly [rows: number, width: number, taken: Shape])[] = [
  [1, 1, []],
  [1, 1, [1]],
  [2, 1, [3]],
  [3, 2, []],
  [3, 2, [1]],
  [5, 3, [4]],
  [4, 5, [7]],
  [7, 1, [7]],
  [2, 17, [3]],
  [17, 2, [5]],
  [3, 4, [0]],
  [1, 4, [3]],
  [3, 3, [1, 1]],
  [5, 2, [2, 3]],
  [4, 4, [3, 2]],
  [6, 3, [1, 5]],
  [6, 3, [5, 1]],
  [3, 2, [0, 2]],
  [8, 2, [4, 4]],
  [2, 3, [2, 2, 2]],
  [9, 1, [1, 3, 2]],
  [3, 5, [2, 0, 1]],
];

function checkTable({ shape }: Tensor): readonly [rows: number, width: number] {
  const [rows, width] = shape;
  if (rows !== undefined && width !== undefined && shape.length === 2) return [rows, width];
  throw new ShapeError(
    `embedding: the table has shape ${formatShape(shape)}; it must be [rows, width], such as [vocabulary, features].`,
  );
}

function checkRows(indices: Tensor, rows: number): void {
  if (indices.dtype !== "int32") {
    throw new TypeError(
      `embedding: the indices must be int32 and are ${indices.dtype} of shape ${formatShape(indices.shape)}; ` +
        `make them with tensor([…], { dtype: "int32" }).`,
    );
  }
  const values = indices.storage.array();
  for (let i = 0; i < values.length; i++) {
    if (values[i]! >= 0 && values[i]! < rows) continue;
    const has = rows === 0 ? "the table has no rows" : `the table has the rows 0 … ${rows - 1}`;
    throw new RangeError(`embedding: index ${values[i]} (at place ${i}) is out of range; ${has}.`);
  }
}

/**
 * A row of the table [rows, width] for each int32 index; the result has the indices' shape and the width behind it.
 * @example embedding(table, tokens) // [65, 32] and [batch, time] → [batch, time, 32]
 */
export function embedding(table: Tensor, indices: Tensor): Tensor {
  return apply(embeddingOp, [table, indices], undefined);
}
