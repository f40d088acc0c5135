// Matrix products against a matrix that stays the same for many steps: it is packed once, in panels of eight
// columns, and the other side row by row as it comes, in panels of six (see tile.ts).
import { PANEL_A, PANEL_B, TILE_COLUMNS, TILE_ROWS, wholeTile } from "./tile";

/** B (depth × columns, strides in elements) into panels of eight columns; what is missing from the last is zero. */
export function packPanels(
  b: usize,
  rowB: usize,
  columnB: usize,
  depth: usize,
  columns: usize,
  to: usize,
): void {
  for (let j: usize = 0; j < columns; j += TILE_COLUMNS) {
    for (let p: usize = 0; p < depth; p++) {
      for (let i: usize = 0; i < TILE_COLUMNS; i++) {
        const from = b + 4 * (p * rowB + (j + i) * columnB);
        store<f32>(to, j + i < columns ? load<f32>(from) : 0);
        to += 4;
      }
    }
  }
}

/** C = A·B: A's rows lie `rowA` bytes apart, C's `rowC`; C has room for whole tiles. `packed` takes A's panels. */
export function panelProduct(
  rows: usize,
  columns: usize,
  depth: usize,
  a: usize,
  rowA: usize,
  panels: usize,
  packed: usize,
  c: usize,
  rowC: usize,
): void {
  const panelA: usize = 4 * TILE_ROWS * depth;
  let to = packed;
  for (let i: usize = 0; i < rows; i += TILE_ROWS) {
    packSix(min(rows - i, TILE_ROWS), depth, a + i * rowA, rowA, to);
    to += panelA;
  }
  for (let j: usize = 0; j < columns; j += TILE_COLUMNS) {
    const panel = panels + 4 * j * depth;
    let from = packed;
    for (let i: usize = 0; i < rows; i += TILE_ROWS) {
      wholeTile(<u32>depth, from, PANEL_A, panel, PANEL_B, c + i * rowC + 4 * j, rowC);
      from += panelA;
    }
  }
}

/** Six rows become `depth` groups of six; rows past `high` repeat the last, and nobody reads what comes of them. */
function packSix(high: usize, depth: usize, a: usize, rowA: usize, to: usize): void {
  const last = a + (high - 1) * rowA;
  const r1 = min(a + rowA, last);
  const r2 = min(a + 2 * rowA, last);
  const r3 = min(a + 3 * rowA, last);
  const r4 = min(a + 4 * rowA, last);
  const r5 = min(a + 5 * rowA, last);
  let p: usize = 0;
  for (; p + 4 <= depth; p += 4) {
    const at: usize = 4 * p;
    const x0 = v128.load(a + at);
    const x1 = v128.load(r1 + at);
    const x2 = v128.load(r2 + at);
    const x3 = v128.load(r3 + at);
    const x4 = v128.load(r4 + at);
    const x5 = v128.load(r5 + at);
    const low01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
    const high01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
    const low23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
    const high23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
    const low45 = i32x4.shuffle(x4, x5, 0, 4, 1, 5);
    const high45 = i32x4.shuffle(x4, x5, 2, 6, 3, 7);
    v128.store(to, i64x2.shuffle(low01, low23, 0, 2));
    v128.store_lane<u64>(to + 16, low45, 0);
    v128.store(to + 24, i64x2.shuffle(low01, low23, 1, 3));
    v128.store_lane<u64>(to + 40, low45, 1);
    v128.store(to + 48, i64x2.shuffle(high01, high23, 0, 2));
    v128.store_lane<u64>(to + 64, high45, 0);
    v128.store(to + 72, i64x2.shuffle(high01, high23, 1, 3));
    v128.store_lane<u64>(to + 88, high45, 1);
    to += 96;
  }
  for (; p < depth; p++) {
    const at: usize = 4 * p;
    store<f32>(to, load<f32>(a + at));
    store<f32>(to, load<f32>(r1 + at), 4);
    store<f32>(to, load<f32>(r2 + at), 8);
    store<f32>(to, load<f32>(r3 + at), 12);
    store<f32>(to, load<f32>(r4 + at), 16);
    store<f32>(to, load<f32>(r5 + at), 20);
    to += 24;
  }
}

/** As many rows, in whole tiles, as fit with `perRow` bytes each into `room`. */
export function rowsThatFit(perRow: usize, room: usize): usize {
  const tiles = room / (perRow * TILE_ROWS);
  return max<usize>(tiles, 1) * TILE_ROWS;
}

/** n rounded up to whole tiles' columns. */
export function wholeColumns(n: usize): usize {
  return ((n + TILE_COLUMNS - 1) / TILE_COLUMNS) * TILE_COLUMNS;
}
