import { allocate } from "../tensor/dtype.ts";
import type { Block } from "./block.ts";
import { enter, leave, place, placeIndices, result, run } from "./dispatch.ts";
import { backend, type Engine } from "./engine.ts";

/** A matrix for each batch entry and head: where it begins, and how far apart its rows lie; columns are neighbours. */
export interface HeadsView {
  readonly block: Block;
  /** In elements: the first matrix, then the steps to the next batch entry, the next head and the next row. */
  readonly offset: number;
  readonly batch: number;
  readonly head: number;
  readonly row: number;
}

export interface HeadSizes {
  readonly batch: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  /** Columns of q and k. */
  readonly depth: number;
  /** Columns of v and of the output. */
  readonly width: number;
  /** Above 0; usually 1 / √depth. */
  readonly scale: number;
  /** A query sees the keys up to its own place; the last query sees the last key. */
  readonly causal: boolean;
}

/** p = softmax(scale·q kᵀ + bias), [batch, heads, queries, keys], and out = p v. A query that sees no key gets 0. */
export function attentionHeads(
  sizes: HeadSizes,
  q: HeadsView,
  k: HeadsView,
  v: HeadsView,
  bias: HeadsView | undefined,
  p: Block,
  out: HeadsView,
): void {
  const { batch, heads, queries, keys, depth, width, scale, causal } = sizes;
  const e = enterHeads(sizes, [q, k, v, bias, out], [p]);
  if (e) {
    const layout = layoutOf(e, sizes, [q, k, v, out, bias]);
    const at = reader(e);
    const reads = [at(q), at(k), at(v), at(bias), result(p)];
    const target = writer()(out);
    run(e, "attentionHeads", batch * heads, pieces(sizes), layout, ...reads, target, scale, Number(causal));
    leave(e);
    return;
  }
  const [left, right, values] = [q.block.array(), k.block.array(), v.block.array()];
  const [kept, made, more] = [p.array(), out.block.array(), bias?.block.array()];
  pairs(sizes, (entry, head, pair) => {
    for (let query = 0; query < queries; query++) {
      const seen = causal ? Math.max(0, query + 1 + keys - queries) : keys;
      const fromQ = start(q, entry, head, query);
      const row = (pair * queries + query) * keys;
      let greatest = -Infinity;
      for (let key = 0; key < keys; key++) {
        const term = bias === undefined ? 0 : more![start(bias, entry, head, query) + key]!;
        let score = -Infinity;
        if (key < seen && term !== -Infinity) {
          const fromK = start(k, entry, head, key);
          let product = 0;
          for (let j = 0; j < depth; j++) product += left[fromQ + j]! * right[fromK + j]!;
          score = scale * product + term;
        }
        kept[row + key] = score;
        greatest = Math.max(greatest, score);
      }
      let total = 0;
      for (let key = row; key < row + keys; key++) {
        kept[key] = greatest === -Infinity ? 0 : Math.exp(kept[key]! - greatest);
        total += kept[key]!;
      }
      const target = start(out, entry, head, query);
      made.fill(0, target, target + width);
      for (let key = 0; key < keys; key++) {
        if (total !== 0) kept[row + key]! /= total;
        const fromV = start(v, entry, head, key);
        for (let j = 0; j < width; j++) made[target + j]! += kept[row + key]! * values[fromV + j]!;
      }
    }
  });
}

/** What of q, k and v, which lie in memory alike, a gradient is wanted for, and whether one is for the scores. */
export interface HeadGrads {
  readonly dq: HeadsView | undefined;
  readonly dk: HeadsView | undefined;
  readonly dv: HeadsView | undefined;
  /** [batch, heads, queries, keys]: the gradient of the bias, before it is summed to its shape. */
  readonly dscores: Block | undefined;
}

/** The length of the float32 block in which the way back keeps the scores' gradients, where nobody wants them. */
export function attentionScratch(sizes: HeadSizes): number {
  return Math.ceil((sizes.batch * sizes.heads) / pieces(sizes)) * sizes.queries * sizes.keys;
}

/**
 * With dp = g vᵀ and ds = p (dp − Σ p dp): dq = scale·ds k, dk = scale·dsᵀ q, dv = pᵀ g. For `scratch` see
 * `attentionScratch`; the plain twin wants none.
 */
