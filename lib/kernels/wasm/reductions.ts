// Sums, greatest and least values over the middle axis of [outer, axis, inner]. Long float32 sums lose digits, so
// the lanes are emptied into doubles every so often.
import { Lanes } from "./lanes";

/** Vectors that a float32 accumulator takes before it is emptied. */
const BLOCK: usize = 64;
/** Columns that are folded together: one cache line. */
const STRIP: usize = 16;

@final
@unmanaged
class Plain {
  @inline add(sum: v128, x: v128): v128 {
    return f32x4.add(sum, x);
  }
  @inline one(x: f32): f64 {
    return <f64>x;
  }
}
@final
@unmanaged
class Squares {
  @inline add(sum: v128, x: v128): v128 {
    return Lanes.madd(x, x, sum);
  }
  @inline one(x: f32): f64 {
    return <f64>x * <f64>x;
  }
}

/** The sum of `count` neighbours. */
function sumRow<F>(x: usize, count: usize): f64 {
  const f = changetype<F>(0);
  let total = f64x2.splat(0);
  const vectors = count >> 2;
  let done: usize = 0;
  while (done < vectors) {
    const stop = min(done + 4 * BLOCK, vectors);
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    for (; done + 4 <= stop; done += 4) {
      const at = x + (done << 4);
      s0 = f.add(s0, v128.load(at));
      s1 = f.add(s1, v128.load(at, 16));
      s2 = f.add(s2, v128.load(at, 32));
      s3 = f.add(s3, v128.load(at, 48));
    }
    for (; done < stop; done++) s0 = f.add(s0, v128.load(x + (done << 4)));
    const sum = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
    total = f64x2.add(total, f64x2.promote_low_f32x4(sum));
    total = f64x2.add(total, f64x2.promote_low_f32x4(i64x2.shuffle(sum, sum, 1, 1)));
  }
  let rest = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
  for (let i = vectors << 2; i < count; i++) rest += f.one(load<f32>(x + (i << 2)));
  return rest;
}

function sumRows<F>(from: usize, to: usize, x: usize, y: usize, length: usize, scale: f64): void {
  for (let row = from; row < to; row++) {
    store<f32>(y + 4 * row, <f32>(scale * sumRow<F>(x + 4 * row * length, length)));
  }
}

/** Four columns, `step` bytes from row to row. */
function sumFour<F>(x: usize, length: usize, step: usize, y: usize, scale: f64): void {
  const f = changetype<F>(0);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let row: usize = 0;
  while (row < length) {
    const stop = min(row + BLOCK, length);
    let sum = f32x4.splat(0);
    for (; row < stop; row++) {
      sum = f.add(sum, v128.load(x));
      x += step;
    }
    low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
    high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(sum, sum, 1, 1)));
  }
  const factor = f64x2.splat(scale);
  v128.store(y, narrow(f64x2.mul(low, factor), f64x2.mul(high, factor)));
}

/** A whole strip: each row is one cache line. */
function sumStrip<F>(x: usize, length: usize, step: usize, y: usize, scale: f64): void {
  const f = changetype<F>(0);
  let t0 = f64x2.splat(0);
  let t1 = f64x2.splat(0);
  let t2 = f64x2.splat(0);
  let t3 = f64x2.splat(0);
  let t4 = f64x2.splat(0);
  let t5 = f64x2.splat(0);
  let t6 = f64x2.splat(0);
  let t7 = f64x2.splat(0);
  let row: usize = 0;
  while (row < length) {
    const stop = min(row + BLOCK, length);
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    for (; row < stop; row++) {
      s0 = f.add(s0, v128.load(x));
      s1 = f.add(s1, v128.load(x, 16));
      s2 = f.add(s2, v128.load(x, 32));
      s3 = f.add(s3, v128.load(x, 48));
      x += step;
    }
    t0 = f64x2.add(t0, f64x2.promote_low_f32x4(s0));
    t1 = f64x2.add(t1, f64x2.promote_low_f32x4(i64x2.shuffle(s0, s0, 1, 1)));
    t2 = f64x2.add(t2, f64x2.promote_low_f32x4(s1));
    t3 = f64x2.add(t3, f64x2.promote_low_f32x4(i64x2.shuffle(s1, s1, 1, 1)));
    t4 = f64x2.add(t4, f64x2.promote_low_f32x4(s2));
    t5 = f64x2.add(t5, f64x2.promote_low_f32x4(i64x2.shuffle(s2, s2, 1, 1)));
    t6 = f64x2.add(t6, f64x2.promote_low_f32x4(s3));
    t7 = f64x2.add(t7, f64x2.promote_low_f32x4(i64x2.shuffle(s3, s3, 1, 1)));
  }
  const factor = f64x2.splat(scale);
  v128.store(y, narrow(f64x2.mul(t0, factor), f64x2.mul(t1, factor)), 0);
  v128.store(y, narrow(f64x2.mul(t2, factor), f64x2.mul(t3, factor)), 16);
  v128.store(y, narrow(f64x2.mul(t4, factor), f64x2.mul(t5, factor)), 32);
  v128.store(y, narrow(f64x2.mul(t6, factor), f64x2.mul(t7, factor)), 48);
}

