import type { Block } from "./block.ts";

/** p = softmax of each row of `width`, shifted by its greatest value; `logs` takes ln Σ_j e^{z_j} of each row. */
export function softmaxKernel(z: Block, width: number, p: Block | undefined, logs?: Block): void {
  const [from, to, totals] = [z.array(), p?.array(), logs?.array()];
  for (let row = 0, start = 0; start < from.length; row++, start += width) {
    let greatest = -Infinity;
    for (let i = start; i < start + width; i++) greatest = Math.max(greatest, from[i]!);
    let total = 0;
    for (let i = start; i < start + width; i++) {
      const power = Math.exp(from[i]! - greatest);
      if (to !== undefined) to[i] = power;
      total += power;
    }
    if (to !== undefined) for (let i = start; i < start + width; i++) to[i]! /= total;
    if (totals !== undefined) totals[row] = greatest + Math.log(total);
  }
}

/** dz_i = p_i (g_i − Σ_j g_j p_j) for each row. */
export function softmaxGradKernel(g: Block, p: Block, width: number, dz: Block): void {
  const [up, prob, out] = [g.array(), p.array(), dz.array()];
  for (let row = 0; row < out.length; row += width) {
    let dot = 0;
    for (let i = row; i < row + width; i++) dot += up[i]! * prob[i]!;
    for (let i = row; i < row + width; i++) out[i] = prob[i]! * (up[i]! - dot);
  }
}

/** y = ln softmax(z) of each row: z_i − m − ln Σ_j e^{z_j − m}. */
export function logSoftmaxKernel(z: Block, width: number, y: Block): void {
  const [from, to] = [z.array(), y.array()];
  for (let start = 0; start < from.length; start += width) {
    let greatest = -Infinity;
    for (let i = start; i < start + width; i++) greatest = Math.max(greatest, from[i]!);
    let total = 0;
    for (let i = start; i < start + width; i++) total += Math.exp(from[i]! - greatest);
    const shift = greatest + Math.log(total);
    for (let i = start; i < start + width; i++) to[i] = from[i]! - shift;
  }
}

/** dz_i = g_i − p_i Σ_j g_j with p = e^y, for each row. */
export function logSoftmaxGradKernel(g: Block, y: Block, width: number, dz: Block): void {
  const [up, log, out] = [g.array(), y.array(), dz.array()];
  for (let row = 0; row < out.length; row += width) {
    let total = 0;
    for (let i = row; i < row + width; i++) total += up[i]!;
    for (let i = row; i < row + width; i++) out[i] = up[i]! - Math.exp(log[i]!) * total;
  }
}
