// Matrix products in blocks that fit the caches, after Goto and van de Geijn, "Anatomy of high-performance matrix
// multiplication" (2008): a block of B is packed into panels of eight columns, a block of A into panels of six
// rows, and every pair of panels meets in one tile. Strides are in elements; C's columns are neighbours.
import { axpyRow, dotTile } from "./skinny";
import { scratch } from "./scratch";
import { packA, packB, packPanel } from "./pack";
import { PANEL_A, PANEL_B, STRIDED_ROWS, stridedTile, TILE_COLUMNS, TILE_ROWS, wholeTile } from "./tile";

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
/** What a product uses of the thread's scratch; a caller may use the rest. */
export const GEMM_SCRATCH: usize = EDGE + 256;

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
  const tileRows = packedA ? TILE_ROWS : STRIDED_ROWS;
  const ldc = (<usize>rowC) << 2;
  for (let j0: u32 = 0; j0 < n; j0 += BLOCK_N) {
    const columns = min(n - j0, BLOCK_N);
    for (let p0: u32 = 0; p0 < k; p0 += BLOCK_K) {
      const depth = min(k - p0, BLOCK_K);
      const add = accumulate || p0 > 0;
      const blockB = b + 4 * (<usize>p0 * rowB + <usize>j0 * columnB);
      if (packedB) packB(depth, columns, blockB, rowB, columnB, scratch + PACKED_B);
      for (let i0: u32 = 0; i0 < m; i0 += BLOCK_M) {
        const rows = min(m - i0, BLOCK_M);
        const blockA = a + 4 * (<usize>i0 * rowA + <usize>p0 * columnA);
        if (packedA) packA(depth, rows, blockA, rowA, columnA, scratch + PACKED_A);
        for (let j: u32 = 0; j < columns; j += TILE_COLUMNS) {
          const wide = min(columns - j, TILE_COLUMNS);
          let panelB = scratch + PACKED_B + 4 * (<usize>j * depth);
          let stepB = PANEL_B;
          if (!packedB) {
            if (wide == TILE_COLUMNS) {
              panelB = blockB + 4 * <usize>j;
              stepB = (<usize>rowB) << 2;
            } else {
              panelB = scratch + PACKED_B;
              packPanel(depth, wide, blockB + 4 * <usize>j, rowB, 1, panelB);
            }
          }
          for (let i: u32 = 0; i < rows; i += tileRows) {
            const high = min(rows - i, tileRows);
            const direct = !add && high == tileRows && wide == TILE_COLUMNS;
            const target = c + <usize>(i0 + i) * ldc + 4 * <usize>(j0 + j);
            const tile = direct ? target : scratch + EDGE;
            const step = direct ? ldc : 32;
            if (packedA) {
              wholeTile(
                depth,
                scratch + PACKED_A + 4 * (<usize>i * depth),
                PANEL_A,
                panelB,
                stepB,
                tile,
                step,
              );
            } else {
              const from = blockA + 4 * (<usize>i * rowA);
              stridedTile(
                depth,
                high,
                from,
                (<usize>rowA) << 2,
                (<usize>columnA) << 2,
                panelB,
                stepB,
                tile,
                step,
              );
            }
            if (!direct) copyTile(high, wide, tile, target, ldc, add);
          }
        }
      }
    }
  }
}

/** Moves or adds the part of a tile that lies in C. */
function copyTile(high: u32, wide: u32, tile: usize, c: usize, ldc: usize, add: bool): void {
  for (let i: u32 = 0; i < high; i++) {
    if (wide == TILE_COLUMNS) {
      const x0 = v128.load(tile);
      const x1 = v128.load(tile, 16);
      v128.store(c, add ? f32x4.add(x0, v128.load(c)) : x0);
      v128.store(c, add ? f32x4.add(x1, v128.load(c, 16)) : x1, 16);
    } else {
      for (let j: u32 = 0; j < wide; j++) {
        const at = c + 4 * <usize>j;
        const value = load<f32>(tile + 4 * <usize>j);
        store<f32>(at, add ? load<f32>(at) + value : value);
      }
    }
    tile += 32;
    c += ldc;
  }
}

/** + bias (0: none), then max(0, ·) where `relu`, over m rows of n. */
export function epilogue(m: u32, n: u32, c: usize, rowC: u32, bias: usize, relu: bool): void {
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
