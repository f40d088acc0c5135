import { allocate, promote } from "../tensor/dtype.ts";
import { Tensor } from "../tensor/tensor.ts";

/** A matrix to be read as it lies or transposed: nothing is copied. */
export interface Operand {
  readonly matrix: Tensor;
  readonly transposed: boolean;
}

/**
 * C = A·B, C_ij = Σ_p A_ip B_pj. The loops run i, p, j: then the innermost one goes along a row of B and a row of
 * C, neighbours in memory, and A_ip stays in a register.
 */
export function matmulKernel(a: Operand, b: Operand): Tensor {
  const [m, k, rowA, columnA] = layout(a);
  const [, n, rowB, columnB] = layout(b);
  const [left, right] = [a.matrix.data, b.matrix.data];
  const out = allocate(promote(a.matrix.dtype, b.matrix.dtype), m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const value = left[i * rowA + p * columnA]!;
      for (let j = 0; j < n; j++) out[i * n + j]! += value * right[p * rowB + j * columnB]!;
    }
  }
  return new Tensor(out, [m, n]);
}

/** Rows, columns, and how far apart neighbours in a column and in a row lie. */
function layout({ matrix, transposed }: Operand): [number, number, number, number] {
  const [rows = 1, columns = 1] = matrix.shape;
  return transposed ? [columns, rows, 1, columns] : [rows, columns, columns, 1];
}