export function attentionHeadsGrad(
  sizes: HeadSizes,
  g: HeadsView,
  q: HeadsView,
  k: HeadsView,
  v: HeadsView,
  p: Block,
  { dq, dk, dv, dscores }: HeadGrads,
  scratch: Block,
): void {
  const { batch, heads, queries, keys, depth, width, scale, causal } = sizes;
  const scores = dscores ?? scratch;
  const e = enterHeads(sizes, [g, q, k, v, dq, dk, dv], [p, scores]);
  if (e) {
    const layout = layoutOf(e, sizes, [q, k, v, g, undefined]);
    const [at, to, grain] = [reader(e), writer(), pieces(sizes)];
    const reads = [at(q), at(k), at(v), place(e, p), at(g)];
    const writes = [to(dq), to(dk), to(dv), result(scores), dscores === undefined ? grain : 0];
    run(e, "attentionHeadsGrad", batch * heads, grain, layout, ...reads, ...writes, scale, Number(causal));
    leave(e);
    if (dscores !== undefined) unscale(dscores, scale);
    return;
  }
  const arrays = [q, k, v, g, dq, dk, dv].map((view) => view?.block.array());
  const [left, right, values, up, toQ, toK, toV] = arrays;
  const [kept, slopes] = [p.array(), dscores?.array()];
  for (const view of [dq, dk, dv])
    if (view) clear(sizes, view, view === dq ? queries : keys, view === dv ? width : depth);
  const ds = allocate(p.dtype, keys);
  pairs(sizes, (entry, head, pair) => {
    for (let query = 0; query < queries; query++) {
      const row = (pair * queries + query) * keys;
      const fromG = start(g, entry, head, query);
      let dot = 0;
      for (let key = 0; key < keys; key++) {
        const fromV = start(v, entry, head, key);
        let dp = 0;
        // An unseen key's value counts for nothing, whatever it is.
        if (kept[row + key] !== 0)
          for (let j = 0; j < width; j++) dp += up![fromG + j]! * values![fromV + j]!;
        if (dv) {
          const target = start(dv, entry, head, key);
          for (let j = 0; j < width; j++) toV![target + j]! += kept[row + key]! * up![fromG + j]!;
        }
        ds[key] = dp;
        dot += kept[row + key]! * dp;
      }
      const fromQ = start(q, entry, head, query);
      for (let key = 0; key < keys; key++) {
        const slope = kept[row + key]! * (ds[key]! - dot);
        if (slopes) slopes[row + key] = slope;
        const fromK = start(k, entry, head, key);
        if (dq) {
          const target = start(dq, entry, head, query);
          for (let j = 0; j < depth; j++) toQ![target + j]! += scale * slope * right![fromK + j]!;
        }
        if (dk) {
          const target = start(dk, entry, head, key);
          for (let j = 0; j < depth; j++) toK![target + j]! += scale * slope * left![fromQ + j]!;
        }
      }
    }
  });
}

function enterHeads(
  { batch, heads, queries, keys, depth }: HeadSizes,
  views: readonly (HeadsView | undefined)[],
  blocks: readonly (Block | undefined)[],
): Engine | undefined {
  const all = [...views.map((view) => view?.block), ...blocks];
  return enter(batch * heads * queries * keys * depth, all, LAYOUT);
}

/** How many numbers `layoutOf` puts down. */
const LAYOUT: Block = wholeNumbers(new Array<number>(20).fill(0));

function wholeNumbers(values: readonly number[]): Block {
  const array = Int32Array.from(values);
  return { dtype: "int32", length: array.length, address: 0, array: () => array };
}

/** The sizes and strides, in the order that wasm/heads.ts names; returns their address. */
function layoutOf(e: Engine, sizes: HeadSizes, views: readonly (HeadsView | undefined)[]): number {
  const { heads, queries, keys, depth, width } = sizes;
  const strides = views.flatMap((view) => [view?.batch ?? 0, view?.head ?? 0, view?.row ?? 0]);
  return placeIndices(e, wholeNumbers([heads, queries, keys, depth, width, ...strides]));
}

/** Addresses of what is read; several views of one block have it lent once. */
function reader(e: Engine): (view: HeadsView | undefined) => number {
  return addresses((block) => place(e, block));
}

/** Addresses of what is written, likewise. */
function writer(): (view: HeadsView | undefined) => number {
  return addresses(result);
}

function addresses(lend: (block: Block) => number): (view: HeadsView | undefined) => number {
  const known = new Map<Block, number>();
  return (view) => {
    if (view === undefined) return 0;
    const address = known.get(view.block) ?? lend(view.block);
    known.set(view.block, address);
    return address + 4 * view.offset;
  };
}

/** Pairs that a thread takes at a time: four pieces for each thread, but none of less than some 50 µs. */
function pieces({ batch, heads, queries, keys, depth }: HeadSizes): number {
  const least = Math.ceil(500_000 / Math.max(1, queries * keys * depth));
  return Math.max(1, least, Math.ceil((batch * heads) / (4 * backend.threads)));
}

/** Where a row of a batch entry's head begins. */
function start({ offset, batch, head, row }: HeadsView, entry: number, which: number, at: number): number {
  return offset + entry * batch + which * head + at * row;
}

function pairs(
  { batch, heads }: HeadSizes,
  visit: (entry: number, head: number, pair: number) => void,
): void {
  for (let pair = 0; pair < batch * heads; pair++) visit(Math.floor(pair / heads), pair % heads, pair);
}

function clear(sizes: HeadSizes, view: HeadsView, rows: number, columns: number): void {
  const values = view.block.array();
  pairs(sizes, (entry, head) => {
    for (let row = 0; row < rows; row++) {
      const from = start(view, entry, head, row);
      values.fill(0, from, from + columns);
    }
  });
}

function unscale(block: Block, scale: number): void {
  const values = block.array();
  for (let i = 0; i < values.length; i++) values[i]! /= scale;
}
