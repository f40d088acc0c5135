// Pooling said with tfjs, whose native backend takes no padding but "same": here it is put around beforehand.
import type { PoolGeometry } from "../kernels/pooling.ts";
import { pooledShape } from "./pool-geometry.ts";

type Tfjs = typeof import("@tensorflow/tfjs");
type TfTensor = import("@tensorflow/tfjs").Tensor;
type Image = import("@tensorflow/tfjs").Tensor4D;

/** The image with `value` around it, cut to what the windows read. */
function padded(tf: Tfjs, x: TfTensor, g: PoolGeometry, value: number): Image {
  const rows = (g.outHeight - 1) * g.strideY + g.windowHeight;
  const columns = (g.outWidth - 1) * g.strideX + g.windowWidth;
  const bottom = Math.max(rows - g.height - g.padTop, 0);
  const right = Math.max(columns - g.width - g.padLeft, 0);
  const whole = tf.pad(
    x,
    [
      [0, 0],
      [g.padTop, bottom],
      [g.padLeft, right],
      [0, 0],
    ],
    value,
  );
  return tf.slice(whole, [0, 0, 0, 0], [x.shape[0]!, rows, columns, x.shape[3]!]) as Image;
}

export function tfMaxPool(tf: Tfjs, x: TfTensor, g: PoolGeometry): TfTensor {
  if (x.size === 0) return tf.zeros([...pooledShape(g)]);
  const window: [number, number] = [g.windowHeight, g.windowWidth];
  return tf.maxPool(padded(tf, x, g, -1e30), window, [g.strideY, g.strideX], "valid");
}

/** The sum over the padded window, by how many of it are inside: means of the image and of ones alike. */
export function tfAvgPool(tf: Tfjs, x: TfTensor, g: PoolGeometry): TfTensor {
  if (x.size === 0) return tf.zeros([...pooledShape(g)]);
  const window: [number, number] = [g.windowHeight, g.windowWidth];
  const mean = (y: TfTensor): TfTensor =>
    tf.avgPool(padded(tf, y, g, 0), window, [g.strideY, g.strideX], "valid");
  return tf.div(mean(x), mean(tf.onesLike(x)));
}
