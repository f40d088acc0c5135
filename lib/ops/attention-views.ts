// Where the heads of attention lie in memory.
import { broadcastStrides } from "../kernels/broadcast.ts";
import type { HeadSizes, HeadsView } from "../kernels/heads.ts";
import { formatShape, type Shape, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastTo } from "./broadcast-to.ts";

/** How attention is computed; a query sees the keys that all of these allow. */
export interface AttentionSettings {
  /** How many heads lie side by side in the last axis; none: each matrix is one head. */
  readonly heads?: number | undefined;
  /** What the scores are multiplied by. */
  readonly scale: number;
  /** A query sees the keys up to its own place; where there are more keys, the last query sees the last key. */
  readonly causal: boolean;
}

/** The sizes, and a way to see each tensor's storage as heads. */
export interface Heads {
  readonly sizes: HeadSizes;
  q(x: Tensor): HeadsView;
  k(x: Tensor): HeadsView;
  v(x: Tensor): HeadsView;
  out(x: Tensor): HeadsView;
  /** Of the output. */
  readonly shape: Shape;
  /** Of the scores: what a bias broadcasts to. */
  readonly scores: Shape;
}

/** q [..., queries, depth], k [..., keys, depth] and v [..., keys, width], or with `heads` that many times as wide. */
export function headsOf(q: Tensor, k: Tensor, v: Tensor, settings: AttentionSettings): Heads {
  const { heads: count, scale, causal } = settings;
  const leading = q.shape.slice(0, -2);
  const [queries, wideQ] = q.shape.slice(-2) as [number, number];
  const keys = k.shape.at(-2)!;
  const wideV = v.shape.at(-1)!;
  // Without heads side by side, the last leading axis does as well.
  const heads = count ?? leading.at(-1) ?? 1;
  const batch = count === undefined ? sizeOf(leading.slice(0, -1)) : sizeOf(leading);
  const parts = count ?? 1;
  const [depth, width] = [wideQ / parts, wideV / parts];
  const view =
    (rows: number, columns: number) =>
    (x: Tensor): HeadsView =>
      count === undefined
        ? { block: x.storage, offset: 0, batch: heads * rows * columns, head: rows * columns, row: columns }
        : { block: x.storage, offset: 0, batch: rows * columns, head: columns / count, row: columns };
  return {
    sizes: { batch, heads, queries, keys, depth, width, scale, causal },
    q: view(queries, wideQ),
    k: view(keys, wideQ),
    v: view(keys, wideV),
    out: view(queries, wideV),
    shape: [...leading, queries, wideV],
    scores: count === undefined ? [...leading, queries, keys] : [...leading, count, queries, keys],
  };
}

/** The same for q, k and v side by side in the last axis of one tensor, [..., length, 3·heads·depth]. */
export function packedHeads(qkv: Tensor, settings: AttentionSettings & { readonly heads: number }): Heads {
  const { heads, scale, causal } = settings;
  const leading = qkv.shape.slice(0, -2);
  const [length, wide] = qkv.shape.slice(-2) as [number, number];
  const width = wide / 3;
  const depth = width / heads;
  const part =
    (n: number) =>
    (x: Tensor): HeadsView => ({
      block: x.storage,
      offset: n * width,
      batch: length * wide,
      head: depth,
      row: wide,
    });
  return {
    sizes: {
      batch: sizeOf(leading),
      heads,
      queries: length,
      keys: length,
      depth,
      width: depth,
      scale,
      causal,
    },
    q: part(0),
    k: part(1),
    v: part(2),
    out: (x) => ({ block: x.storage, offset: 0, batch: length * width, head: depth, row: width }),
    shape: [...leading, length, width],
    scores: [...leading, heads, length, length],
  };
}

/** A bias as the kernels read it: stretched in memory only where no strides can say it. */
export function biasView(bias: Tensor, scores: Shape): HeadsView {
  const lengths = [1, 1, 1, ...scores];
  const strides = [0, 0, 0, ...broadcastStrides(bias.shape, scores)];
  const [head = 0, row = 0, column = 0] = strides.slice(-3);
  let [batch, next, evenly] = [0, 0, column === 1 || scores.at(-1)! < 2];
  for (let axis = strides.length - 4, inner = true; axis >= 0; axis--) {
    if (lengths[axis] === 1) continue;
    if (inner) [batch, inner] = [strides[axis]!, false];
    else evenly &&= strides[axis] === next;
    next = strides[axis]! * lengths[axis]!;
  }
  return evenly
    ? { block: bias.storage, offset: 0, batch, head, row }
    : biasView(broadcastTo(bias, scores), scores);
}

/** Throws unless the shapes belong together. */
export function checkAttention(op: string, q: Tensor, k: Tensor, v: Tensor, heads: number | undefined): void {
  const all = [q, k, v].map(({ shape }) => formatShape(shape)).join(", ");
  const least = Math.min(q.rank, k.rank, v.rank);
  const leading = formatShape(q.shape.slice(0, -2));
  const fits =
    least >= 2 &&
    [k, v].every(({ shape }) => formatShape(shape.slice(0, -2)) === leading) &&
    q.shape.at(-1) === k.shape.at(-1) &&
    k.shape.at(-2) === v.shape.at(-2);
  if (!fits) {
    const before = least >= 2 && q.rank > 2 ? `${q.shape.slice(0, -2).join(", ")}, ` : "";
    const wanted =
      least >= 2
        ? `[${before}keys, ${q.shape.at(-1)}] and [${before}keys, width]`
        : "[keys, depth] and [keys, width]";
    throw new ShapeError(
      `${op}: q, k and v of shapes ${all} do not fit together: q is [..., queries, depth], k [..., keys, depth] ` +
        `and v [..., keys, width]. Beside q ${formatShape(q.shape)}, ${wanted} would fit.`,
    );
  }
  if (heads === undefined) return;
  const dividing =
    Number.isInteger(heads) && heads > 0 && q.shape.at(-1)! % heads === 0 && v.shape.at(-1)! % heads === 0;
  if (dividing) return;
  throw new ShapeError(
    `${op}: ${heads} heads do not divide the last axes of q, k and v, of shapes ${all}; ` +
      `a number that divides ${q.shape.at(-1)} and ${v.shape.at(-1)} would fit.`,
  );
}
