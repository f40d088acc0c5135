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

/** Along the last axis: tfjs's gradient of a running sum along another one has its axes in the wrong order. */
export function tfAlongLast(tf: Tfjs, x: TfTensor, axis: number, f: (x: TfTensor) => TfTensor): TfTensor {
  const order = [...x.shape.keys()].filter((at) => at !== axis).concat(axis);
  return tf.transpose(
    f(tf.transpose(x, order)),
    order.map((_, at) => order.indexOf(at)),
  );
}

/** Running products one by one: tfjs has no gradient of its own. */
export function tfCumprod(
  tf: Tfjs,
  x: TfTensor,
  axis: number,
  { exclusive, reverse }: { readonly exclusive: boolean; readonly reverse: boolean },
): TfTensor {
  const parts = tfSlices(tf, x, axis);
  if (reverse) parts.reverse();
  let soFar: TfTensor = tf.onesLike(parts[0]!);
  const products = parts.map((part) => {
    const before = soFar;
    soFar = tf.mul(soFar, part);
    return exclusive ? before : soFar;
  });
  return tf.stack(reverse ? products.reverse() : products, axis);
}

/** A product over axes, factor by factor: tfjs's gradient fails for several axes and for axes from behind. */
export function tfProd(tf: Tfjs, x: TfTensor, axes: readonly number[], keepDims: boolean): TfTensor {
  let y: TfTensor = tf.add(x, 0);
  for (const axis of axes) {
    const product = tfSlices(tf, y, axis).reduce((a, b) => tf.mul(a, b));
    y = tf.expandDims(product, axis);
  }
  return keepDims ? y : tf.squeeze(y, axes.length === 0 ? undefined : [...axes]);
}

/** The slices along an axis; the gradient of tfjs's own unstack wants one for every slice. */
function tfSlices(tf: Tfjs, x: TfTensor, axis: number): TfTensor[] {
  return Array.from({ length: x.shape[axis]! }, (_, i) => {
    const begin = x.shape.map((_, at) => (at === axis ? i : 0));
    const size = x.shape.map((length, at) => (at === axis ? 1 : length));
    return tf.squeeze(tf.slice(x, begin, size), [axis]);
  });
}
