import { broadcastStrides } from "../kernels/broadcast.ts";
import { gemm } from "../kernels/gemm.ts";
import { empty } from "../tensor/create.ts";
import { promote, wholeOf } from "../tensor/dtype.ts";
import { broadcastShapes, formatShape, type Shape, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";
import { draw } from "./samples.ts";

/** Which sides are read transposed (their last two axes swapped), at no cost. */
export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * C = AB, for each matrix of a batch; batch axes broadcast. With G = ∂L/∂C: ∂L/∂A = G·Bᵀ and ∂L/∂B = Aᵀ·G, the only
 * products whose shapes fit; where a side is read transposed, so is its gradient.
 */
export const matmulOp: Op<"matmul", readonly [Tensor, Tensor], MatmulOptions> = {
  name: "matmul",
  formula: "C_{ij} = \\sum_p A_{ip} B_{pj}",
  inputs: ["a", "b"],
  forward([a, b], { transposeA = false, transposeB = false }) {
    const { m, n, k, batch } = check(a, b, transposeA, transposeB);
    const c = empty([...batch, m, n], wholeOf(promote(a.dtype, b.dtype)));
    const [rowA, columnA] = transposeA ? [1, m] : [k, 1];
    const [rowB, columnB] = transposeB ? [1, k] : [n, 1];
    const [startsA, startsB] = [starts(a, batch), starts(b, batch)];
    const [nextA, nextB] = [stepOf(startsA), stepOf(startsB)];
    const left = { block: a.storage, row: rowA, column: columnA };
    const right = { block: b.storage, row: rowB, column: columnB };
    const target = { block: c.storage, row: n };
    if (nextA !== undefined && nextB !== undefined) {
      const count = startsA.length;
      gemm(
        m,
        n,
        k,
        { ...left, next: nextA },
        { ...right, next: nextB },
        { ...target, next: m * n },
        { batch: count },
      );
      return c;
    }
    for (let i = 0; i < startsA.length; i++) {
      const [offset, from, to] = [i * m * n, startsA[i]!, startsB[i]!];
      gemm(m, n, k, { ...left, offset: from }, { ...right, offset: to }, { ...target, offset });
    }
    return c;
  },
  gradients: [
    (g, [, b], _, { transposeA = false, transposeB = false }) =>
      transposeA
        ? matmul(b, g, { transposeA: transposeB, transposeB: true })
        : matmul(g, b, { transposeB: !transposeB }),
    (g, [a], _, { transposeA = false, transposeB = false }) =>
      transposeB
        ? matmul(g, a, { transposeA: true, transposeB: transposeA })
        : matmul(a, g, { transposeA: !transposeA }),
  ],
  samples: (random) =>
    SIZES.flatMap(([m, k, n, batchA, batchB], i) => {
      const [transposeA, transposeB] = [i % 2 === 1, i % 4 > 1];
      const left = transposeA ? [k, m] : [m, k];
      const right = transposeB ? [n, k] : [k, n];
      return {
        inputs: [draw(random, [...batchA, ...left]), draw(random, [...batchB, ...right])],
        options: { transposeA, transposeB },
      };
    }),
  reference(tf, [a, b], { transposeA, transposeB }) {
    // Stretched beforehand: tfjs does not sum the gradient over batch axes.
    const batch = broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2));
    const stretch = (x: typeof a): typeof a => tf.add(x, tf.zeros([...batch, ...x.shape.slice(-2)]));
    return tf.matMul(stretch(a), stretch(b), transposeA, transposeB);
  },
};

const SIZES: readonly (readonly [m: number, k: number, n: number, batchA: Shape, batchB: Shape])[] = [
  [2, 3, 4, [], []],
  [3, 2, 5, [], []],
  [1, 5, 1, [], []],
  [4, 1, 3, [], []],
  [1, 1, 1, [], []],
  [7, 3, 1, [], []],
  [1, 7, 5, [], []],
  [5, 5, 5, [], []],
  [3, 9, 2, [], []],
  [9, 2, 3, [], []],
  [2, 3, 2, [3], [3]],
  [3, 2, 1, [2], [2]],
  [1, 4, 3, [5], [5]],
  [2, 2, 2, [1], [1]],
  [2, 3, 2, [2], [1]],
  [3, 1, 2, [1], [4]],
  [2, 3, 4, [2, 3], [2, 3]],
  [1, 2, 3, [2, 1], [1, 3]],
  [3, 2, 2, [1, 2], [3, 1]],
  [2, 5, 3, [1, 1], [2, 2]],
  [4, 3, 2, [2], [2]],
];

function check(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean) {
  const shapes = `${formatShape(a.shape)} and ${formatShape(b.shape)}`;
  if (a.rank < 2 || b.rank < 2) {
    throw new ShapeError(
      `matmul: it multiplies matrices and got shapes ${shapes}; reshape a vector of n to [1, n] (a row) or [n, 1].`,
    );
  }
  const [[m, k], [rows, n]] = [matrixOf(a, transposeA), matrixOf(b, transposeB)];
  if (k !== rows) {
    const turned = [...(transposeA ? ["the left"] : []), ...(transposeB ? ["the right"] : [])];
    const how = turned.length === 0 ? "" : ` (${turned.join(" and ")} read transposed)`;
    throw new ShapeError(
      `matmul: shapes ${shapes}${how} do not fit: the left has ${k} columns and the right ${rows} rows. ` +
        `Beside ${formatShape(a.shape)}, a right side of shape ${transposeB ? `[n, ${k}]` : `[${k}, n]`} would fit.`,
    );
  }
  return { m, n, k, batch: broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2)) };
}

function matrixOf({ shape }: Tensor, transposed: boolean): [number, number] {
  const [rows = 0, columns = 0] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

/** Where each matrix of the batch begins. */
function starts({ shape }: Tensor, batch: Shape): number[] {
  const size = sizeOf(shape.slice(-2));
  let offsets = [0];
  const strides = broadcastStrides(shape.slice(0, -2), batch);
  batch.forEach((length, axis) => {
    const step = strides[axis]! * size;
    offsets = offsets.flatMap((offset) => Array.from({ length }, (_, i) => offset + i * step));
  });
  return offsets;
}

/** How far apart the matrices of a batch lie, where that is the same for all. */
function stepOf(offsets: readonly number[]): number | undefined {
  const step = (offsets[1] ?? 0) - (offsets[0] ?? 0);
  return offsets.every((offset, i) => offset === i * step) ? step : undefined;
}

/** @example matmul(X, W) // [n, 784] × [784, 10] → [n, 10] */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  return apply(matmulOp, [a, b], options);
}
