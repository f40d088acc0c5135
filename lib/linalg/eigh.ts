// Eigenvalues and eigenvectors of symmetric matrices: Householder's reflections make the matrix tridiagonal, and the
// implicit QL iteration with Wilkinson's shift makes that diagonal (Golub and Van Loan, 8.3; EISPACK's tql2).
import type { Tensor } from "../tensor/tensor.ts";
import {
  gather,
  hypotenuse,
  identity,
  LinalgError,
  type Matrix,
  matrix,
  symmetricBatchOf,
  turn,
} from "./matrix.ts";
import { type Reflection, reflection, reflectRows } from "./qr.ts";

/** A = V · diag(values) · Vᵀ. */
export interface SymmetricEigen {
  /** Rising, [..., n]. */
  readonly values: Tensor;
  /** One a column, orthonormal, [..., n, n]; the largest entry of each is positive. */
  readonly vectors: Tensor;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix [..., n, n].
 * @example const { values, vectors } = eigh(covariance);
 */
export function eigh(A: Tensor): SymmetricEigen {
  const batch = symmetricBatchOf("eigh", A);
  const n = batch.rows;
  const results = batch.matrices.map(decompose);
  return {
    values: gather(
      batch,
      [n],
      results.map(({ values }) => values),
    ),
    vectors: gather(
      batch,
      [n, n],
      results.map(({ vectors }) => vectors),
    ),
  };
}

function decompose(a: Matrix): { values: Float64Array; vectors: Float64Array } {
  const n = a.rows;
  const { diagonal, beside, rows } = tridiagonal(a);
  diagonalise(diagonal, beside, rows);
  const order = Array.from(diagonal.keys()).sort((x, y) => diagonal[x]! - diagonal[y]!);
  const vectors = new Float64Array(n * n);
  order.forEach((row, column) => {
    let largest = 0;
    for (let k = 0; k < n; k++) {
      const value = rows.data[row * n + k]!;
      if (Math.abs(value) > Math.abs(largest) * (1 + 1e-9)) largest = value;
    }
    const sign = largest < 0 ? -1 : 1;
    for (let k = 0; k < n; k++) vectors[k * n + column] = sign * rows.data[row * n + k]!;
  });
  return { values: Float64Array.from(order, (row) => diagonal[row]!), vectors };
}

/** Vᵀ: the eigenvectors as rows, in no order. */
export function eigenvectorRows(a: Matrix): Matrix {
  const { diagonal, beside, rows } = tridiagonal(a);
  diagonalise(diagonal, beside, rows);
  return rows;
}

/** Qᵀ in `rows`, and the diagonals of the T with A = Q·T·Qᵀ. */
function tridiagonal(given: Matrix): { diagonal: Float64Array; beside: Float64Array; rows: Matrix } {
  const n = given.rows;
  const a = matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) a.data[i * n + j] = (given.data[i * n + j]! + given.data[j * n + i]!) / 2;
  }
  const reflections: Reflection[] = [];
  const beside = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const h = reflection(a.data.slice(k * n + k + 1, (k + 1) * n));
    beside[k] = h.first;
    reflections.push(h);
    if (h.tau !== 0) reflectBothSides(a, h, k + 1);
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => a.data[i * n + i]!);
  // Q = H₀H₁…, so its transpose is the identity reflected from the right; by symmetry of each H, Qᵀ = …H₁H₀.
  const rows = identity(n);
  for (const [k, h] of reflections.entries()) reflectRows(rows, h, k + 1, 0);
  return { diagonal, beside, rows };
}

/** a ← HaH on the rows and columns from `start`: a − v·wᵀ − w·vᵀ with w = τ(a·v) − ½τ²(vᵀa·v)·v. */
function reflectBothSides({ data, columns: n }: Matrix, { v, tau }: Reflection, start: number): void {
  const size = v.length;
  const w = new Float64Array(size);
  let along = 0;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0, at = (start + i) * n + start; j < size; j++) sum += data[at + j]! * v[j]!;
    w[i] = tau * sum;
    along += w[i]! * v[i]!;
  }
  for (let i = 0; i < size; i++) w[i]! -= 0.5 * tau * along * v[i]!;
  for (let i = 0; i < size; i++) {
    const [vi, wi] = [v[i]!, w[i]!];
    for (let j = 0, at = (start + i) * n + start; j < size; j++) data[at + j]! -= vi * w[j]! + wi * v[j]!;
  }
}

const EPSILON = 2 ** -52;
const PATIENCE = 6;

/** Makes the tridiagonal matrix diagonal in place; the rows of `rows` turn along. */
function diagonalise(d: Float64Array, e: Float64Array, rows: Matrix): void {
  const n = d.length;
  const norm = d.reduce((most, value, i) => Math.max(most, Math.abs(value) + Math.abs(e[i]!)), 0);
  for (let l = 0; l < n; l++) {
    for (let step = 0; ; step++) {
      // The first entry beside the diagonal, from l on, that is 0 as far as doubles can tell: beside its neighbours, which
      // keeps small eigenvalues exact, and where that has no end, as where many are 0, beside the whole matrix.
      const least = step < PATIENCE ? 0 : norm;
      let m = l;
      while (m < n - 1 && Math.abs(e[m]!) > EPSILON * Math.max(least, Math.abs(d[m]!) + Math.abs(d[m + 1]!)))
        m++;
      if (m === l) break;
      if (step === 60) throw new LinalgError(`eigh: no end after ${step} steps for eigenvalue ${l}.`);
      const half = (d[l + 1]! - d[l]!) / (2 * e[l]!);
      const root = hypotenuse(half, 1);
      let g = d[m]! - d[l]! + e[l]! / (half + (half < 0 ? -root : root));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i]!;
        const b = c * e[i]!;
        const r = hypotenuse(f, g);
        e[i + 1] = r;
        if (r === 0) break;
        s = f / r;
        c = g / r;
        g = d[i + 1]! - p;
        const q = (d[i]! - g) * s + 2 * c * b;
        p = s * q;
        d[i + 1] = g + p;
        g = c * q - b;
        turn(rows, i, i + 1, c, s);
      }
      if (i >= l) {
        d[i + 1]! -= p;
      } else {
        d[l]! -= p;
        e[l] = g;
      }
      e[m] = 0;
    }
  }
}
