// Systems of equations by elimination with row exchanges, PA = LU (Golub and Van Loan, 3.4).
import { formatShape, type Shape, ShapeError, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import {
  type Batch,
  batchOf,
  gather,
  identity,
  LinalgError,
  type Matrix,
  matrix,
  squareBatchOf,
} from "./matrix.ts";

/**
 * x with A·x = b. A is [..., n, n]; b is one right side [n], or columns [..., n, k].
 * @example solve([[2, 0], [0, 4]], [2, 4]) gives [1, 1] (with tensors)
 */
export function solve(A: Tensor, b: Tensor): Tensor {
  const batch = squareBatchOf("solve", A);
  const isVector = b.rank === 1;
  const sides = batchOf("solve", isVector ? new Tensor(b.data, [b.size, 1]) : b);
  const fits = sides.rows === batch.rows && (sameShape(sides.lead, batch.lead) || sides.lead.length === 0);
  if (!fits || (isVector && batch.lead.length > 0)) {
    throw new ShapeError(
      `solve: A is ${formatShape(A.shape)} and b is ${formatShape(b.shape)}; ` +
        `b should be ${rightSides(batch)}, one column for each right side.`,
    );
  }
  const results = batch.matrices.map((a, n) => {
    const lu = regular("solve", a);
    return substitute(lu, sides.matrices[n] ?? sides.matrices[0]!).data;
  });
  const shape: Shape = isVector ? [batch.rows] : [batch.rows, sides.columns];
  return gather({ ...batch, dtype: b.dtype === "float64" ? "float64" : batch.dtype }, shape, results);
}

function rightSides({ lead, rows }: Batch): string {
  const columns = `[${[...lead, rows, "k"].join(", ")}]`;
  return lead.length === 0 ? `[${rows}] or ${columns}` : columns;
}

/**
 * The inverse. To solve a system, `solve` is quicker and more exact.
 * @example inv(A)
 */
export function inv(A: Tensor): Tensor {
  const batch = squareBatchOf("inv", A);
  const results = batch.matrices.map((a) => substitute(regular("inv", a), identity(a.rows)).data);
  return gather(batch, [batch.rows, batch.rows], results);
}

/**
 * The determinant; 0 for a singular matrix, 1 for an empty one.
 * @example det(A).item()
 */
export function det(A: Tensor): Tensor {
  const batch = squareBatchOf("det", A);
  const results = batch.matrices.map((a) => {
    const { lu, sign } = eliminate(a);
    let value = sign;
    for (let i = 0; i < a.rows; i++) value *= lu.data[i * a.rows + i]!;
    return Float64Array.of(value);
  });
  return gather(batch, [], results);
}

/** L below the diagonal (whose own is 1) and U from it up; row i came from row order[i]. */
interface Elimination {
  readonly lu: Matrix;
  readonly order: readonly number[];
  readonly sign: number;
  /** The first column without a pivot, if there is one. */
  readonly stuck: number | undefined;
}

function eliminate(a: Matrix): Elimination {
  const n = a.rows;
  const data = a.data.slice();
  const order = Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  let stuck: number | undefined;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(data[i * n + k]!) > Math.abs(data[pivot * n + k]!)) pivot = i;
    }
    if (data[pivot * n + k] === 0) {
      stuck ??= k;
      continue;
    }
    if (pivot !== k) {
      const row = data.slice(k * n, (k + 1) * n);
      data.copyWithin(k * n, pivot * n, (pivot + 1) * n);
      data.set(row, pivot * n);
      [order[k], order[pivot]] = [order[pivot]!, order[k]!];
      sign = -sign;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = data[i * n + k]! / data[k * n + k]!;
      data[i * n + k] = factor;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) data[i * n + j]! -= factor * data[k * n + j]!;
    }
  }
  return { lu: matrix(n, n, data), order, sign, stuck };
}

/** An elimination that can be solved with: neither singular nor so near to it that no digit would be right. */
function regular(op: string, a: Matrix): Elimination {
  const elimination = eliminate(a);
  if (elimination.stuck !== undefined) {
    throw new LinalgError(
      `${op}: the matrix is singular: column ${elimination.stuck} depends on those before it. ` +
        `lstsq or pinv give the best there is.`,
    );
  }
  const condition = norm1(a) * inverseNorm(elimination);
  if (condition < 2 ** 52) return elimination;
  throw new LinalgError(
    `${op}: the matrix is singular as far as float64 can tell (condition number about ` +
      `${condition.toExponential(1)}). lstsq or pinv give the best there is.`,
  );
}

function norm1({ rows, columns, data }: Matrix): number {
  const sums = new Float64Array(columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) sums[j]! += Math.abs(data[i * columns + j]!);
  return sums.reduce((max, sum) => Math.max(max, sum), 0);
}

/** ‖A⁻¹‖₁ without the inverse, by Hager's walk over the corners of the unit ball (Higham, ACM TOMS 14, 1988). */
function inverseNorm(elimination: Elimination): number {
  const n = elimination.lu.rows;
  let x = new Float64Array(n).fill(1 / n);
  let estimate = 0;
  for (let step = 0; step < 5; step++) {
    const y = substitute(elimination, matrix(n, 1, x)).data;
    const sum = y.reduce((total, value) => total + Math.abs(value), 0);
    if (!(sum > estimate)) return Number.isFinite(sum) ? estimate : Number.POSITIVE_INFINITY;
    estimate = sum;
    const z = substituteTransposed(
      elimination,
      y.map((value) => (value < 0 ? -1 : 1)),
    );
    let largest = 0;
    z.forEach((value, i) => {
      if (Math.abs(value) > Math.abs(z[largest]!)) largest = i;
    });
    x = new Float64Array(n);
    x[largest] = 1;
  }
  return estimate;
}

/** Solves LUx = Pb for each column of b. */
function substitute({ lu: { rows: n, data }, order }: Elimination, b: Matrix): Matrix {
  const k = b.columns;
  const x = matrix(n, k);
  order.forEach((from, to) => {
    x.data.set(b.data.subarray(from * k, (from + 1) * k), to * k);
  });
  const subtract = (i: number, j: number): void => {
    const factor = data[i * n + j]!;
    for (let c = 0; c < k; c++) x.data[i * k + c]! -= factor * x.data[j * k + c]!;
  };
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) subtract(i, j);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) subtract(i, j);
    for (let c = 0; c < k; c++) x.data[i * k + c]! /= data[i * n + i]!;
  }
  return x;
}

/** Solves Aᵀx = b: UᵀLᵀPx = b. */
function substituteTransposed({ lu: { rows: n, data }, order }: Elimination, b: Float64Array): Float64Array {
  const y = b.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) y[i]! -= data[j * n + i]! * y[j]!;
    y[i]! /= data[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) for (let j = i + 1; j < n; j++) y[i]! -= data[j * n + i]! * y[j]!;
  const x = new Float64Array(n);
  order.forEach((row, i) => {
    x[row] = y[i]!;
  });
  return x;
}
