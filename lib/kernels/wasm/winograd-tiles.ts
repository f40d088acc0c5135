// The tiles of Winograd's matrix products: 6×8 as in tile.ts, but what they read lies in rows of one fixed length, so
// that the distances are part of the instructions and nothing has to be packed.
import { Lanes } from "./lanes";

/** From one row to the next, in bytes: 128 numbers, and some so that rows do not meet in one set of the cache. */
export const ROW: usize = 528;

/** C = A·B: six rows of A, a panel of eight columns of B (k rows of eight), rows of C. */
export function wideTile(k: i32, a: usize, b: usize, c: usize): void {
  let b0: v128, b1: v128, x: v128;
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0);
  let c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0);
  let c51 = f32x4.splat(0);
  for (; k > 0; k--) {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a);
    c00 = Lanes.madd(x, b0, c00);
    c01 = Lanes.madd(x, b1, c01);
    x = v128.load32_splat(a, ROW);
    c10 = Lanes.madd(x, b0, c10);
    c11 = Lanes.madd(x, b1, c11);
    x = v128.load32_splat(a, 2 * ROW);
    c20 = Lanes.madd(x, b0, c20);
    c21 = Lanes.madd(x, b1, c21);
    x = v128.load32_splat(a, 3 * ROW);
    c30 = Lanes.madd(x, b0, c30);
    c31 = Lanes.madd(x, b1, c31);
    x = v128.load32_splat(a, 4 * ROW);
    c40 = Lanes.madd(x, b0, c40);
    c41 = Lanes.madd(x, b1, c41);
    x = v128.load32_splat(a, 5 * ROW);
    c50 = Lanes.madd(x, b0, c50);
    c51 = Lanes.madd(x, b1, c51);
    a += 4;
    b += 32;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += ROW;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += ROW;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += ROW;
  v128.store(c, c30);
  v128.store(c, c31, 16);
  c += ROW;
  v128.store(c, c40);
  v128.store(c, c41, 16);
  c += ROW;
  v128.store(c, c50);
  v128.store(c, c51, 16);
}