/** Four float32 numbers from two pairs of doubles. */
function narrow(low: v128, high: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** Strips [from, to) of the outer · ⌈inner / 16⌉ there are. */
function sumColumns<F>(
  from: usize,
  to: usize,
  x: usize,
  y: usize,
  length: usize,
  inner: usize,
  scale: f64,
): void {
  const f = changetype<F>(0);
  const strips = (inner + STRIP - 1) / STRIP;
  const step = inner << 2;
  for (let unit = from; unit < to; unit++) {
    const o = unit / strips;
    let column = (unit - o * strips) * STRIP;
    const stop = min(column + STRIP, inner);
    const source = x + 4 * o * length * inner;
    const target = y + 4 * o * inner;
    if (stop - column == STRIP) {
      sumStrip<F>(source + 4 * column, length, step, target + 4 * column, scale);
      continue;
    }
    for (; column + 4 <= stop; column += 4)
      sumFour<F>(source + 4 * column, length, step, target + 4 * column, scale);
    for (; column < stop; column++) {
      let sum: f64 = 0;
      for (let row: usize = 0; row < length; row++) sum += f.one(load<f32>(source + 4 * column + row * step));
      store<f32>(target + 4 * column, <f32>(scale * sum));
    }
  }
}

@final
@unmanaged
class Greatest {
  @inline start(): f32 {
    return f32.NEGATIVE_INFINITY;
  }
  @inline four(x: v128, y: v128): v128 {
    return f32x4.max(x, y);
  }
  @inline one(x: f32, y: f32): f32 {
    return max(x, y);
  }
}
@final
@unmanaged
class Least {
  @inline start(): f32 {
    return f32.POSITIVE_INFINITY;
  }
  @inline four(x: v128, y: v128): v128 {
    return f32x4.min(x, y);
  }
  @inline one(x: f32, y: f32): f32 {
    return min(x, y);
  }
}

function endRow<F>(x: usize, count: usize): f32 {
  const f = changetype<F>(0);
  // Four chains: a maximum that looks for NaN takes several cycles.
  let best = f32x4.splat(f.start());
  let best1 = best;
  let best2 = best;
  let best3 = best;
  let i: usize = 0;
  for (; i + 16 <= count; i += 16) {
    best = f.four(best, v128.load(x + 4 * i));
    best1 = f.four(best1, v128.load(x + 4 * i, 16));
    best2 = f.four(best2, v128.load(x + 4 * i, 32));
    best3 = f.four(best3, v128.load(x + 4 * i, 48));
  }
  best = f.four(f.four(best, best1), f.four(best2, best3));
  for (; i + 4 <= count; i += 4) best = f.four(best, v128.load(x + 4 * i));
  let result = f.one(
    f.one(f32x4.extract_lane(best, 0), f32x4.extract_lane(best, 1)),
    f.one(f32x4.extract_lane(best, 2), f32x4.extract_lane(best, 3)),
  );
  for (; i < count; i++) result = f.one(result, load<f32>(x + 4 * i));
  return result;
}

function endRows<F>(from: usize, to: usize, x: usize, y: usize, length: usize): void {
  for (let row = from; row < to; row++) store<f32>(y + 4 * row, endRow<F>(x + 4 * row * length, length));
}

function endColumns<F>(from: usize, to: usize, x: usize, y: usize, length: usize, inner: usize): void {
  const f = changetype<F>(0);
  const strips = (inner + STRIP - 1) / STRIP;
  for (let unit = from; unit < to; unit++) {
    const o = unit / strips;
    let column = (unit - o * strips) * STRIP;
    const stop = min(column + STRIP, inner);
    for (; column < stop; column += 4) {
      let source = x + 4 * (o * length * inner + column);
      const target = y + 4 * (o * inner + column);
      if (column + 4 <= stop) {
        let best = f32x4.splat(f.start());
        for (let row: usize = 0; row < length; row++) {
          best = f.four(best, v128.load(source));
          source += 4 * inner;
        }
        v128.store(target, best);
      } else {
        for (let i: usize = 0; i < stop - column; i++) {
          let best = f.start();
          for (let row: usize = 0; row < length; row++)
            best = f.one(best, load<f32>(source + 4 * (row * inner + i)));
          store<f32>(target + 4 * i, best);
        }
      }
    }
  }
}

export function sumRows_plain(from: usize, to: usize, x: usize, y: usize, length: usize, scale: f64): void {
  sumRows<Plain>(from, to, x, y, length, scale);
}
export function sumRows_squares(from: usize, to: usize, x: usize, y: usize, length: usize, scale: f64): void {
  sumRows<Squares>(from, to, x, y, length, scale);
}
export function sumColumns_plain(
  from: usize,
  to: usize,
  x: usize,
  y: usize,
  length: usize,
  inner: usize,
  scale: f64,
): void {
  sumColumns<Plain>(from, to, x, y, length, inner, scale);
}
export function sumColumns_squares(
  from: usize,
  to: usize,
  x: usize,
  y: usize,
  length: usize,
  inner: usize,
  scale: f64,
): void {
  sumColumns<Squares>(from, to, x, y, length, inner, scale);
}
export function sumAll_plain(x: usize, count: usize): f64 {
  return sumRow<Plain>(x, count);
}
export function sumAll_squares(x: usize, count: usize): f64 {
  return sumRow<Squares>(x, count);
}
export function maxRows(from: usize, to: usize, x: usize, y: usize, length: usize): void {
  endRows<Greatest>(from, to, x, y, length);
}
export function minRows(from: usize, to: usize, x: usize, y: usize, length: usize): void {
  endRows<Least>(from, to, x, y, length);
}
export function maxColumns(from: usize, to: usize, x: usize, y: usize, length: usize, inner: usize): void {
  endColumns<Greatest>(from, to, x, y, length, inner);
}
export function minColumns(from: usize, to: usize, x: usize, y: usize, length: usize, inner: usize): void {
  endColumns<Least>(from, to, x, y, length, inner);
}
