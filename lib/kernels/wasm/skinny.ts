// Products with one row or few: they are limited by reading the matrix once, and nothing is packed.
import { Lanes } from "./lanes";

/** C (+)= A·Bᵀ with few rows on either side: every element a dot product of two contiguous rows. */
export function dotTile(
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  rowA: u32,
  b: usize,
  rowB: u32,
  c: usize,
  rowC: u32,
  accumulate: bool,
): void {
  for (let i: u32 = 0; i < m; i++) {
    for (let j: u32 = 0; j < n; j++) {
      const at = c + 4 * (<usize>i * rowC + j);
      const value = dot(k, a + 4 * (<usize>i * rowA), b + 4 * (<usize>j * rowB));
      store<f32>(at, accumulate ? load<f32>(at) + value : value);
    }
  }
}

/** Σ_p x_p·y_p, in four partial sums so that no addition waits for the last. */
function dot(k: u32, x: usize, y: usize): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (; k >= 16; k -= 16) {
    s0 = Lanes.madd(v128.load(x), v128.load(y), s0);
    s1 = Lanes.madd(v128.load(x, 16), v128.load(y, 16), s1);
    s2 = Lanes.madd(v128.load(x, 32), v128.load(y, 32), s2);
    s3 = Lanes.madd(v128.load(x, 48), v128.load(y, 48), s3);
    x += 64;
    y += 64;
  }
  for (; k >= 4; k -= 4) {
    s0 = Lanes.madd(v128.load(x), v128.load(y), s0);
    x += 16;
    y += 16;
  }
  let sum = Lanes.sum(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  for (; k > 0; k--) {
    sum += load<f32>(x) * load<f32>(y);
    x += 4;
    y += 4;
  }
  return sum;
}

/** One row: c (+)= Σ_p a_p · (row p of B), 16 columns at a time in registers. */
export function axpyRow(
  n: u32,
  k: u32,
  a: usize,
  columnA: u32,
  b: usize,
  rowB: u32,
  c: usize,
  accumulate: bool,
): void {
  const stepA = (<usize>columnA) << 2;
  const stepB = (<usize>rowB) << 2;
  let j: u32 = 0;
  for (; j + 16 <= n; j += 16) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let from = a;
    let row = b + 4 * <usize>j;
    for (let p: u32 = 0; p < k; p++) {
      const x = v128.load32_splat(from);
      s0 = Lanes.madd(x, v128.load(row), s0);
      s1 = Lanes.madd(x, v128.load(row, 16), s1);
      s2 = Lanes.madd(x, v128.load(row, 32), s2);
      s3 = Lanes.madd(x, v128.load(row, 48), s3);
      from += stepA;
      row += stepB;
    }
    const at = c + 4 * <usize>j;
    if (accumulate) {
      s0 = f32x4.add(s0, v128.load(at));
      s1 = f32x4.add(s1, v128.load(at, 16));
      s2 = f32x4.add(s2, v128.load(at, 32));
      s3 = f32x4.add(s3, v128.load(at, 48));
    }
    v128.store(at, s0);
    v128.store(at, s1, 16);
    v128.store(at, s2, 32);
    v128.store(at, s3, 48);
  }
  for (; j < n; j++) {
    let sum: f32 = 0;
    let from = a;
    let row = b + 4 * <usize>j;
    for (let p: u32 = 0; p < k; p++) {
      sum += load<f32>(from) * load<f32>(row);
      from += stepA;
      row += stepB;
    }
    const at = c + 4 * <usize>j;
    store<f32>(at, accumulate ? load<f32>(at) + sum : sum);
  }
}
