// Singular values by one-sided Jacobi rotations on the triangle of a QR decomposition (Drmač and Veselić, "New fast and
// accurate Jacobi SVD algorithm", SIAM J. Matrix Anal. 29, 2008): slower than LAPACK's way by a small factor, and
// small singular values come out more exact.
import type { Tensor } from "../tensor/tensor.ts";
import { eigenvectorRows } from "./eigh.ts";
import {
  batchOf,
  gather,
  identity,
  LinalgError,
  type Matrix,
  matrix,
  product,
  transposed,
  turn,
} from "./matrix.ts";
import { completed, factor } from "./qr.ts";

/** A = U · diag(S) · Vt with orthonormal columns in U, orthonormal rows in Vt, and S falling, none negative. */
export interface SVD {
  readonly U: Tensor;
  readonly S: Tensor;
  readonly Vt: Tensor;
}

/**
 * The singular value decomposition of [..., m, n]. With k = min(m, n), U is [m, k], S is [k], Vt is [k, n]; with
 * `full`, U is [m, m] and Vt is [n, n]. Signs are chosen so that the largest entry in each column of U is positive.
 *
 * @example
 * const { U, S, Vt } = svd(centred); // Vt's rows are the principal components
 */
export function svd(A: Tensor, { full = false }: { readonly full?: boolean } = {}): SVD {
  const batch = batchOf("svd", A);
  const { rows: m, columns: n } = batch;
  const k = Math.min(m, n);
  const results = batch.matrices.map((a) => decompose(a, full));
  return {
    U: gather(
      batch,
      [m, full ? m : k],
      results.map(({ u }) => u.data),
    ),
    S: gather(
      batch,
      [k],
      results.map(({ s }) => s),
    ),
    Vt: gather(
      batch,
      [full ? n : k, n],
      results.map(({ vt }) => vt.data),
    ),
  };
}

export interface Decomposition {
  readonly u: Matrix;
  readonly s: Float64Array;
  readonly vt: Matrix;
}

export function decompose(a: Matrix, full = false): Decomposition {
  if (a.rows < a.columns) {
    const { u, s, vt } = decompose(transposed(a), full);
    return positive({ u: transposed(vt), s, vt: transposed(u) });
  }
  const n = a.columns;
  // A = Q·R, and with the rows of R made orthogonal, R = J·diag(s)·Vt: so U = Q·J.
  const scale = a.data.reduce((max, value) => Math.max(max, Math.abs(value)), 0) || 1;
  const { q, r } = factor(
    matrix(
      a.rows,
      n,
      a.data.map((value) => value / scale),
    ),
    n,
  );
  const { order, s, vt, jt } = orthogonalRows(r);
  const turned = matrix(n, n);
  order.forEach((row, at) => {
    turned.data.set(jt.data.subarray(row * n, (row + 1) * n), at * n);
  });
  const u = product(q, transposed(turned));
  return positive({ u: full ? completed(u) : u, s: s.map((value) => value * scale), vt });
}

const SWEEPS = 60;
/** Where the rank is not full, rows of rounding could turn for ever: after so many sweeps they no longer count. */
const PATIENCE = 10;
const LARGE = 48;
const EPSILON = 2 ** -52;

