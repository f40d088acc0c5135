import type { Tensor } from "../tensor/tensor.ts";
import { gather, LinalgError, type Matrix, symmetricBatchOf } from "./matrix.ts";

/**
 * The lower triangular L with A = L·Lᵀ, for a symmetric positive definite A of shape [..., n, n].
 * @example const L = cholesky(covariance); // L·z has that covariance when z is standard normal
 */
export function cholesky(A: Tensor): Tensor {
  const batch = symmetricBatchOf("cholesky", A);
  return gather(batch, [batch.rows, batch.rows], batch.matrices.map(factor));
}

/** Row by row: L[i][j] = (A[i][j] − Σ L[i][k]·L[j][k]) / L[j][j], the sum over k < j. */
function factor({ rows: n, data }: Matrix): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = data[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      if (i === j && !(sum > 0)) {
        throw new LinalgError(
          `cholesky: the matrix is not positive definite: the leading ${i + 1}×${i + 1} part has no positive ` +
            `determinant. A small multiple of the identity added to it (jitter) mends a covariance that is nearly singular.`,
        );
      }
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / l[j * n + j]!;
    }
  }
  return l;
}
