// What references say with tfjs where tfjs itself falls short.
type Tfjs = typeof import("@tensorflow/tfjs");
type TfTensor = import("@tensorflow/tfjs").Tensor;

/** Both sides at their common shape: tfjs does not sum the gradients of what `maximum`, `pow` and others stretched. */
export function tfStretched(tf: Tfjs, a: TfTensor, b: TfTensor): [TfTensor, TfTensor] {
  const zeros = tf.add(tf.zerosLike(a), tf.zerosLike(b));
  return [tf.add(a, zeros), tf.add(b, zeros)];
}

/** Rows of zeros and a one, as floats; tfjs wants two classes or more. */
export function tfOneHot(tf: Tfjs, indices: TfTensor, depth: number): TfTensor {
  const wide = tf.cast(tf.oneHot(tf.cast(indices, "int32"), Math.max(2, depth)), "float32");
  return tf.slice(wide, new Array<number>(wide.rank).fill(0), [...indices.shape, depth]);
}
