import type { TypedArray } from "../tensor/dtype.ts";
import type { Block } from "./block.ts";
import { enter, FINE_GRAIN, leave, place, result, run } from "./dispatch.ts";

/** Rows of `width` that make a piece of work. */
export function rowGrain(width: number): number {
  return Math.max(1, Math.ceil(FINE_GRAIN / Math.max(1, width)));
}

/** p = e^z / Σ e^z along rows of `width`, each row shifted by its greatest z. */
export function softmaxRows(z: Block, width: number, p: Block): void {
  const e = enter(z.length, [z, p]);
  if (e) {
    run(e, "softmax", z.length / width, rowGrain(width), place(e, z), result(p), width);
    leave(e);
    return;
  }
  const [from, to] = [z.array(), p.array()];
  for (let row = 0; row < from.length; row += width) {
    const { greatest, total } = normalizer(from, row, width);
    for (let i = row; i < row + width; i++) to[i] = Math.exp(from[i]! - greatest) / total;
  }
}

/** dz_i = p_i (g_i − Σ_j g_j p_j). */
export function softmaxRowsGrad(g: Block, p: Block, width: number, dz: Block): void {
  const e = enter(g.length, [g, p, dz]);
  if (e) {
    const args = [place(e, g), place(e, p), result(dz), width];
    run(e, "softmaxGrad", g.length / width, rowGrain(width), ...args);
    leave(e);
    return;
  }
  const [up, kept, to] = [g.array(), p.array(), dz.array()];
  for (let row = 0; row < up.length; row += width) {
    let dot = 0;
    for (let i = row; i < row + width; i++) dot += up[i]! * kept[i]!;
    for (let i = row; i < row + width; i++) to[i] = kept[i]! * (up[i]! - dot);
  }
}

/** y = z − ln Σ e^z along rows. */
export function logSoftmaxRows(z: Block, width: number, y: Block): void {
  const e = enter(z.length, [z, y]);
  if (e) {
    run(e, "logSoftmax", z.length / width, rowGrain(width), place(e, z), result(y), width);
    leave(e);
    return;
  }
  const [from, to] = [z.array(), y.array()];
  for (let row = 0; row < from.length; row += width) {
    const { greatest, total } = normalizer(from, row, width);
    const lse = greatest + Math.log(total);
    for (let i = row; i < row + width; i++) to[i] = from[i]! - lse;
  }
}

/** dz_i = g_i − e^{y_i} Σ_j g_j. */
export function logSoftmaxRowsGrad(g: Block, y: Block, width: number, dz: Block): void {
  const e = enter(g.length, [g, y, dz]);
  if (e) {
    const args = [place(e, g), place(e, y), result(dz), width];
    run(e, "logSoftmaxGrad", g.length / width, rowGrain(width), ...args);
    leave(e);
    return;
  }
  const [up, kept, to] = [g.array(), y.array(), dz.array()];
  for (let row = 0; row < up.length; row += width) {
    let sum = 0;
    for (let i = row; i < row + width; i++) sum += up[i]!;
    for (let i = row; i < row + width; i++) to[i] = up[i]! - Math.exp(kept[i]!) * sum;
  }
}

/** The greatest of a row m, and Σ e^{z − m}. */
export function normalizer(
  z: TypedArray,
  row: number,
  width: number,
): { readonly greatest: number; readonly total: number } {
  let greatest = -Infinity;
  for (let i = row; i < row + width; i++) greatest = Math.max(greatest, z[i]!);
  let total = 0;
  for (let i = row; i < row + width; i++) total += Math.exp(z[i]! - greatest);
  return { greatest, total };
}
