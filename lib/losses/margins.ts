import { add } from "../ops/add.ts";
import { oneHot } from "../ops/choose.ts";
import { greater } from "../ops/compare.ts";
import { mul } from "../ops/mul.ts";
import { Kept, type Sample } from "../ops/op.ts";
import { sub } from "../ops/sub.ts";
import { sum } from "../ops/sum.ts";
import type { Random } from "../random/random.ts";
import { adopt, empty, full } from "../tensor/create.ts";
import { floatOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkIndices, ROWS } from "./labels.ts";

/** By how much the right class must lead every other one. */
export interface MarginOptions {
  readonly margin: number;
}

/**
 * (1/N) Σ_n Σ_{j≠y} cost(v_nj) over the violations v_nj = z_nj − z_ny + margin that are above 0. A logit z_nj that
 * is too near pushes with slope(v_nj); z_ny is pulled by the sum of those pushes. The pushes, over N, are kept.
 */
export function marginLoss(
  op: string,
  logits: Tensor,
  labels: Tensor,
  margin: number,
  cost: (violation: number) => number,
  slope: (violation: number) => number,
): Kept {
  const count = checkIndices(op, logits, labels);
  const width = logits.shape.at(-1) ?? 1;
  const dtype = floatOf(logits.dtype);
  const pushes = empty(logits.shape, dtype);
  const [z, y, push] = [logits.storage.array(), labels.storage.array(), pushes.storage.array()];
  push.fill(0);
  let total = 0;
  for (let n = 0; n < count; n++) {
    const right = n * width + y[n]!;
    for (let i = n * width; i < (n + 1) * width; i++) {
      const violation = z[i]! - z[right]! + margin;
      if (i === right || violation <= 0) continue;
      total += cost(violation);
      push[i] = slope(violation) / count;
      push[right]! -= slope(violation) / count;
    }
  }
  return new Kept(full([], total / count, dtype), [pushes]);
}

/** The violations that are above 0, and 0 for the others and for the right classes; made of operations. */
export function violations(logits: Tensor, labels: Tensor, margin: number): Tensor {
  const y = oneHot(labels, logits.shape.at(-1)!);
  const right = sum(mul(y, logits), { axis: -1, keepDims: true });
  const v = add(sub(logits, right), margin);
  return mul(v, mul(greater(v, 0), sub(1, y)));
}

/** Scores 0.3 apart and shifted by row, so that with a margin of 1 no violation is nearer than 0.05 to its kink at 0. */
export function marginSamples(random: Random): Sample<readonly [Tensor, Tensor], MarginOptions>[] {
  return ROWS.map(([rows, classes], at) => {
    const scores = Array.from({ length: rows }, () =>
      Array.from(random.permutation(classes).storage.array(), (k) => 0.3 * k),
    );
    const labels = Int32Array.from({ length: rows }, () => random.integer(classes));
    return {
      inputs: [adopt(Float64Array.from(scores.flat()), [rows, classes]), adopt(labels, [rows])],
      options: { margin: at % 3 === 2 ? 0.5 : 1 },
    };
  });
}
