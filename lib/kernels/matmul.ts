import type { Block } from "./block.ts";

/**
 * A matrix of rows × columns somewhere in a block: it begins at `start`, and neighbours lie `row` and `column` apart.
 * So it can be read as it lies or transposed, and be one of a batch; nothing is copied.
 */
export interface MatrixView {
  readonly block: Block;
  readonly start: number;
  readonly row: number;
  readonly column: number;
}

/**
 * C = A·B, C_ij = Σ_p A_ip B_pj, for A of m × k and B of k × n. The loops run i, p, j: then the innermost one goes
 * along a row of B and a row of C, neighbours in memory, and A_ip stays in a register.
 */
export function matmulKernel(
  m: number,
  n: number,
  k: number,
  a: MatrixView,
  b: MatrixView,
  c: MatrixView,
): void {
  const [left, right, out] = [a.block.array(), b.block.array(), c.block.array()];
  for (let i = 0; i < m; i++) {
    const row = c.start + i * c.row;
    for (let j = 0; j < n; j++) out[row + j * c.column] = 0;
    for (let p = 0; p < k; p++) {
      const value = left[a.start + i * a.row + p * a.column]!;
      const from = b.start + p * b.row;
      for (let j = 0; j < n; j++) out[row + j * c.column]! += value * right[from + j * b.column]!;
    }
  }
}
