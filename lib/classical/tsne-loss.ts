import { add } from "../ops/add.ts";
import { log } from "../ops/log.ts";
import { log1p } from "../ops/log1p.ts";
import { matmul } from "../ops/matmul.ts";
import { mul } from "../ops/mul.ts";
import { reciprocal } from "../ops/reciprocal.ts";
import { square } from "../ops/square.ts";
import { sub } from "../ops/sub.ts";
import { sum } from "../ops/sum.ts";
import { transpose } from "../ops/transpose.ts";
import { adopt } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * KL(P ‖ Q) = Σ_{i≠j} p_ij ln(p_ij / q_ij) with q_ij = (1 + ‖y_i − y_j‖²)⁻¹ / Σ_{k≠l} (1 + ‖y_k − y_l‖²)⁻¹ for a map y
 * [n, 2] (van der Maaten and Hinton, 2008). Made of operations: its gradient is
 * 4 Σ_j (p_ij − q_ij) (1 + ‖y_i − y_j‖²)⁻¹ (y_i − y_j), which `tsne` has written out.
 *
 * @example grad(({ y }) => tsneLoss(y, P), { y })
 */
export function tsneLoss(y: Tensor, affinities: Tensor): Tensor {
  const n = y.shape[0] ?? 0;
  if (y.rank !== 2 || affinities.rank !== 2 || affinities.shape[0] !== n || affinities.shape[1] !== n) {
    throw new ShapeError(
      `tsneLoss: a map [n, 2] needs affinities [n, n]; they are ${formatShape(y.shape)} and ${formatShape(affinities.shape)}.`,
    );
  }
  const squares = sum(square(y), { axis: -1, keepDims: true });
  const distances = sub(add(squares, transpose(squares)), mul(matmul(y, y, { transposeB: true }), 2));
  const others = new Float64Array(n * n).fill(1);
  for (let i = 0; i < n; i++) others[i * (n + 1)] = 0;
  const mask = adopt(y.dtype === "float64" ? others : Float32Array.from(others), [n, n]);
  // −Σ p ln q = Σ p ln(1 + d²) + ln Z, as Σ p = 1.
  const total = log(sum(mul(mask, reciprocal(add(distances, 1)))));
  const cross = sum(mul(mul(affinities, mask), log1p(distances)));
  const entropy = Float64Array.from(affinities.storage.array()).reduce(
    (all, p) => all + (p > 0 ? p * Math.log(p) : 0),
    0,
  );
  return add(add(cross, total), entropy);
}
