import type { TypedArray } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Block } from "./block.ts";
import { enter, filled, GRAIN, leave, limits, place, result, run } from "./dispatch.ts";

/** What is folded: Σx, Σx/n, Σx², the greatest, the least. NaN wins wherever there is one. */
export type ReductionOp = "max" | "mean" | "min" | "sum" | "sumSquares";

/** Columns of a strip; the same number stands in wasm/reductions.ts. */
const STRIP = 16;

/**
 * y[o, i] = fold over k of x[o, k, i], where x is [outer, axis, inner]: any run of neighbouring axes is such a middle
 * axis. Sums of float32 are carried in doubles.
 */
export function reduce(
  op: ReductionOp,
  x: Block,
  outer: number,
  axis: number,
  inner: number,
  y: Block,
): void {
  const scale = op === "mean" ? 1 / axis : 1;
  if (!foldInWasm(op, x, { outer, axis, inner }, y, scale)) {
    plainReduce(op, x.array(), outer, axis, inner, y.array());
  }
}

/** One fold in wasm, sums multiplied by `scale`; false, with nothing done, where the plain twin has to compute. */
function foldInWasm(
  op: ReductionOp,
  x: Block,
  { outer, axis, inner }: Fold,
  y: Block,
  scale: number,
): boolean {
  const e = enter(x.length, [x, y]);
  if (!e) return false;
  const strips = outer * Math.ceil(inner / STRIP);
  const rowGrain = Math.max(1, Math.ceil(GRAIN / axis));
  const stripGrain = Math.max(1, Math.ceil(GRAIN / (axis * Math.min(inner, STRIP))));
  const from = place(e, x);
  const to = result(y);
  if (op === "max" || op === "min") {
    if (inner === 1) run(e, `${op}Rows`, outer, rowGrain, from, to, axis);
    else run(e, `${op}Columns`, strips, stripGrain, from, to, axis, inner);
  } else {
    const kind = op === "sumSquares" ? "squares" : "plain";
    if (inner === 1) run(e, `sumRows_${kind}`, outer, rowGrain, from, to, axis, scale);
    else run(e, `sumColumns_${kind}`, strips, stripGrain, from, to, axis, inner, scale);
  }
  leave(e);
  return true;
}

/**
 * Folds any axes, run by run (see `foldsOf`), sums multiplied by `scale`; false, with `y` as it was, where the plain
 * twin has to compute.
 */
export function reduceInWasm(
  op: "max" | "min" | "sum",
  x: Block,
  shape: Shape,
  axes: readonly number[],
  y: Block,
  scale: number,
): boolean {
  if (x.length < limits.least || x.dtype !== "float32") return false;
  const folds = foldsOf(shape, axes);
  if (folds.length === 0) return false;
  let from = x;
  for (const [at, fold] of folds.entries()) {
    const last = at === folds.length - 1;
    const to = last ? y : filled("float32", fold.outer * fold.inner, 0);
    if (!foldInWasm(op, from, fold, to, last ? scale : 1)) return false;
    from = to;
  }
  return true;
}

function plainReduce(
  op: ReductionOp,
  x: TypedArray,
  outer: number,
  axis: number,
  inner: number,
  y: TypedArray,
): void {
  const sums = new Float64Array(inner);
  for (let o = 0; o < outer; o++) {
    sums.fill(op === "max" ? -Infinity : op === "min" ? Infinity : 0);
    for (let k = 0; k < axis; k++) foldRow(op, sums, x, (o * axis + k) * inner);
    const scale = op === "mean" ? 1 / axis : 1;
    for (let i = 0; i < inner; i++) y[o * inner + i] = scale * sums[i]!;
  }
}

function foldRow(op: ReductionOp, sums: Float64Array, x: TypedArray, from: number): void {
  const { length } = sums;
  if (op === "max") for (let i = 0; i < length; i++) sums[i] = Math.max(sums[i]!, x[from + i]!);
  else if (op === "min") for (let i = 0; i < length; i++) sums[i] = Math.min(sums[i]!, x[from + i]!);
  else if (op === "sumSquares") for (let i = 0; i < length; i++) sums[i]! += x[from + i]! ** 2;
  else for (let i = 0; i < length; i++) sums[i]! += x[from + i]!;
}

/** Numbers that one partial sum of `total` takes: fixed, so that the result does not depend on the threads. */
const CHUNK = 65_536;

/** Σx, or Σx², of all there is, in double precision. */
export function total(op: "sum" | "sumSquares", x: Block): number {
  const e = enter(x.length, [x]);
  if (e) {
    const from = place(e, x);
    const kernel = e.exports[op === "sum" ? "sumAll_plain" : "sumAll_squares"]!;
    let sum = 0;
    for (let at = 0; at < x.length; at += CHUNK) sum += kernel(from + 4 * at, Math.min(CHUNK, x.length - at));
    leave(e);
    return sum;
  }
  const values = x.array();
  let sum = 0;
  if (op === "sum") for (let i = 0; i < values.length; i++) sum += values[i]!;
  else for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return sum;
}

/** A run of neighbouring axes that are folded together, and what lies before and after it. */
export interface Fold {
  readonly outer: number;
  readonly axis: number;
  readonly inner: number;
}

/**
 * The folds that take an array of `shape` to one in which `axes` have length 1: one for each run of neighbouring
 * axes (axes of length 1 between them count as neighbours), last run first, each on the result of the one before.
 */
export function foldsOf(shape: Shape, axes: readonly number[]): Fold[] {
  const lengths = [...shape];
  const folds: Fold[] = [];
  const folded = (at: number): boolean => axes.includes(at) || lengths[at] === 1;
  const product = (from: number, to: number): number => lengths.slice(from, to).reduce((n, l) => n * l, 1);
  for (let end = lengths.length; end > 0; end--) {
    if (!folded(end - 1)) continue;
    let start = end - 1;
    while (start > 0 && folded(start - 1)) start--;
    const axis = product(start, end);
    if (axis !== 1) folds.push({ outer: product(0, start), axis, inner: product(end, lengths.length) });
    lengths.fill(1, start, end);
    end = start + 1;
  }
  return folds;
}
