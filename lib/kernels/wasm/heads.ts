// Attention, one head of one batch entry after the other. A head's matrices are read and written where they lie, by
// strides, so heads need not be put apart or together; its scores (16 KB for 64 × 64) stay in the first cache.
import { Lanes } from "./lanes";
import { multiply } from "./gemm";
import { affineRow, centredProduct, dot, exponentials, greatestOf, sumOf } from "./rows";

/** In `layout` (int32): the sizes, then for each matrix three strides in elements: batch, head, row. */
const HEADS: usize = 0;
const QUERIES: usize = 1;
const KEYS: usize = 2;
const DEPTH: usize = 3;
const WIDTH: usize = 4;
const Q: usize = 5;
const K: usize = 8;
const V: usize = 11;
const OUT: usize = 14;
const BIAS: usize = 17;

function sizeAt(layout: usize, at: usize): u32 {
  return load<u32>(layout + 4 * at);
}

/** Where the matrix of this pair of batch entry and head begins. */
function begin(x: usize, layout: usize, strides: usize, pair: usize): usize {
  const heads: usize = sizeAt(layout, HEADS);
  const batch = (pair / heads) * sizeAt(layout, strides);
  return x + 4 * (batch + (pair % heads) * sizeAt(layout, strides + 1));
}

/** Pairs [from, to) of batch entry and head: p = softmax(scale·q kᵀ + bias), out = p v. `bias` may be 0: none. */
export function attentionHeads(
  from: usize,
  to: usize,
  layout: usize,
  q: usize,
  k: usize,
  v: usize,
  bias: usize,
  p: usize,
  out: usize,
  scale: f32,
  causal: bool,
): void {
  const queries = sizeAt(layout, QUERIES);
  const keys = sizeAt(layout, KEYS);
  const depth = sizeAt(layout, DEPTH);
  const width = sizeAt(layout, WIDTH);
  for (let pair = from; pair < to; pair++) {
    const scores = p + 4 * pair * queries * keys;
    const left = begin(q, layout, Q, pair);
    const right = begin(k, layout, K, pair);
    const rowQ = sizeAt(layout, Q + 2);
    multiply(
      queries,
      keys,
      depth,
      left,
      rowQ,
      1,
      right,
      1,
      sizeAt(layout, K + 2),
      scores,
      keys,
      false,
      0,
      false,
    );
    let more = bias == 0 ? 0 : begin(bias, layout, BIAS, pair);
    for (let row: usize = 0; row < queries; row++) {
      look(scores + 4 * row * keys, keys, causal ? seenBy(row, queries, keys) : keys, scale, more);
      if (bias != 0) more += 4 * sizeAt(layout, BIAS + 2);
    }
    const values = begin(v, layout, V, pair);
    const rowV = sizeAt(layout, V + 2);
    const result = begin(out, layout, OUT, pair);
    multiply(
      queries,
      width,
      keys,
      scores,
      keys,
      1,
      values,
      rowV,
      1,
      result,
      sizeAt(layout, OUT + 2),
      false,
      0,
      false,
    );
  }
}

/** How many keys query number `query` sees: the last one sees all. */
function seenBy(query: usize, queries: usize, keys: usize): usize {
  const seen = <isize>(query + 1 + keys) - <isize>queries;
  return seen > 0 ? <usize>seen : 0;
}

/** A row of scores becomes probabilities, in place; all 0 where nothing is seen. */
function look(row: usize, keys: usize, seen: usize, scale: f32, bias: usize): void {
  let factor = scale;
  if (bias != 0) {
    biased(row, seen, scale, bias);
    factor = 1;
  }
  const greatest = greatestOf(row, seen);
  // The greatest passes over NaN, the sum does not: a row of nothing but NaN is not one that sees nothing.
  const never = f32.NEGATIVE_INFINITY;
  if (seen == 0 || (greatest == never && sumOf(row, seen) == never)) {
    memory.fill(row, 0, 4 * keys);
    return;
  }
  const total = exponentials(row, row, seen, factor, factor * greatest);
  affineRow(row, row, seen, 1 / total, 0);
  if (seen < keys) memory.fill(row + 4 * seen, 0, 4 * (keys - seen));
}

/** x = scale·x + bias, and −∞ where the bias is, whatever x is. */
function biased(x: usize, width: usize, scale: f32, bias: usize): void {
  const factor = f32x4.splat(scale);
  const never = f32x4.splat(f32.NEGATIVE_INFINITY);
  for (let i: usize = 0; i < width; i += 4) {
    const count = width - i;
    const more = Lanes.part(bias + 4 * i, count);
    const y = f32x4.add(f32x4.mul(Lanes.part(x + 4 * i, count), factor), more);
    Lanes.keep(x + 4 * i, v128.bitselect(never, y, f32x4.eq(more, never)), count);
  }
}

/**
 * With dp = g vᵀ: ds = p (dp − Σ p dp), dq = scale·ds k, dk = scale·dsᵀ q, dv = pᵀ g; each of these may be 0: not
 * wanted. `scores` takes scale·ds: of every pair, or with a `grain` above 0 room for one in each piece of `grain`.
 */
export function attentionHeadsGrad(
  from: usize,
  to: usize,
  layout: usize,
  q: usize,
  k: usize,
  v: usize,
  p: usize,
  g: usize,
  dq: usize,
  dk: usize,
  dv: usize,
  scores: usize,
  grain: usize,
  scale: f32,
  causal: bool,
): void {
  const queries = sizeAt(layout, QUERIES);
  const keys = sizeAt(layout, KEYS);
  const depth = sizeAt(layout, DEPTH);
  const width = sizeAt(layout, WIDTH);
  const rowQ = sizeAt(layout, Q + 2);
  const rowK = sizeAt(layout, K + 2);
  const rowV = sizeAt(layout, V + 2);
  const rowG = sizeAt(layout, OUT + 2);
  const size: usize = 4 * <usize>queries * keys;
  for (let pair = from; pair < to; pair++) {
    const kept = p + size * pair;
    const ds = scores + size * (grain > 0 ? from / grain : pair);
    const up = begin(g, layout, OUT, pair);
    if (dv != 0) {
      const target = begin(dv, layout, V, pair);
      multiply(keys, width, queries, kept, 1, keys, up, rowG, 1, target, rowV, false, 0, false);
    }
    const values = begin(v, layout, V, pair);
    multiply(queries, keys, width, up, rowG, 1, values, 1, rowV, ds, keys, false, 0, false);
    for (let row: usize = 0; row < queries; row++) {
      const at: usize = 4 * row * keys;
      const seen = causal ? seenBy(row, queries, keys) : keys;
      centredProduct(ds + at, kept + at, ds + at, seen, dot(ds + at, kept + at, seen), scale);
      if (seen < keys) memory.fill(ds + at + 4 * seen, 0, 4 * (keys - seen));
    }
    if (dq != 0) {
      const target = begin(dq, layout, Q, pair);
      const right = begin(k, layout, K, pair);
      multiply(queries, depth, keys, ds, keys, 1, right, rowK, 1, target, rowQ, false, 0, false);
    }
    if (dk != 0) {
      const target = begin(dk, layout, K, pair);
      const left = begin(q, layout, Q, pair);
      multiply(keys, depth, queries, ds, 1, keys, left, rowQ, 1, target, rowK, false, 0, false);
    }
  }
}
