// Convolutions said with tfjs, whose own know no groups, no stride beside dilation, and no gradient under dilation: here
// the image is padded, the filter spread, and each group convolved by itself.
import type { ConvGeometry } from "../kernels/convolution.ts";
import { filterShape, imageShape, resultShape } from "./conv-geometry.ts";
import { spreadAlong } from "./place.ts";
import { tfOneHot } from "./tf.ts";

type Tfjs = typeof import("@tensorflow/tfjs");
type TfTensor = import("@tensorflow/tfjs").Tensor;
type Image = import("@tensorflow/tfjs").Tensor4D;

/** How many rows and columns of the padded image the windows read. */
function extents(g: ConvGeometry): readonly [number, number] {
  return [
    (g.outHeight - 1) * g.strideY + (g.kernelHeight - 1) * g.dilationY + 1,
    (g.outWidth - 1) * g.strideX + (g.kernelWidth - 1) * g.dilationX + 1,
  ];
}

/** The image with what is around it, cut to what is read. */
function padded(tf: Tfjs, x: TfTensor, g: ConvGeometry): TfTensor {
  const [rows, columns] = extents(g);
  const bottom = Math.max(rows - g.height - g.padTop, 0);
  const right = Math.max(columns - g.width - g.padLeft, 0);
  const whole = tf.pad(x, [
    [0, 0],
    [g.padTop, bottom],
    [g.padLeft, right],
    [0, 0],
  ]);
  return tf.slice(whole, [0, 0, 0, 0], [x.shape[0]!, rows, columns, x.shape[3]!]);
}

/** Zeros put between the taps. */
function spread(tf: Tfjs, w: TfTensor, stepY: number, stepX: number): TfTensor {
  const along = (y: TfTensor, axis: number, step: number): TfTensor => {
    const length = y.shape[axis]!;
    const to = Array.from({ length }, (_, i) => i * step);
    const places = tfOneHot(tf, tf.tensor1d(to, "int32"), (length - 1) * step + 1);
    return step === 1 ? y : spreadAlong(tf, y, places, axis);
  };
  return along(along(w, 0, stepY), 1, stepX);
}

/** Each group by itself, side by side along the last axis. */
function byGroups(
  tf: Tfjs,
  g: ConvGeometry,
  a: TfTensor,
  b: TfTensor,
  one: (a: Image, b: Image) => TfTensor,
): TfTensor {
  const part = (x: TfTensor, i: number): Image => {
    const width = x.shape[3]! / g.groups;
    return tf.slice(x, [0, 0, 0, i * width], [x.shape[0]!, x.shape[1]!, x.shape[2]!, width]) as Image;
  };
  const parts = Array.from({ length: g.groups }, (_, i) => one(part(a, i), part(b, i)));
  return parts.length === 1 ? parts[0]! : tf.concat(parts, 3);
}

export function tfConv2d(tf: Tfjs, x: TfTensor, w: TfTensor, g: ConvGeometry): TfTensor {
  if (x.size * w.size === 0) return tf.zeros([...resultShape(g)]);
  const filters = spread(tf, w, g.dilationY, g.dilationX);
  return byGroups(tf, g, padded(tf, x, g), filters, (image, filter) =>
    tf.conv2d(image, filter, [g.strideY, g.strideX], "valid"),
  );
}

export function tfConvTranspose(tf: Tfjs, x: TfTensor, w: TfTensor, g: ConvGeometry): TfTensor {
  if (x.size * w.size === 0) return tf.zeros([...imageShape(g)]);
  const [rows, columns] = extents(g);
  const height = Math.max(rows, g.padTop + g.height);
  const width = Math.max(columns, g.padLeft + g.width);
  const filters = spread(tf, w, g.dilationY, g.dilationX);
  const strides: [number, number] = [g.strideY, g.strideX];
  const whole = byGroups(tf, g, x, filters, (image, filter) =>
    tf.conv2dTranspose(image, filter, [g.batch, height, width, filter.shape[2]], strides, "valid"),
  );
  return tf.slice(whole, [0, g.padTop, g.padLeft, 0], [g.batch, g.height, g.width, g.channels]);
}

/** A convolution too, in which batch and channels have changed places, and stride and dilation. */
export function tfFilterGradient(tf: Tfjs, x: TfTensor, dy: TfTensor, g: ConvGeometry): TfTensor {
  if (x.size * dy.size === 0) return tf.zeros([...filterShape(g)]);
  const images = padded(tf, x, g);
  return byGroups(tf, g, images, dy, (image, back) => {
    const turned = tf.transpose(image, [3, 1, 2, 0]);
    const filter = spread(tf, tf.transpose(back, [1, 2, 0, 3]), g.strideY, g.strideX);
    const taps = tf.conv2d(turned, filter as Image, [g.dilationY, g.dilationX], "valid");
    return tf.transpose(taps, [1, 2, 0, 3]);
  });
}
