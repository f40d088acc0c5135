import type { Block } from "./block.ts";
import { enter, leave, place, share, update } from "./dispatch.ts";

/** A matrix in a block, by strides in elements: element (i, j) lies at offset + i·row + j·column. */
export interface MatrixView {
  readonly block: Block;
  readonly row: number;
  readonly column: number;
  /** Where element (0, 0) lies; default 0. */
  readonly offset?: number;
  /** In a batch: from one matrix to the next; default 0, the same one for all. */
  readonly next?: number;
}

/** What a product is written into: its columns are neighbours. */
export type ResultView = Omit<MatrixView, "column">;

export interface GemmOptions {
  /** Products to compute; default 1. */
  readonly batch?: number;
  /** C += A·B instead of C = A·B. */
  readonly accumulate?: boolean;
  /** n numbers, one a column, that are added to every row. */
  readonly bias?: Block | undefined;
  /** max(0, ·) at the end. */
  readonly relu?: boolean;
}

/** Multiply-adds below which a call costs more than it saves. */
const WORTH_WASM = 512;
/** Multiply-adds (about 40 µs) above which waking another thread pays. */
const WORTH_THREADS = 1_000_000;

/** C[m,n] (+)= A[m,k]·B[k,n], then + bias, then ReLU; a whole batch where asked. */
export function gemm(
  m: number,
  n: number,
  k: number,
  a: MatrixView,
  b: MatrixView,
  c: ResultView,
  options: GemmOptions = {},
): void {
  const { batch = 1, accumulate = false, bias, relu = false } = options;
  const work = batch * m * n * k;
  const e = work < WORTH_WASM ? undefined : enter(work, [a.block, b.block, c.block, bias]);
  if (e) {
    const left = [place(e, a.block) + 4 * (a.offset ?? 0), a.row, a.column] as const;
    const right = [place(e, b.block) + 4 * (b.offset ?? 0), b.row, b.column] as const;
    const end = [Number(accumulate), bias ? place(e, bias) : 0, Number(relu)] as const;
    // What lies between C's rows stays as it is.
    const target = update(e, c.block) + 4 * (c.offset ?? 0);
    const much = work >= WORTH_THREADS;
    if (batch > 1) {
      const [nextA, nextB, nextC] = [a.next ?? 0, b.next ?? 0, c.next ?? 0];
      const rest = [m, n, k, ...left, nextA, ...right, nextB, target, c.row, nextC, ...end];
      share(e, "gemmBatch", batch, { much, pieces: 1, unit: 1 }, rest);
    } else {
      const [name, count, other, unit] =
        m >= n ? (["gemm", m, n, 12] as const) : (["gemmColumns", n, m, 16] as const);
      const rest = [other, k, ...left, ...right, target, c.row, ...end];
      share(e, name, count, { much, pieces: 1, unit }, rest);
    }
    leave(e);
    return;
  }
  for (let at = 0; at < batch; at++) plain(m, n, k, nth(a, at), nth(b, at), nth(c, at), options);
}

const nth = <View extends ResultView>(view: View, at: number): View => ({
  ...view,
  offset: (view.offset ?? 0) + at * (view.next ?? 0),
});

const ROWS_OF_B = 64;

/**
 * The definition. The loops run i, p, j: then the innermost one goes along a row of B and a row of C, neighbours in
 * memory, and A_ip stays in a register. Where B's columns are the contiguous ones (Bᵀ as it lies), p goes innermost.
 */
function plain(
  m: number,
  n: number,
  k: number,
  a: MatrixView,
  b: MatrixView,
  c: ResultView,
  { accumulate = false, bias, relu = false }: GemmOptions,
): void {
  const [left, right, out] = [a.block.array(), b.block.array(), c.block.array()];
  const offsets = bias?.array();
  const alongP = b.row === 1 && b.column !== 1;
  const [startA, startB, startC] = [a.offset ?? 0, b.offset ?? 0, c.offset ?? 0];
  const [stepA, stepB] = [a.column, b.column];
  if (!accumulate) for (let i = 0; i < m; i++) out.fill(0, startC + i * c.row, startC + i * c.row + n);
  // Some rows of B at a time, which then stay in the cache for every row of A.
  for (let from = 0; from < k; from += ROWS_OF_B) {
    const to = Math.min(k, from + ROWS_OF_B);
    for (let i = 0; i < m; i++) {
      const rowA = startA + i * a.row;
      const rowC = startC + i * c.row;
      if (alongP) {
        for (let j = 0; j < n; j++) {
          const columnB = startB + j * stepB;
          let sum = 0;
          for (let p = from; p < to; p++) sum += left[rowA + p * stepA]! * right[columnB + p]!;
          out[rowC + j]! += sum;
        }
      } else {
        for (let p = from; p < to; p++) {
          const value = left[rowA + p * stepA]!;
          const rowB = startB + p * b.row;
          for (let j = 0; j < n; j++) out[rowC + j]! += value * right[rowB + j * stepB]!;
        }
      }
    }
  }
  for (let i = 0; i < m; i++) {
    const rowC = startC + i * c.row;
    if (offsets) for (let j = 0; j < n; j++) out[rowC + j]! += offsets[j]!;
    if (relu) for (let j = rowC; j < rowC + n; j++) out[j] = Math.max(out[j]!, 0);
  }
}
