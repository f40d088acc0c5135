import { madd } from "./simd";

/** y += a·x over [from, to). */
export function axpy(from: usize, to: usize, a: f32, x: usize, y: usize): void {
  const lanes = f32x4.splat(a);
  let at = from << 2;
  const end = to << 2;
  for (; at + 16 <= end; at += 16) v128.store(y + at, madd(lanes, v128.load(x + at), v128.load(y + at)));
  for (; at < end; at += 4) store<f32>(y + at, load<f32>(y + at) + a * load<f32>(x + at));
}