/** Turns pairs of rows of a square matrix until all are orthogonal; `jt` collects the turns, so jt·r = diag(s)·vt. */
function orthogonalRows(given: Matrix): { order: number[]; s: Float64Array; vt: Matrix; jt: Matrix } {
  const n = given.columns;
  // The eigenvectors of R·Rᵀ are J but for rounding, which R·Rᵀ doubles; from there a sweep or two is enough.
  const jt = n < LARGE ? identity(n) : eigenvectorRows(product(given, transposed(given)));
  const r = n < LARGE ? given : product(jt, given);
  const tolerance = Math.sqrt(n) * EPSILON; // LAPACK's dgesvj stops there too
  const squares = new Float64Array(n);
  for (let sweep = 0, turned = n > 1; turned; sweep++) {
    if (sweep === SWEEPS)
      throw new LinalgError(`svd: no end after ${SWEEPS} sweeps over a [${n}, ${n}] triangle.`);
    turned = false;
    // Once a sweep afresh; in between they are kept up, which costs digits.
    for (let i = 0; i < n; i++) squares[i] = dot(r, i, i);
    const patience = n < LARGE ? PATIENCE : 2;
    const noise = sweep < patience ? 0 : (n * EPSILON) ** 2 * squares.reduce((most, s) => Math.max(most, s));
    for (let i = 0; i < n - 1; i++) {
      for (let j = i + 1; j < n; j++) {
        if (squares[i]! < noise || squares[j]! < noise) continue;
        const between = dot(r, i, j);
        // Orthogonal as far as doubles can tell. Squares below 1e-290 are noise beside a largest entry near 1.
        if (Math.abs(between) <= tolerance * Math.sqrt(squares[i]! * squares[j]!) + 1e-290) continue;
        turned = true;
        // The turn by t = tan θ that makes the rows orthogonal, the smaller of two; larger rows go first.
        const half = (squares[j]! - squares[i]!) / (2 * between);
        const t = (half < 0 ? -1 : 1) / (Math.abs(half) + Math.sqrt(1 + half * half));
        const c = 1 / Math.sqrt(1 + t * t);
        turn(r, i, j, c, c * t);
        turn(jt, i, j, c, c * t);
        squares[i]! -= t * between;
        squares[j]! += t * between;
      }
    }
  }
  const lengths = Float64Array.from({ length: n }, (_, i) => Math.sqrt(dot(r, i, i)));
  const order = Array.from(lengths.keys()).sort((x, y) => lengths[y]! - lengths[x]!);
  return { order, s: Float64Array.from(order, (row) => lengths[row]!), vt: unitRows(r, order, lengths), jt };
}

/** Four sums side by side, because each addition waits for the one before it. */
function dot({ data, columns: n }: Matrix, i: number, j: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let a = i * n;
  let b = j * n;
  const end = a + n - 3;
  for (; a < end; a += 4, b += 4) {
    s0 += data[a]! * data[b]!;
    s1 += data[a + 1]! * data[b + 1]!;
    s2 += data[a + 2]! * data[b + 2]!;
    s3 += data[a + 3]! * data[b + 3]!;
  }
  for (; a < end + 3; a++, b++) s0 += data[a]! * data[b]!;
  return s0 + s1 + (s2 + s3);
}

/** The rows in order, each of length 1; what stands in for rows of length 0 is orthogonal to the others. */
function unitRows({ data, columns: n }: Matrix, order: readonly number[], lengths: Float64Array): Matrix {
  // Rows this short are rounding, and their direction means nothing.
  const least = (lengths[order[0] ?? 0] ?? 0) * n * EPSILON;
  const rank = order.filter((row) => lengths[row]! > least).length;
  const kept = matrix(rank, n);
  order.slice(0, rank).forEach((row, at) => {
    for (let k = 0; k < n; k++) kept.data[at * n + k] = data[row * n + k]! / lengths[row]!;
  });
  return rank === n ? kept : transposed(completed(transposed(kept)));
}

/** Signs such that the largest entry in each column of U is positive, as scikit-learn's svd_flip. */
function positive({ u, s, vt }: Decomposition): Decomposition {
  for (let j = 0; j < Math.min(s.length, u.columns); j++) {
    let largest = 0;
    for (let i = 0; i < u.rows; i++) {
      const value = u.data[i * u.columns + j]!;
      if (Math.abs(value) > Math.abs(largest) * (1 + 1e-9)) largest = value;
    }
    if (largest >= 0) continue;
    for (let i = 0; i < u.rows; i++) u.data[i * u.columns + j]! *= -1;
    for (let i = 0; i < vt.columns; i++) vt.data[j * vt.columns + i]! *= -1;
  }
  return { u, s, vt };
}
