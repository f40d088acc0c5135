// A = QR by Householder's reflections (Golub and Van Loan, Matrix Computations, 5.2), with LAPACK's signs.
import type { Tensor } from "../tensor/tensor.ts";
import { batchOf, corner, gather, type Matrix, matrix, transposed } from "./matrix.ts";

/** An orthonormal `Q` and an upper triangular `R` with A = QR. */
export interface QR {
  readonly Q: Tensor;
  readonly R: Tensor;
}

/**
 * The QR decomposition of [..., m, n]. With k = min(m, n), Q is [m, k] and R is [k, n]; with `full`, Q is [m, m] and
 * R is [m, n].
 *
 * @example
 * const { Q, R } = qr(A);
 */
export function qr(A: Tensor, { full = false }: { readonly full?: boolean } = {}): QR {
  const batch = batchOf("qr", A);
  const k = full ? batch.rows : Math.min(batch.rows, batch.columns);
  const results = batch.matrices.map((a) => factor(a, k));
  return {
    Q: gather(
      batch,
      [batch.rows, k],
      results.map(({ q }) => q.data),
    ),
    R: gather(
      batch,
      [k, batch.columns],
      results.map(({ r }) => r.data),
    ),
  };
}

/** A reflection I − τ·v·vᵀ that maps x to a multiple of the first unit vector. */
export interface Reflection {
  readonly v: Float64Array;
  readonly tau: number;
  /** What stands first afterwards; the rest is 0. */
  readonly first: number;
}

export function reflection(x: Float64Array): Reflection {
  // Scaled, so that no square overflows or vanishes.
  const scale = x.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const head = x[0] ?? 0;
  let squares = 0;
  for (let i = 1; i < x.length; i++) squares += (x[i]! / scale) ** 2;
  if (scale === 0 || squares === 0) return { v: Float64Array.of(1), tau: 0, first: head };
  const norm = scale * Math.sqrt((head / scale) ** 2 + squares);
  const first = head < 0 ? norm : -norm;
  const v = x.map((value) => value / (head - first));
  v[0] = 1;
  return { v, tau: (first - head) / first, first };
}

/** a ← (I − τvvᵀ)a on the rows from `row` and the columns from `column`. */
export function reflectRows(a: Matrix, { v, tau }: Reflection, row: number, column: number): void {
  if (tau === 0) return;
  const { columns: n, data } = a;
  const sums = new Float64Array(n - column);
  for (let i = 0; i < v.length; i++) {
    const start = (row + i) * n + column;
    for (let j = 0; j < sums.length; j++) sums[j]! += v[i]! * data[start + j]!;
  }
  for (let i = 0; i < v.length; i++) {
    const start = (row + i) * n + column;
    const factor = tau * v[i]!;
    for (let j = 0; j < sums.length; j++) data[start + j]! -= factor * sums[j]!;
  }
}

/** Q, its first `k` columns, and R, its first `k` rows. */
export function factor(a: Matrix, k: number): { q: Matrix; r: Matrix } {
  const { rows: m, columns: n } = a;
  const r = matrix(m, n, a.data.slice());
  const reflections: Reflection[] = [];
  for (let j = 0; j < Math.min(m, n); j++) {
    const x = Float64Array.from({ length: m - j }, (_, i) => r.data[(j + i) * n + j]!);
    const h = reflection(x);
    reflections.push(h);
    reflectRows(r, h, j, j);
    for (let i = j + 1; i < m; i++) r.data[i * n + j] = 0;
  }
  // Q = H₀H₁…, applied to k columns of the identity, from the last to the first; all m would not fit where m is large.
  const q = matrix(m, k);
  for (let i = 0; i < Math.min(m, k); i++) q.data[i * k + i] = 1;
  for (const [j, h] of [...reflections.entries()].reverse()) reflectRows(q, h, j, 0);
  return { q, r: corner(r, k, n) };
}

/** The orthonormal columns of `q`, and as many more as make it square. */
export function completed(q: Matrix): Matrix {
  const { q: basis } = factor(q, q.rows);
  // Reflections may have turned the columns that were given; those stay as they were.
  const result = transposed(basis);
  result.data.set(transposed(q).data);
  return transposed(result);
}
