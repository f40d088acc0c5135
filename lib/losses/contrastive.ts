import { add } from "../ops/add.ts";
import { maximum } from "../ops/maximum.ts";
import { mean } from "../ops/mean.ts";
import { mul } from "../ops/mul.ts";
import { sqrt } from "../ops/sqrt.ts";
import { square } from "../ops/square.ts";
import { sub } from "../ops/sub.ts";
import { sum } from "../ops/sum.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCompared } from "./compared.ts";
import type { MarginOptions } from "./margins.ts";

// Under the root, so that its slope stays finite where two embeddings are equal.
const TINY = 1e-12;

/**
 * ½ [y d² + (1 − y) max(0, m − d)²], the mean over pairs of embeddings at distance d = ‖a − b‖ (Hadsell, Chopra and LeCun,
 * 2006): y = 1 for a pair of one kind, which attracts; y = 0 for others, which repel up to the margin.
 *
 * @example contrastive(embed(left), embed(right), tensor([1, 0]), { margin: 1 })
 */
export function contrastive(
  a: Tensor,
  b: Tensor,
  same: Tensor,
  { margin = 1 }: Partial<MarginOptions> = {},
): Tensor {
  checkCompared("contrastive", a, b);
  if (a.rank !== 2 || same.rank !== 1 || same.size !== a.shape[0]) {
    throw new ShapeError(
      `contrastive: embeddings are [pairs, width] with a 1 or 0 for each pair; these are ${formatShape(a.shape)} with ` +
        `${formatShape(same.shape)}.`,
    );
  }
  const squared = sum(square(sub(a, b)), { axis: -1 });
  const short = maximum(sub(margin, sqrt(add(squared, TINY))), 0);
  return mul(mean(add(mul(same, squared), mul(sub(1, same), square(short)))), 0.5);
}
