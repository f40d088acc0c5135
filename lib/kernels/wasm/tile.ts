// The innermost tile of a matrix product: 6×8 of C in twelve registers, with two for a row of B and one for an
// element of A: all fifteen that V8 gives on x64. In each step of k: 8 loads for 12 multiply-adds, so the loads
// (two a cycle) stay ahead of the arithmetic (two a cycle). The loop is not unrolled, and a tile is stored, never
// added to C: on Node 20 and 22 either change makes V8 spill registers in the loop (55 to 33 and 26 GFLOP/s).
import { Lanes } from "./lanes";

export const TILE_ROWS: u32 = 6;
export const TILE_COLUMNS: u32 = 8;
export const STRIDED_ROWS: u32 = 4;

/** Bytes from one column to the next in a panel of A, and from one row to the next in one of B. */
export const PANEL_A: usize = 4 * TILE_ROWS;
export const PANEL_B: usize = 4 * TILE_COLUMNS;

/**
 * C = A·B, A as k columns of six numbers, B as k rows of eight; from one to the next are `stepA`, `stepB` bytes, from
 * one row of C to the next `ldc`.
 */
export function wholeTile(
  k: u32,
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  c: usize,
  ldc: usize,
): void {
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
    x = v128.load32_splat(a, 4);
    c10 = Lanes.madd(x, b0, c10);
    c11 = Lanes.madd(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = Lanes.madd(x, b0, c20);
    c21 = Lanes.madd(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = Lanes.madd(x, b0, c30);
    c31 = Lanes.madd(x, b1, c31);
    x = v128.load32_splat(a, 16);
    c40 = Lanes.madd(x, b0, c40);
    c41 = Lanes.madd(x, b1, c41);
    x = v128.load32_splat(a, 20);
    c50 = Lanes.madd(x, b0, c50);
    c51 = Lanes.madd(x, b1, c51);
    a += stepA;
    b += stepB;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += ldc;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += ldc;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += ldc;
  v128.store(c, c30);
  v128.store(c, c31, 16);
  c += ldc;
  v128.store(c, c40);
  v128.store(c, c41, 16);
  c += ldc;
  v128.store(c, c50);
  v128.store(c, c51, 16);
}

/**
 * C = A·B where packing A does not pay: its rows lie `rowA` bytes apart and its columns `stepA`, B's rows of eight
 * `stepB`. Four rows, as more pointers than that do not fit the general registers; the first `rows` are A's and
 * the others repeat the last, so that nothing is read past it.
 */
export function stridedTile(
  k: u32,
  rows: u32,
  a: usize,
  rowA: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  c: usize,
  ldc: usize,
): void {
  let row0 = a;
  const last = a + <usize>(rows - 1) * rowA;
  let row1 = min(a + rowA, last);
  let row2 = min(a + 2 * rowA, last);
  let row3 = min(a + 3 * rowA, last);
  let b0: v128, b1: v128, x: v128;
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  for (; k > 0; k--) {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(row0);
    c00 = Lanes.madd(x, b0, c00);
    c01 = Lanes.madd(x, b1, c01);
    x = v128.load32_splat(row1);
    c10 = Lanes.madd(x, b0, c10);
    c11 = Lanes.madd(x, b1, c11);
    x = v128.load32_splat(row2);
    c20 = Lanes.madd(x, b0, c20);
    c21 = Lanes.madd(x, b1, c21);
    x = v128.load32_splat(row3);
    c30 = Lanes.madd(x, b0, c30);
    c31 = Lanes.madd(x, b1, c31);
    row0 += stepA;
    row1 += stepA;
    row2 += stepA;
    row3 += stepA;
    b += stepB;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += ldc;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += ldc;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += ldc;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}
