import type { Block } from "./block.ts";
import { enter, leave, place, result, run } from "./dispatch.ts";
import { rowGrain } from "./softmax-rows.ts";

/** Scores [batch, heads, queries, keys], and which keys a query may see. */
export interface AttentionRows {
  readonly batch: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  /** Above 0; usually 1 / √width. */
  readonly scale: number;
  /** A query sees the keys up to its own place; the last query sees the last key. */
  readonly causal: boolean;
  /** [batch, keys], not 0 where a key may be seen. */
  readonly mask?: Block;
}

/** p = softmax(scale · s) over the keys that are seen, 0 for the others; a query that sees none gets zeros. */
export function attentionRows(s: Block, layout: AttentionRows, p: Block): void {
  const { batch, heads, queries, keys, scale, causal, mask } = layout;
  const e = enter(s.length, [s, p], mask);
  if (e) {
    const seen = mask === undefined ? 0 : place(e, exclusions(mask));
    const args = [place(e, s), result(p), queries, keys, scale, Number(causal), seen, heads * queries];
    run(e, "attention", batch * heads * queries, rowGrain(keys), ...args);
    leave(e);
    return;
  }
  const [from, to, seen] = [s.array(), p.array(), mask?.array()];
  for (let row = 0; row < batch * heads * queries; row++) {
    const query = row % queries;
    const before = causal ? Math.max(0, query + 1 + keys - queries) : keys;
    const rule = Math.floor(row / (heads * queries)) * keys;
    const start = row * keys;
    const sees = (k: number): boolean => k < before && (seen === undefined || seen[rule + k] !== 0);
    let greatest = -Infinity;
    for (let k = 0; k < keys; k++) if (sees(k)) greatest = Math.max(greatest, from[start + k]!);
    let total = 0;
    for (let k = 0; k < keys; k++) {
      const power = sees(k) && greatest !== -Infinity ? Math.exp(scale * (from[start + k]! - greatest)) : 0;
      to[start + k] = power;
      total += power;
    }
    if (total !== 0) for (let k = 0; k < keys; k++) to[start + k]! /= total;
  }
}

/** The mask as the wasm twin wants it: 0 where a key is seen, −∞ where not. */
function exclusions(mask: Block): Block {
  const rule = Float32Array.from(mask.array(), (see) => (see === 0 ? -Infinity : 0));
  return { dtype: "float32", length: rule.length, address: 0, array: () => rule };
}

/** ds = scale · p (g − Σ g p). */
export function attentionRowsGrad(g: Block, p: Block, layout: AttentionRows, ds: Block): void {
  const { batch, heads, queries, keys, scale, causal } = layout;
  const rows = batch * heads * queries;
  const e = enter(g.length, [g, p, ds]);
  if (e) {
    const args = [place(e, g), place(e, p), result(ds), queries, keys, scale, Number(causal)];
    run(e, "attentionGrad", rows, rowGrain(keys), ...args);
    leave(e);
    return;
  }
  const [up, kept, to] = [g.array(), p.array(), ds.array()];
  for (let start = 0; start < rows * keys; start += keys) {
    let dot = 0;
    // An unseen key's gradient counts for nothing, whatever it is.
    for (let k = start; k < start + keys; k++) if (kept[k] !== 0) dot += up[k]! * kept[k]!;
    for (let k = start; k < start + keys; k++) {
      to[k] = kept[k] === 0 ? 0 : scale * kept[k]! * (up[k]! - dot);
    }
  }
}
