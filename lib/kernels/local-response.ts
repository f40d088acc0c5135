import type { Block } from "./block.ts";

/** The window around channel c: from c − `before` to c + `after`, inside the row. */
export interface Window {
  readonly before: number;
  readonly after: number;
}

/** d^−β; the usual exponents by square roots, at a tenth of the time of a power. */
function powerOf(beta: number): (d: number) => number {
  if (beta === 0.75) return (d) => 1 / (Math.sqrt(d) * Math.sqrt(Math.sqrt(d)));
  if (beta === 0.5) return (d) => 1 / Math.sqrt(d);
  if (beta === 1) return (d) => 1 / d;
  return (d) => d ** -beta;
}

/**
 * d_i = k + α Σ_{j in the window of i} x_j² and y_i = x_i d_i^−β, along rows of `width`; d and the powers d^−β are
 * for the way back.
 */
export function localResponse(
  x: Block,
  width: number,
  { before, after }: Window,
  k: number,
  alpha: number,
  beta: number,
  d: Block,
  powers: Block,
  y: Block,
): void {
  const [from, base, power, to] = [x.array(), d.array(), powers.array(), y.array()];
  const raise = powerOf(beta);
  const squares = new Float64Array(width);
  for (let row = 0; row < from.length; row += width) {
    for (let c = 0; c < width; c++) squares[c] = from[row + c]! * from[row + c]!;
    for (let c = 0; c < width; c++) {
      let sum = 0;
      const last = Math.min(width - 1, c + after);
      for (let j = Math.max(0, c - before); j <= last; j++) sum += squares[j]!;
      const value = k + alpha * sum;
      const factor = raise(value);
      base[row + c] = value;
      power[row + c] = factor;
      to[row + c] = from[row + c]! * factor;
    }
  }
}

/** dx_j = g_j d_j^−β − f x_j Σ_{i whose window holds j} g_i x_i d_i^(−β−1), where f is 2αβ. */
export function localResponseGrad(
  g: Block,
  x: Block,
  d: Block,
  powers: Block,
  width: number,
  { before, after }: Window,
  factor: number,
  dx: Block,
): void {
  const [up, from, base, power, to] = [g.array(), x.array(), d.array(), powers.array(), dx.array()];
  const [shares, pulls] = [new Float64Array(width), new Float64Array(width)];
  for (let row = 0; row < from.length; row += width) {
    for (let c = 0; c < width; c++) {
      shares[c] = up[row + c]! * power[row + c]!;
      pulls[c] = (shares[c]! * from[row + c]!) / base[row + c]!;
    }
    for (let c = 0; c < width; c++) {
      let sum = 0;
      const last = Math.min(width - 1, c + before);
      for (let i = Math.max(0, c - after); i <= last; i++) sum += pulls[i]!;
      to[row + c] = shares[c]! - factor * from[row + c]! * sum;
    }
  }
}
