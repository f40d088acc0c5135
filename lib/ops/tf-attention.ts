import type { AttentionSettings } from "./attention-views.ts";

type Tfjs = typeof import("@tensorflow/tfjs");
type TfTensor = import("@tensorflow/tfjs").Tensor;

/** Attention said with tfjs, whose products take no leading axes but one and two. */
export function tfAttention(
  tf: Tfjs,
  q: TfTensor,
  k: TfTensor,
  v: TfTensor,
  bias: TfTensor | undefined,
  { heads, scale, causal }: AttentionSettings,
): TfTensor {
  const leading = q.shape.slice(0, -2);
  const [queries, keys] = [q.shape.at(-2)!, k.shape.at(-2)!];
  if (queries * keys === 0 || leading.includes(0)) return tf.zeros([...leading, queries, v.shape.at(-1)!]);
  // [batch, heads, rows, columns]
  const apart = (x: TfTensor): TfTensor => {
    const [rows, columns] = x.shape.slice(-2) as [number, number];
    const parts = tf.reshape(x, [-1, rows, heads ?? 1, columns / (heads ?? 1)]);
    return tf.transpose(parts, [0, 2, 1, 3]);
  };
  const products = tf.mul(tf.matMul(apart(q), apart(k), false, true), scale);
  const shape = [...leading, ...(heads === undefined ? [] : [heads]), queries, keys];
  let scores = tf.reshape(products, shape);
  if (bias !== undefined) scores = tf.add(scores, bias);
  // A query ahead of all keys sees none.
  const seen = Array.from({ length: queries * keys }, (_, at) =>
    Number(!causal || (at % keys) - keys <= Math.floor(at / keys) - queries),
  );
  const look = tf.reshape(tf.tensor1d(seen), [queries, keys]);
  const closed = tf.add(tf.mul(scores, look), tf.mul(tf.sub(look, 1), 1e30));
  const weights = tf.reshape(tf.mul(tf.softmax(closed), look), products.shape);
  const looked = tf.transpose(tf.matMul(weights, apart(v)), [0, 2, 1, 3]);
  return tf.reshape(looked, [...leading, queries, v.shape.at(-1)!]);
}
