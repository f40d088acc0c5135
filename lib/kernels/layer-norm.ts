import type { Block } from "./block.ts";
import { enter, filled, GRAIN, leave, place, result, run } from "./dispatch.ts";
import { rowGrain } from "./softmax-rows.ts";

/**
 * y = (x − mean) · inv · γ + β along rows of `width`, inv = 1 / √(variance + ε); the variance is the mean of
 * (x − mean)². `means` and `invs`, one number a row, are for the way back. γ and β may be left out.
 */
export function layerNormRows(
  x: Block,
  width: number,
  gamma: Block | undefined,
  beta: Block | undefined,
  epsilon: number,
  y: Block,
  means: Block,
  invs: Block,
): void {
  const rows = means.length;
  const [scale, shift] = [gamma ?? filled(x.dtype, width, 1), beta ?? filled(x.dtype, width, 0)];
  const e = enter(x.length, [x, scale, shift, y, means, invs]);
  if (e) {
    const args = [place(e, x), place(e, scale), place(e, shift), result(y), result(means)];
    run(e, "layerNorm", rows, rowGrain(width), ...args, result(invs), width, epsilon);
    leave(e);
    return;
  }
  const [from, to, mean, inv] = [x.array(), y.array(), means.array(), invs.array()];
  const [g, b] = [scale.array(), shift.array()];
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    let sum = 0;
    for (let i = start; i < start + width; i++) sum += from[i]!;
    const centre = sum / width;
    let squares = 0;
    for (let i = start; i < start + width; i++) squares += (from[i]! - centre) ** 2;
    const factor = 1 / Math.sqrt(squares / width + epsilon);
    for (let j = 0; j < width; j++) to[start + j] = (from[start + j]! - centre) * factor * g[j]! + b[j]!;
    mean[row] = centre;
    inv[row] = factor;
  }
}

/** With n = (x − mean) · inv and h = g γ: dx = inv (h − mean h − n · mean (h n)). */
export function layerNormRowsGrad(
  g: Block,
  x: Block,
  width: number,
  gamma: Block | undefined,
  means: Block,
  invs: Block,
  dx: Block,
): void {
  const rows = means.length;
  const scale = gamma ?? filled(x.dtype, width, 1);
  const e = enter(x.length, [g, x, scale, means, invs, dx]);
  if (e) {
    const args = [place(e, g), place(e, x), place(e, scale), place(e, means), place(e, invs)];
    run(e, "layerNormGrad", rows, rowGrain(width), ...args, result(dx), width);
    leave(e);
    return;
  }
  const [up, from, to, factor] = [g.array(), x.array(), dx.array(), scale.array()];
  const [mean, inv] = [means.array(), invs.array()];
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    let [sum, dot] = [0, 0];
    for (let j = 0; j < width; j++) {
      const h = up[start + j]! * factor[j]!;
      sum += h;
      dot += h * (from[start + j]! - mean[row]!) * inv[row]!;
    }
    for (let j = 0; j < width; j++) {
      const n = (from[start + j]! - mean[row]!) * inv[row]!;
      to[start + j] = inv[row]! * (up[start + j]! * factor[j]! - sum / width - (n * dot) / width);
    }
  }
}

/** dγ_j = Σ g n and dβ_j = Σ g over the rows. */
export function layerNormParameterGrads(
  g: Block,
  x: Block,
  width: number,
  means: Block,
  invs: Block,
  dgamma: Block,
  dbeta: Block,
): void {
  const rows = means.length;
  const e = enter(x.length, [g, x, means, invs, dgamma, dbeta]);
  if (e) {
    const args = [place(e, g), place(e, x), place(e, means), place(e, invs), result(dgamma)];
    const grain = 4 * Math.max(1, Math.ceil(GRAIN / (16 * Math.max(1, rows))));
    run(e, "layerNormParameters", Math.ceil(width / 4), grain, ...args, result(dbeta), rows, width);
    leave(e);
    return;
  }
  const [up, from, mean, inv] = [g.array(), x.array(), means.array(), invs.array()];
  const [scale, shift] = [new Float64Array(width), new Float64Array(width)];
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < width; j++) {
      const i = row * width + j;
      scale[j]! += up[i]! * (from[i]! - mean[row]!) * inv[row]!;
      shift[j]! += up[i]!;
    }
  }
  dgamma.array().set(scale);
  dbeta.array().set(shift);
}
