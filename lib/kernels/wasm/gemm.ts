// Matrix products in blocks that fit the caches, after Goto and van de Geijn, "Anatomy of high-performance matrix
// multiplication" (2008): a block of B is packed into panels of eight columns, a block of A into panels of six
// rows, and every pair of panels meets in one tile. Strides are in elements; C's columns are neighbours.
import { axpyRow, dotTile } from "./skinny";
import { scratch } from "./scratch";
import { packedTile, stridedTile, TILE_COLUMNS, TILE_ROWS } from "./tile";

/** Of k at once: a panel of B (8 KB) stays in the first cache. */
const BLOCK_K: u32 = 256;
/** Rows of A at once: 96 KB in the second cache. */
const BLOCK_M: u32 = 96;
/** Columns of B at once: 512 KB. */
const BLOCK_N: u32 = 512;
/** Up to so many rows or columns, an operand is read too few times for packing to pay. */
const SKINNY: u32 = 24;

const PACKED_A: usize = 0;
const PACKED_B: usize = PACKED_A + BLOCK_M * BLOCK_K * 4;
const EDGE: usize = PACKED_B + BLOCK_K * BLOCK_N * 4;

/** Rows [from, to) of C (+)= A·B, then + bias (one number a column; 0: none), then max(0, ·) where `relu`. */
export function gemm(
  from: u32,
  to: u32,
  n: u32,
  k: u32,
  a: usize,
  rowA: u32,
  columnA: u32,
  b: usize,
  rowB: u32,
  columnB: u32,
  c: usize,
  rowC: u32,
  accumulate: bool,
  bias: usize,
  relu: bool,
): void {
  multiply(
    to - from,
    n,
    k,
    a + 4 * (<usize>from * rowA),
    rowA,
    columnA,
    b,
    rowB,
    columnB,
    c + 4 * (<usize>from * rowC),
    rowC,
    accumulate,
    bias,
    relu,
  );
}

/** The same for columns [from, to) of all m rows. */
export function gemmColumns(
  from: u32,
  to: u32,
  m: u32,
  k: u32,
  a: usize,
  rowA: u32,
  columnA: u32,
  b: usize,
  rowB: u32,
  columnB: u32,
  c: usize,
  rowC: u32,
  accumulate: bool,
  bias: usize,
  relu: bool,
): void {
  multiply(
    m,
    to - from,
    k,
    a,
    rowA,
    columnA,
    b + 4 * (<usize>from * columnB),
    rowB,
    columnB,
    c + 4 * <usize>from,
    rowC,
    accumulate,
    bias == 0 ? 0 : bias + 4 * <usize>from,
    relu,
  );
}

/** Products [from, to) of a batch whose matrices lie `nextA`, `nextB`, `nextC` elements apart (0: the same one). */
export function gemmBatch(
  from: u32,
  to: u32,
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  rowA: u32,
  columnA: u32,
  nextA: u32,
  b: usize,
  rowB: u32,
  columnB: u32,
  nextB: u32,
  c: usize,
  rowC: u32,
  nextC: u32,
  accumulate: bool,
  bias: usize,
  relu: bool,
): void {
  for (let at = from; at < to; at++) {
    multiply(
      m,
      n,
      k,
      a + 4 * (<usize>at * nextA),
      rowA,
      columnA,
      b + 4 * (<usize>at * nextB),
      rowB,
      columnB,
      c + 4 * (<usize>at * nextC),
      rowC,
      accumulate,
      bias,
      relu,
    );
  }
}

/** C (+)= A·B with the epilogue, on this thread. */
export function multiply(
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  rowA: u32,
  columnA: u32,
  b: usize,
  rowB: u32,
  columnB: u32,
  c: usize,
  rowC: u32,
  accumulate: bool,
  bias: usize,
  relu: bool,
): void {
  if (m == 0 || n == 0) return;
  if (k == 0 && !accumulate) {
    for (let i: u32 = 0; i < m; i++) memory.fill(c + 4 * (<usize>i * rowC), 0, (<usize>n) << 2);
  }
  if (columnA == 1 && rowB == 1 && (m < 4 || n < 4)) {
    dotTile(m, n, k, a, rowA, b, columnB, c, rowC, accumulate);
  } else if (m == 1 && columnB == 1) {
    axpyRow(n, k, a, columnA, b, rowB, c, accumulate);
  } else if (n == 1 && rowC == 1 && rowA == 1) {
    // Cᵀ = Bᵀ·Aᵀ: one row.
    axpyRow(m, k, b, rowB, a, columnA, c, accumulate);
  } else {
    inBlocks(m, n, k, a, rowA, columnA, b, rowB, columnB, c, rowC, accumulate);
  }
  if (bias != 0 || relu) epilogue(m, n, c, rowC, bias, relu);
}

