import type { Block } from "./block.ts";
import { enter, GRAIN, leave, place, result, run } from "./dispatch.ts";

/** Two 32-bit numbers that name a mask. */
export type MaskSeed = readonly [low: number, high: number];

/** A bijection of 32 bits that mixes them well: lowbias32 by Chris Wellons (nullprogram.com/blog/2018/07/31). */
function mix(x: number): number {
  let bits = x ^ (x >>> 16);
  bits = Math.imul(bits, 0x7feb352d);
  bits ^= bits >>> 15;
  bits = Math.imul(bits, 0x846ca68b);
  return bits ^ (bits >>> 16);
}

/**
 * y[i] = x[i] / (1 − rate) with probability 1 − rate, else 0. Whether element i stays is a function of the seed and i
 * alone (a counter-based generator): no mask is stored, and the gradient is this very call on g.
 */
export function dropoutMask(x: Block, rate: number, seed: MaskSeed, y: Block): void {
  const [low, high] = [seed[0] >>> 0, seed[1] >>> 0];
  const scale = 1 / (1 - rate);
  const threshold = Math.min(0xffffffff, Math.round(rate * 2 ** 32));
  if (rate >= 1) {
    y.array().fill(0);
    return;
  }
  const e = enter(x.length, [x, y]);
  if (e) {
    run(e, "dropout", x.length, GRAIN, place(e, x), result(y), low, high, threshold, scale);
    leave(e);
    return;
  }
  const [from, to] = [x.array(), y.array()];
  for (let i = 0; i < from.length; i++) {
    to[i] = mix(mix(i ^ low) ^ high) >>> 0 >= threshold ? from[i]! * scale : 0;
  }
}
