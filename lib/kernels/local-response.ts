import type { Block } from "./block.ts";

/** The window around channel c: from c − `before` to c + `after`, inside the row. */
export interface Window {
  readonly before: number;
  readonly after: number;
}

/** d_i = k + α Σ_{j in the window of i} x_j² and y_i = x_i d_i^−β, along rows of `width`. */
export function localResponse(
  x: Block,
  width: number,
  { before, after }: Window,
  k: number,
  alpha: number,
  beta: number,
  d: Block,
  y: Block,
): void {
  const [from, base, to] = [x.array(), d.array(), y.array()];
  for (let row = 0; row < from.length; row += width) {
    for (let c = 0; c < width; c++) {
      let squares = 0;
      const last = Math.min(width - 1, c + after);
      for (let j = Math.max(0, c - before); j <= last; j++) squares += from[row + j]! * from[row + j]!;
      const value = k + alpha * squares;
      base[row + c] = value;
      to[row + c] = from[row + c]! * value ** -beta;
    }
  }
}

/** dx_j = g_j d_j^−β − 2αβ x_j Σ_{i whose window holds j} g_i x_i d_i^(−β−1). */
export function localResponseGrad(
  g: Block,
  x: Block,
  d: Block,
  width: number,
  { before, after }: Window,
  alpha: number,
  beta: number,
  dx: Block,
): void {
  const [up, from, base, to] = [g.array(), x.array(), d.array(), dx.array()];
  const pulls = new Float64Array(width);
  for (let row = 0; row < from.length; row += width) {
    for (let c = 0; c < width; c++) {
      const share = up[row + c]! * base[row + c]! ** -beta;
      to[row + c] = share;
      pulls[c] = (share * from[row + c]!) / base[row + c]!;
    }
    for (let c = 0; c < width; c++) {
      let sum = 0;
      const last = Math.min(width - 1, c + before);
      for (let i = Math.max(0, c - after); i <= last; i++) sum += pulls[i]!;
      to[row + c]! -= 2 * alpha * beta * from[row + c]! * sum;
    }
  }
}
