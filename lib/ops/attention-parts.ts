// Attention made of operations that have rules.
import { adopt, zeros } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import type { AttentionSettings } from "./attention-views.ts";
import { logicalAnd, notEqual } from "./compare.ts";
import { matmul } from "./matmul.ts";
import { mul } from "./mul.ts";
import { reshape } from "./reshape.ts";
import { softmax } from "./softmax.ts";
import { transpose } from "./transpose.ts";
import { where } from "./where.ts";

/** Far below any score, and finite: a row that sees nothing gives no NaN before its weights are set to 0. */
const UNSEEN = -1e30;

/** softmax(scale·q kᵀ + bias), 0 for the keys that are not seen. */
export function weightsOf(
  q: Tensor,
  k: Tensor,
  bias: Tensor | undefined,
  { heads, scale, causal }: AttentionSettings,
): Tensor {
  const [left, right] = heads === undefined ? [q, k] : [splitHeads(q, heads), splitHeads(k, heads)];
  const products = mul(matmul(left, right, { transposeB: true }), scale);
  if (products.size === 0) return products;
  const scores = bias === undefined ? products : add(products, bias);
  const ahead = causal ? upTo(q.shape.at(-2)!, k.shape.at(-2)!) : undefined;
  const through = bias && notEqual(bias, -Infinity);
  const seen = ahead && through ? logicalAnd(ahead, through) : (ahead ?? through);
  if (seen === undefined) return softmax(scores);
  const nothing = zeros([], scores.dtype);
  return where(seen, softmax(where(seen, scores, add(nothing, UNSEEN))), nothing);
}

/** The weights times v. */
export function weigh(weights: Tensor, v: Tensor, heads: number | undefined): Tensor {
  return heads === undefined ? matmul(weights, v) : mergeHeads(matmul(weights, splitHeads(v, heads)));
}

/** True where a query (row) comes after a key (column) or with it, counted from the ends of both. */
function upTo(queries: number, keys: number): Tensor {
  const flags = Uint8Array.from({ length: queries * keys }, (_, at) =>
    Number((at % keys) - keys <= Math.floor(at / keys) - queries),
  );
  return adopt(flags, [queries, keys]);
}

/** The order of axes in which the last two but one change places. */
function swapped(rank: number): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return [...axes.slice(0, -3), rank - 2, rank - 3, rank - 1];
}

/** The heads of the last axis put apart. @example splitHeads(q, 4) // [batch, length, 4·16] → [batch, 4, length, 16] */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const width = x.shape.at(-1) ?? 0;
  if (x.rank < 2 || !(Number.isInteger(heads) && heads > 0) || width % heads !== 0) {
    throw new ShapeError(
      `splitHeads: ${formatShape(x.shape)} does not fall into ${heads} heads; it takes [..., length, heads·depth].`,
    );
  }
  const apart = reshape(x, [...x.shape.slice(0, -1), heads, width / heads]);
  return transpose(apart, swapped(apart.rank));
}

/** The other way. @example mergeHeads(looked) // [batch, 4, length, 16] → [batch, length, 64] */
export function mergeHeads(x: Tensor): Tensor {
  if (x.rank < 3) {
    throw new ShapeError(
      `mergeHeads: ${formatShape(x.shape)} has no axis of heads; it takes [..., heads, length, depth].`,
    );
  }
  const turned = transpose(x, swapped(x.rank));
  return reshape(turned, [...turned.shape.slice(0, -2), turned.shape.at(-2)! * turned.shape.at(-1)!]);
}
