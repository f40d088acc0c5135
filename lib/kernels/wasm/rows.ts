// What softmax and its relatives do along rows.
import { Lanes } from "./lanes";

/**
 * The greatest of a row, NaN left aside: it comes through in the exponentials. `pmax` is one instruction where `max`,
 * which looks for NaN, is several.
 */
export function greatestOf(x: usize, width: usize): f32 {
  let first = f32x4.splat(f32.NEGATIVE_INFINITY);
  let second = first;
  let i: usize = 0;
  for (; i + 8 <= width; i += 8) {
    first = f32x4.pmax(first, v128.load(x + 4 * i));
    second = f32x4.pmax(second, v128.load(x + 4 * i, 16));
  }
  let result = Lanes.greatest(f32x4.pmax(first, second));
  for (; i < width; i++) {
    const value = load<f32>(x + 4 * i);
    if (value > result) result = value;
  }
  return result;
}

/** y = e^{scale·x − shift}; returns the sum. With y = 0 nothing is written. No exponent is above 0. */
export function exponentials(x: usize, y: usize, width: usize, scale: f32, shift: f32): f32 {
  const factor = f32x4.splat(scale);
  const less = f32x4.splat(-shift);
  let sum = f32x4.splat(0);
  let i: usize = 0;
  for (; i + 4 <= width; i += 4) {
    const e = Lanes.expNegative(f32x4.add(f32x4.mul(v128.load(x + 4 * i), factor), less));
    if (y != 0) v128.store(y + 4 * i, e);
    sum = f32x4.add(sum, e);
  }
  let total = Lanes.sum(sum);
  if (i < width) {
    const count = width - i;
    const e = Lanes.expNegative(f32x4.add(f32x4.mul(Lanes.loadPart(x + 4 * i, count), factor), less));
    if (y != 0) Lanes.storePart(y + 4 * i, e, count);
    total += f32x4.extract_lane(e, 0);
    if (count > 1) total += f32x4.extract_lane(e, 1);
    if (count > 2) total += f32x4.extract_lane(e, 2);
  }
  return total;
}

/** y = a·x + b, one number after the other. */
export function affineRow(x: usize, y: usize, width: usize, a: f32, b: f32): void {
  const factor = f32x4.splat(a);
  const term = f32x4.splat(b);
  let i: usize = 0;
  for (; i + 4 <= width; i += 4) {
    v128.store(y + 4 * i, f32x4.add(f32x4.mul(v128.load(x + 4 * i), factor), term));
  }
  for (; i < width; i++) store<f32>(y + 4 * i, load<f32>(x + 4 * i) * a + b);
}

export function dot(x: usize, y: usize, width: usize): f32 {
  let sum = f32x4.splat(0);
  let i: usize = 0;
  for (; i + 4 <= width; i += 4) sum = Lanes.madd(v128.load(x + 4 * i), v128.load(y + 4 * i), sum);
  let total = Lanes.sum(sum);
  for (; i < width; i++) total += load<f32>(x + 4 * i) * load<f32>(y + 4 * i);
  return total;
}

export function sumOf(x: usize, width: usize): f32 {
  let sum = f32x4.splat(0);
  let i: usize = 0;
  for (; i + 4 <= width; i += 4) sum = f32x4.add(sum, v128.load(x + 4 * i));
  let total = Lanes.sum(sum);
  for (; i < width; i++) total += load<f32>(x + 4 * i);
  return total;
}

/** d = scale · p (g − ḡ). */
export function centredProduct(g: usize, p: usize, d: usize, width: usize, mean: f32, scale: f32): void {
  const less = f32x4.splat(mean);
  const factor = f32x4.splat(scale);
  let i: usize = 0;
  for (; i + 4 <= width; i += 4) {
    const part = f32x4.mul(v128.load(p + 4 * i), f32x4.sub(v128.load(g + 4 * i), less));
    v128.store(d + 4 * i, f32x4.mul(part, factor));
  }
  for (; i < width; i++) store<f32>(d + 4 * i, load<f32>(p + 4 * i) * (load<f32>(g + 4 * i) - mean) * scale);
}
