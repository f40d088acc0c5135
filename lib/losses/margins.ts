import type { InputGradients } from "../autodiff/tape.ts";
import { map } from "../kernels/elementwise.ts";
import type { OpResult, Sample } from "../ops/op.ts";
import type { Random } from "../random/random.ts";
import { allocate, floatOf } from "../tensor/dtype.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkIndices } from "./labels.ts";

/** By how much the right class must lead every other one. */
export interface MarginOptions {
  readonly margin: number;
}

/**
 * (1/N) Σ_n Σ_{j≠y} cost(v_nj) over the violations v_nj = z_nj − z_ny + margin that are above 0. A logit z_nj that
 * is too near pushes with slope(v_nj); z_ny is pulled by the sum of those pushes.
 */
export function marginLoss(
  op: string,
  logits: Tensor,
  labels: Tensor,
  margin: number,
  cost: (violation: number) => number,
  slope: (violation: number) => number,
): OpResult<readonly [Tensor, Tensor]> {
  const count = checkIndices(op, logits, labels);
  const width = logits.shape.at(-1) ?? 1;
  const dtype = floatOf(logits.dtype);
  const push = allocate(dtype, logits.size);
  let total = 0;
  for (let n = 0; n < count; n++) {
    const right = n * width + labels.data[n]!;
    for (let i = n * width; i < (n + 1) * width; i++) {
      const violation = logits.data[i]! - logits.data[right]! + margin;
      if (i === right || violation <= 0) continue;
      total += cost(violation);
      push[i] = slope(violation);
      push[right]! -= slope(violation);
    }
  }
  const gradient = (g: Tensor): InputGradients<readonly [Tensor, Tensor]> => [
    () => map(new Tensor(push, logits.shape), (v) => (v * g.item()) / count),
    null,
  ];
  return { output: new Tensor(allocate(dtype, 1).fill(total / count), []), gradient };
}

/** Scores 0.3 apart and shifted by row, so that with a margin of 1 no violation is nearer than 0.05 to its kink at 0. */
export function marginSamples(random: Random): Sample<readonly [Tensor, Tensor], MarginOptions>[] {
  return [
    { shape: [3, 4], margin: 1 },
    { shape: [1, 10], margin: 1 },
    { shape: [2, 3], margin: 0.5 },
  ].map(({ shape: [rows = 1, classes = 1], margin }) => {
    const scores = Array.from({ length: rows }, () =>
      [...random.permutation(classes).data].map((k) => 0.3 * k),
    );
    const labels = Int32Array.from({ length: rows }, () => random.integer(classes));
    return {
      inputs: [new Tensor(Float64Array.from(scores.flat()), [rows, classes]), new Tensor(labels)],
      options: { margin },
    };
  });
}
