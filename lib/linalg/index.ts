export { cholesky } from "./cholesky.ts";
export { eigh, type SymmetricEigen } from "./eigh.ts";
export { type Eigenvalues, eigvals } from "./eigvals.ts";
export { cond, type LeastSquares, lstsq, matrixRank, pinv, type RankOptions } from "./least-squares.ts";
export { det, inv, solve } from "./lu.ts";
export { LinalgError } from "./matrix.ts";
export { type NormKind, norm } from "./norm.ts";
export { type QR, qr } from "./qr.ts";
export { type SVD, svd } from "./svd.ts";
