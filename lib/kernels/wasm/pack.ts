// Operands are copied into the order in which the tile reads them.
import { TILE_COLUMNS, TILE_ROWS } from "./tile";

/** Columns [0, columns) of B in panels of eight; what is missing from the last is zero. */
export function packB(depth: u32, columns: u32, b: usize, rowB: u32, columnB: u32, to: usize): void {
  for (let j: u32 = 0; j < columns; j += TILE_COLUMNS) {
    packPanel(depth, min(columns - j, TILE_COLUMNS), b + 4 * (<usize>j * columnB), rowB, columnB, to);
    to += 32 * <usize>depth;
  }
}

/** One panel of B: `depth` rows of eight, of which `wide` are B's. */
export function packPanel(depth: u32, wide: u32, b: usize, rowB: u32, columnB: u32, to: usize): void {
  const step = (<usize>rowB) << 2;
  if (wide == TILE_COLUMNS && columnB == 1) {
    for (let p: u32 = 0; p < depth; p++) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, 16), 16);
      b += step;
      to += 32;
    }
    return;
  }
  if (wide == TILE_COLUMNS && rowB == 1) {
    transposeInto(depth, b, (<usize>columnB) << 2, to, 32);
    transposeInto(depth, b + 16 * <usize>columnB, (<usize>columnB) << 2, to + 16, 32);
    return;
  }
  const across = (<usize>columnB) << 2;
  for (let p: u32 = 0; p < depth; p++) {
    let from = b;
    for (let j: u32 = 0; j < TILE_COLUMNS; j++) {
      store<f32>(to + 4 * <usize>j, j < wide ? load<f32>(from) : 0);
      from += across;
    }
    b += step;
    to += 32;
  }
}

/** Rows [0, rows) of A in panels of six; what is missing from the last is zero. */
export function packA(depth: u32, rows: u32, a: usize, rowA: u32, columnA: u32, to: usize): void {
  const down = (<usize>rowA) << 2;
  const step = (<usize>columnA) << 2;
  for (let i: u32 = 0; i < rows; i += TILE_ROWS) {
    const high = min(rows - i, TILE_ROWS);
    let from = a + <usize>i * down;
    if (high == TILE_ROWS && columnA == 1) {
      transposeInto(depth, from, down, to, 24);
      zipPair(depth, from + 4 * down, from + 5 * down, to + 16);
      to += 24 * <usize>depth;
      continue;
    }
    for (let p: u32 = 0; p < depth; p++) {
      if (high == TILE_ROWS && rowA == 1) {
        v128.store(to, v128.load(from));
        store<u64>(to, load<u64>(from, 16), 16);
      } else {
        let at = from;
        for (let r: u32 = 0; r < TILE_ROWS; r++) {
          store<f32>(to + 4 * <usize>r, r < high ? load<f32>(at) : 0);
          at += down;
        }
      }
      from += step;
      to += 24;
    }
  }
}

/** Four rows of `depth` neighbours, `down` bytes apart, become `depth` groups of four, `step` bytes apart. */
function transposeInto(depth: u32, from: usize, down: usize, to: usize, step: usize): void {
  let p: u32 = 0;
  for (; p + 4 <= depth; p += 4) {
    const x0 = v128.load(from);
    const x1 = v128.load(from + down);
    const x2 = v128.load(from + 2 * down);
    const x3 = v128.load(from + 3 * down);
    const low01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
    const high01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
    const low23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
    const high23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
    v128.store(to, i64x2.shuffle(low01, low23, 0, 2));
    v128.store(to + step, i64x2.shuffle(low01, low23, 1, 3));
    v128.store(to + 2 * step, i64x2.shuffle(high01, high23, 0, 2));
    v128.store(to + 3 * step, i64x2.shuffle(high01, high23, 1, 3));
    from += 16;
    to += 4 * step;
  }
  for (; p < depth; p++) {
    store<f32>(to, load<f32>(from));
    store<f32>(to, load<f32>(from + down), 4);
    store<f32>(to, load<f32>(from + 2 * down), 8);
    store<f32>(to, load<f32>(from + 3 * down), 12);
    from += 4;
    to += step;
  }
}

/** The fifth and sixth row of a panel of A. */
function zipPair(depth: u32, x: usize, y: usize, to: usize): void {
  for (; depth >= 4; depth -= 4) {
    const first = v128.load(x);
    const second = v128.load(y);
    const low = i32x4.shuffle(first, second, 0, 4, 1, 5);
    const high = i32x4.shuffle(first, second, 2, 6, 3, 7);
    v128.store64_lane(to, low, 0);
    v128.store64_lane(to, low, 1, 24);
    v128.store64_lane(to, high, 0, 48);
    v128.store64_lane(to, high, 1, 72);
    x += 16;
    y += 16;
    to += 96;
  }
  for (; depth > 0; depth--) {
    store<f32>(to, load<f32>(x));
    store<f32>(to, load<f32>(y), 4);
    x += 4;
    y += 4;
    to += 24;
  }
}
