import { Lanes } from "./lanes";

/** A bijection of 32 bits that mixes them well: lowbias32 by Chris Wellons (nullprogram.com/blog/2018/07/31). */
function mix(x: v128): v128 {
  x = v128.xor(x, i32x4.shr_u(x, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** y[i] = scale · x[i] where the random bits of (seed, i) are at least `threshold`, else 0. */
export function dropout(
  from: usize,
  to: usize,
  x: usize,
  y: usize,
  low: u32,
  high: u32,
  threshold: u32,
  scale: f32,
): void {
  const factor = f32x4.splat(scale);
  const limit = i32x4.splat(threshold);
  const first = i32x4.splat(low);
  const second = i32x4.splat(high);
  for (let i = from; i < to; i += 4) {
    const place = i32x4.add(i32x4.splat(<i32>i), i32x4(0, 1, 2, 3));
    const bits = mix(v128.xor(mix(v128.xor(place, first)), second));
    const kept = i32x4.ge_u(bits, limit);
    const count = to - i;
    if (count >= 4) v128.store(y + 4 * i, v128.and(f32x4.mul(v128.load(x + 4 * i), factor), kept));
    else
      Lanes.storePart(y + 4 * i, v128.and(f32x4.mul(Lanes.loadPart(x + 4 * i, count), factor), kept), count);
  }
}
