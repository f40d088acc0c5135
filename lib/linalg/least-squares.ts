// What the singular values tell: rank, pseudo-inverse, least squares, condition.
import { formatShape, ShapeError } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type Batch, batchOf, gather, type Matrix, precisionOf, product, transposed } from "./matrix.ts";
import { type Decomposition, decompose } from "./svd.ts";

export interface RankOptions {
  /**
   * Singular values of at most this share of the largest count as 0. Without it, max(m, n)·ε, with ε the rounding of the
   * tensor's element type: what was measured in float32 has no more digits than that.
   */
  readonly tolerance?: number;
}

/**
 * How many rows of [..., m, n] are independent.
 * @example matrixRank(A).item()
 */
export function matrixRank(A: Tensor, options: RankOptions = {}): Tensor {
  const batch = batchOf("matrixRank", A);
  const ranks = batch.matrices.map((a) => rankOf(batch, decompose(a).s, options));
  return new Tensor(Int32Array.from(ranks), batch.lead);
}

/**
 * The pseudo-inverse A⁺ of Moore and Penrose, [..., n, m].
 * @example pinv(A)
 */
export function pinv(A: Tensor, options: RankOptions = {}): Tensor {
  const batch = batchOf("pinv", A);
  const results = batch.matrices.map((a) => pseudoInverse(batch, decompose(a), options).data);
  return gather(batch, [batch.columns, batch.rows], results);
}

/** The answer to A·x ≈ b. */
export interface LeastSquares {
  /** Of all x with the smallest ‖A·x − b‖₂, the shortest: [n], or [n, k]. */
  readonly x: Tensor;
  /** ‖A·x − b‖₂² for each right side: [], or [k]. */
  readonly residual: Tensor;
  readonly rank: number;
}

/**
 * The x that makes A·x come nearest to b. A is [m, n]; b is one right side [m], or columns [m, k].
 * @example const { x } = lstsq(X, y); // linear regression
 */
export function lstsq(A: Tensor, b: Tensor, options: RankOptions = {}): LeastSquares {
  const batch = batchOf("lstsq", A);
  const isVector = b.rank === 1;
  const [a] = batch.matrices;
  if (A.rank !== 2 || a === undefined || b.rank > 2 || b.shape[0] !== batch.rows) {
    throw new ShapeError(
      `lstsq: A is ${formatShape(A.shape)} and b is ${formatShape(b.shape)}; A should be [m, n] and b [m] or [m, k].`,
    );
  }
  const [side] = batchOf("lstsq", isVector ? new Tensor(b.data, [b.size, 1]) : b).matrices;
  const sides = side!;
  const parts = decompose(a);
  const x = product(pseudoInverse(batch, parts, options), sides);
  const near = product(a, x);
  const residual = new Float64Array(sides.columns);
  near.data.forEach((value, at) => {
    residual[at % sides.columns]! += (value - sides.data[at]!) ** 2;
  });
  return {
    x: gather(batch, isVector ? [batch.columns] : [batch.columns, sides.columns], [x.data]),
    residual: gather(batch, isVector ? [] : [sides.columns], [residual]),
    rank: rankOf(batch, parts.s, options),
  };
}

/**
 * The condition number: the largest singular value over the smallest; infinite for a singular matrix.
 * @example cond(A).item()
 */
export function cond(A: Tensor): Tensor {
  const batch = batchOf("cond", A);
  const results = batch.matrices.map((a) => {
    const { s } = decompose(a);
    return Float64Array.of(s.length === 0 ? 0 : s[0] === 0 ? Number.POSITIVE_INFINITY : s[0]! / s.at(-1)!);
  });
  return gather(batch, [], results);
}

function rankOf({ rows, columns, dtype }: Batch, s: Float64Array, { tolerance }: RankOptions): number {
  const least = (s[0] ?? 0) * (tolerance ?? Math.max(rows, columns) * precisionOf(dtype));
  return s.filter((value) => value > least).length;
}

/** V · diag(1/s) · Uᵀ, over the singular values that count. */
function pseudoInverse(batch: Batch, { u, s, vt }: Decomposition, options: RankOptions): Matrix {
  const rank = rankOf(batch, s, options);
  const scaled = transposed(vt);
  for (let i = 0; i < scaled.data.length; i++) {
    const j = i % scaled.columns;
    scaled.data[i] = j < rank ? scaled.data[i]! / s[j]! : 0;
  }
  return product(scaled, transposed(u));
}