function inBlocks(
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  rowA: u32,
  columnA: u32,
  b: usize,
  rowB: u32,
  columnB: u32,
  c: usize,
  rowC: u32,
  accumulate: bool,
): void {
  const packedA = n > SKINNY;
  const packedB = packedA || columnB != 1 || m > SKINNY;
  const ldc = (<usize>rowC) << 2;
  for (let j0: u32 = 0; j0 < n; j0 += BLOCK_N) {
    const columns = min(n - j0, BLOCK_N);
    for (let p0: u32 = 0; p0 < k; p0 += BLOCK_K) {
      const depth = min(k - p0, BLOCK_K);
      const add = accumulate || p0 > 0;
      const blockB = b + 4 * (<usize>p0 * rowB + <usize>j0 * columnB);
      if (packedB) packB(depth, columns, blockB, rowB, columnB);
      for (let i0: u32 = 0; i0 < m; i0 += BLOCK_M) {
        const rows = min(m - i0, BLOCK_M);
        const blockA = a + 4 * (<usize>i0 * rowA + <usize>p0 * columnA);
        if (packedA) packA(depth, rows, blockA, rowA, columnA);
        for (let j: u32 = 0; j < columns; j += TILE_COLUMNS) {
          const wide = min(columns - j, TILE_COLUMNS);
          let panelB = scratch + PACKED_B + 4 * (<usize>j * depth);
          let stepB: usize = 32;
          if (!packedB) {
            if (wide == TILE_COLUMNS) {
              panelB = blockB + 4 * <usize>j;
              stepB = (<usize>rowB) << 2;
            } else {
              panelB = scratch + PACKED_B;
              packPanel(depth, wide, blockB + 4 * <usize>j, rowB, 1, panelB);
            }
          }
          for (let i: u32 = 0; i < rows; i += TILE_ROWS) {
            const high = min(rows - i, TILE_ROWS);
            const whole = high == TILE_ROWS && wide == TILE_COLUMNS;
            const target = c + <usize>(i0 + i) * ldc + 4 * <usize>(j0 + j);
            const tile = whole ? target : scratch + EDGE;
            const tileStep = whole ? ldc : 32;
            if (packedA) {
              packedTile(
                depth,
                scratch + PACKED_A + 4 * (<usize>i * depth),
                panelB,
                tile,
                tileStep,
                whole && add,
              );
            } else {
              stridedTile(
                depth,
                high,
                blockA + 4 * (<usize>i * rowA),
                (<usize>rowA) << 2,
                (<usize>columnA) << 2,
                panelB,
                stepB,
                tile,
                tileStep,
                whole && add,
              );
            }
            if (!whole) copyEdge(high, wide, tile, target, ldc, add);
          }
        }
      }
    }
  }
}

/** Columns [0, columns) of B in panels of eight; what is missing from the last is zero. */
function packB(depth: u32, columns: u32, b: usize, rowB: u32, columnB: u32): void {
  let to = scratch + PACKED_B;
  for (let j: u32 = 0; j < columns; j += TILE_COLUMNS) {
    packPanel(depth, min(columns - j, TILE_COLUMNS), b + 4 * (<usize>j * columnB), rowB, columnB, to);
    to += 32 * <usize>depth;
  }
}

function packPanel(depth: u32, wide: u32, b: usize, rowB: u32, columnB: u32, to: usize): void {
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
function packA(depth: u32, rows: u32, a: usize, rowA: u32, columnA: u32): void {
  let to = scratch + PACKED_A;
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
  for (let p: u32 = 0; p < depth; p++) {
    store<f32>(to, load<f32>(x));
    store<f32>(to, load<f32>(y), 4);
    x += 4;
    y += 4;
    to += 24;
  }
}

/** The part of a tile that lies in C. */
function copyEdge(high: u32, wide: u32, tile: usize, c: usize, ldc: usize, add: bool): void {
  for (let i: u32 = 0; i < high; i++) {
    for (let j: u32 = 0; j < wide; j++) {
      const at = c + 4 * <usize>j;
      const value = load<f32>(tile + 4 * <usize>j);
      store<f32>(at, add ? load<f32>(at) + value : value);
    }
    tile += 32;
    c += ldc;
  }
}

function epilogue(m: u32, n: u32, c: usize, rowC: u32, bias: usize, relu: bool): void {
  const zero = f32x4.splat(0);
  for (let i: u32 = 0; i < m; i++) {
    let at = c + 4 * (<usize>i * rowC);
    let from = bias;
    let j: u32 = 0;
    for (; j + 4 <= n; j += 4) {
      let value = v128.load(at);
      if (bias != 0) value = f32x4.add(value, v128.load(from));
      // NaN stays NaN: f32x4.max hands it on, and JavaScript's Math.max too.
      v128.store(at, relu ? f32x4.max(value, zero) : value);
      at += 16;
      from += 16;
    }
    for (; j < n; j++) {
      let value = load<f32>(at);
      if (bias != 0) value += load<f32>(from);
      store<f32>(at, relu ? max<f32>(value, 0) : value);
      at += 4;
      from += 4;
    }
  }
}
