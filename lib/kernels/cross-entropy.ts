import type { Block } from "./block.ts";
import { enter, leave, place, placeIndices, result, run } from "./dispatch.ts";
import { normalizer, rowGrain } from "./softmax-rows.ts";

/**
 * What the rows of logits should be: a class each (whole numbers, checked by the caller), or a distribution each, as
 * wide as the logits.
 */
export type Targets =
  | { readonly labels: Block; readonly distributions?: never }
  | { readonly distributions: Block; readonly labels?: never };

/**
 * The loss of every row, Σ_j q_j (lse − z_j) with q = (1 − ε) target + ε / width, and its lse = ln Σ_j e^{z_j}, which
 * the way back needs. 0 ≤ ε < 1.
 */
export function crossEntropyRows(
  logits: Block,
  width: number,
  targets: Targets,
  smoothing: number,
  losses: Block,
  lses: Block,
): void {
  const rows = losses.length;
  const e = enter(logits.length, [logits, targets.distributions, losses, lses], targets.labels);
  if (e) {
    const aim = targets.labels ? placeIndices(e, targets.labels) : place(e, targets.distributions);
    const kernel = targets.labels ? "crossEntropy" : "crossEntropyTargets";
    const args = [place(e, logits), aim, result(losses), result(lses), width, smoothing];
    run(e, kernel, rows, rowGrain(width), ...args);
    leave(e);
    return;
  }
  const [z, loss, lse] = [logits.array(), losses.array(), lses.array()];
  const aim = (targets.labels ?? targets.distributions).array();
  for (let row = 0; row < rows; row++) {
    const from = row * width;
    const { greatest, total } = normalizer(z, from, width);
    const log = greatest + Math.log(total);
    let [sum, mass, spread] = [0, 1, 0];
    if (targets.labels) sum = log - z[from + aim[row]!]!;
    else {
      mass = 0;
      for (let i = from; i < from + width; i++) {
        mass += aim[i]!;
        // 0 · ∞ would be NaN.
        if (aim[i] !== 0) sum += aim[i]! * (log - z[i]!);
      }
    }
    if (smoothing !== 0) {
      for (let i = from; i < from + width; i++) spread += log - z[i]!;
      sum = (1 - smoothing) * sum + (smoothing * mass * spread) / width;
    }
    loss[row] = sum;
    lse[row] = log;
  }
}

/** dz_j = g_row (Σq e^{z_j − lse} − q_j), g one number a row. */
export function crossEntropyRowsGrad(
  g: Block,
  logits: Block,
  width: number,
  targets: Targets,
  smoothing: number,
  lses: Block,
  dz: Block,
): void {
  const rows = g.length;
  const e = enter(logits.length, [g, logits, targets.distributions, lses, dz], targets.labels);
  if (e) {
    const aim = targets.labels ? placeIndices(e, targets.labels) : place(e, targets.distributions);
    const kernel = targets.labels ? "crossEntropyGrad" : "crossEntropyTargetsGrad";
    const args = [place(e, g), place(e, logits), aim, place(e, lses), result(dz), width, smoothing];
    run(e, kernel, rows, rowGrain(width), ...args);
    leave(e);
    return;
  }
  const [up, z, lse, to] = [g.array(), logits.array(), lses.array(), dz.array()];
  const aim = (targets.labels ?? targets.distributions).array();
  for (let row = 0; row < rows; row++) {
    const from = row * width;
    let mass = 1;
    if (!targets.labels) {
      mass = 0;
      for (let i = from; i < from + width; i++) mass += aim[i]!;
    }
    for (let j = 0; j < width; j++) {
      const hit = targets.labels ? (aim[row] === j ? 1 : 0) : aim[from + j]!;
      const q = (1 - smoothing) * hit + (smoothing * mass) / width;
      to[from + j] = up[row]! * (mass * Math.exp(z[from + j]! - lse[row]!) - q);
    }
  }
}
