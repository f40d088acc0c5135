// What all of linear algebra here shares: matrices of doubles taken out of tensors, batch by batch, and errors.
// Only + − × ÷ and square roots are used, which IEEE 754 defines to the last bit: results are the same everywhere.
import { type DType, floatOf } from "../tensor/dtype.ts";
import { formatShape, type Shape, ShapeError, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** A matrix that an algorithm here cannot work on, though its shape is right: singular, not symmetric, NaN. */
export class LinalgError extends Error {
  override readonly name = "LinalgError";
}

/** A matrix of doubles, row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

export function matrix(
  rows: number,
  columns: number,
  data: Float64Array = new Float64Array(rows * columns),
): Matrix {
  return { rows, columns, data };
}

export function identity(size: number): Matrix {
  const { data } = matrix(size, size);
  for (let i = 0; i < size; i++) data[i * size + i] = 1;
  return matrix(size, size, data);
}

export function transposed({ rows, columns, data }: Matrix): Matrix {
  const result = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j]!;
  }
  return matrix(columns, rows, result);
}

export function product(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++) {
    const row = result.data.subarray(i * b.columns, (i + 1) * b.columns);
    for (let k = 0; k < a.columns; k++) addMultiple(row, b, k, a.data[i * a.columns + k]!);
  }
  return result;
}

/** row += factor · (row `k` of b) */
function addMultiple(row: Float64Array, b: Matrix, k: number, factor: number): void {
  const start = k * b.columns;
  for (let j = 0; j < row.length; j++) row[j]! += factor * b.data[start + j]!;
}

/** (row i, row j) ← (c·row i − s·row j, s·row i + c·row j) */
export function turn({ data, columns: n }: Matrix, i: number, j: number, c: number, s: number): void {
  for (let k = 0, a = i * n, b = j * n; k < n; k++) {
    const x = data[a + k]!;
    const y = data[b + k]!;
    data[a + k] = c * x - s * y;
    data[b + k] = s * x + c * y;
  }
}

/** The first `rows` rows and `columns` columns. */
export function corner(a: Matrix, rows: number, columns: number): Matrix {
  const result = matrix(rows, columns);
  for (let i = 0; i < rows; i++) {
    result.data.set(a.data.subarray(i * a.columns, i * a.columns + columns), i * columns);
  }
  return result;
}

/** √(a² + b²) without overflow. `Math.hypot` may differ in the last bit from one engine to another. */
export function hypotenuse(a: number, b: number): number {
  const large = Math.max(Math.abs(a), Math.abs(b));
  const ratio = Math.min(Math.abs(a), Math.abs(b)) / large;
  return large === 0 ? 0 : large * Math.sqrt(1 + ratio * ratio);
}

/** The matrices that lie in the last two axes of a tensor, and the shape of what stands before. */
export interface Batch {
  readonly op: string;
  readonly lead: Shape;
  readonly rows: number;
  readonly columns: number;
  readonly dtype: DType;
  readonly matrices: readonly Matrix[];
}

/** Copies the matrices out of a tensor [..., rows, columns]; every number must be finite. */
export function batchOf(op: string, tensor: Tensor): Batch {
  const { shape, data, dtype } = tensor;
  if (shape.length < 2) {
    throw new ShapeError(
      `${op}: a matrix [rows, columns] is wanted, or a batch of them; this is ${formatShape(shape)}.`,
    );
  }
  const [rows = 0, columns = 0] = shape.slice(-2);
  const lead = shape.slice(0, -2);
  const size = rows * columns;
  const matrices = Array.from({ length: sizeOf(lead) }, (_, n) =>
    matrix(rows, columns, Float64Array.from(data.subarray(n * size, (n + 1) * size))),
  );
  for (const { data } of matrices) {
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) continue;
    const place = `[${Math.floor(bad / columns)}, ${bad % columns}]`;
    throw new LinalgError(`${op}: element ${place} of the matrix is ${data[bad]}; all must be finite.`);
  }
  return { op, lead, rows, columns, dtype: floatOf(dtype), matrices };
}

/** As `batchOf`, and the matrices must be square. */
export function squareBatchOf(op: string, tensor: Tensor): Batch {
  const batch = batchOf(op, tensor);
  if (batch.rows === batch.columns) return batch;
  throw new ShapeError(`${op}: the matrix must be square; this is ${formatShape(tensor.shape)}.`);
}

/** As `squareBatchOf`, and the matrices must equal their transposes but for rounding in float32. */
export function symmetricBatchOf(op: string, tensor: Tensor): Batch {
  const batch = squareBatchOf(op, tensor);
  const n = batch.rows;
  for (const { data } of batch.matrices) {
    const largest = data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const [below, above] = [data[i * n + j]!, data[j * n + i]!];
        if (Math.abs(below - above) <= 1e-5 * largest) continue;
        throw new LinalgError(
          `${op}: the matrix is not symmetric: element [${i}, ${j}] is ${below} and [${j}, ${i}] is ${above}. ` +
            `(A + Aᵀ)/2 is its symmetric part.`,
        );
      }
    }
  }
  return batch;
}

/** One tensor of equally large results, one for each matrix of the batch; `shape` is the shape of one. */
export function gather(batch: Batch, shape: Shape, results: readonly Float64Array[]): Tensor {
  const size = sizeOf(shape);
  const total = size * results.length;
  const data = batch.dtype === "float64" ? new Float64Array(total) : new Float32Array(total);
  for (const [n, result] of results.entries()) data.set(result, n * size);
  return new Tensor(data, [...batch.lead, ...shape]);
}

/** Rounding in the element type that the results come back in, relative to 1. */
export function precisionOf(dtype: DType): number {
  return dtype === "float64" ? 2 ** -52 : 2 ** -23;
}
