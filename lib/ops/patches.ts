import type { ConvGeometry } from "../kernels/convolution.ts";
import { foldPatches as foldKernel, takePatches } from "../kernels/patches.ts";
import { empty } from "../tensor/create.ts";
import { formatShape, type Shape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type ConvOptions, convGeometry, imageShape, resultShape } from "./conv-geometry.ts";
import { apply, type Op } from "./op.ts";
import { draw } from "./samples.ts";
import { tfConv2d, tfConvTranspose } from "./tf-conv.ts";
import { type Both, both, checkImages } from "./windows.ts";

/** How windows lie on the images: as those of a convolution. */
export type PatchOptions = Omit<ConvOptions, "groups">;

/**
 * Every window of the images as a row (im2col), so that a convolution is one matrix product: with filters w laid out as
 * [height · width · channels, outChannels], x ∗ w = patches(x) · w. Each number is one pixel's, so a pixel's gradient is
 * the sum over the windows that hold it, `foldPatches`.
 */
export const patchesOp: Op<"patches", readonly [Tensor], ConvGeometry> = {
  name: "patches",
  formula: "y_{ij,(a,b,c)} = x_{i+a,\\,j+b,\\,c}",
  inputs: ["x"],
  forward([x], geometry) {
    const y = empty(resultShape(geometry), x.dtype);
    takePatches(geometry, x.storage, y.storage);
    return y;
  },
  gradients: [(g, _, __, geometry) => fold(g, geometry)],
  samples: (random) =>
    PATCHES.map(([shape, size, options = {}]) => ({
      inputs: [draw(random, shape)],
      options: patchGeometry("patches", shape, size, options),
    })),
  reference: (tf, [x], geometry) => tfConv2d(tf, x, eachPixel(tf, geometry), geometry),
};

/** Rows of pixels added up where their windows lie (col2im): the transpose of `patches`, which is its gradient. */
export const foldPatchesOp: Op<"foldPatches", readonly [Tensor], ConvGeometry> = {
  name: "foldPatches",
  formula: "y_{i+a,\\,j+b,\\,c} \\mathrel{+}= x_{ij,(a,b,c)}",
  inputs: ["x"],
  forward([x], geometry) {
    const y = empty(imageShape(geometry), x.dtype);
    foldKernel(geometry, x.storage, y.storage);
    return y;
  },
  gradients: [(g, _, __, geometry) => apply(patchesOp, [g], geometry)],
  samples: (random) =>
    PATCHES.map(([shape, size, options = {}]) => {
      const geometry = patchGeometry("foldPatches", shape, size, options);
      return { inputs: [draw(random, resultShape(geometry))], options: geometry };
    }),
  reference: (tf, [x], geometry) => tfConvTranspose(tf, x, eachPixel(tf, geometry), geometry),
};

function fold(x: Tensor, geometry: ConvGeometry): Tensor {
  return apply(foldPatchesOp, [x], geometry);
}

/** The sizes of a convolution with a filter for each pixel of the window. */
export function patchGeometry(op: string, shape: Shape, size: Both, options: PatchOptions): ConvGeometry {
  checkImages(op, { shape });
  const [height, width] = both(op, "a window of", size, 1);
  const channels = shape[3]!;
  return convGeometry(op, shape, [height, width, channels, height * width * channels], options);
}

/** Filters of which each takes one pixel of the window. */
function eachPixel(tf: typeof import("@tensorflow/tfjs"), g: ConvGeometry) {
  const { kernelHeight, kernelWidth, channels, outChannels } = g;
  return tf.reshape(tf.eye(outChannels), [kernelHeight, kernelWidth, channels, outChannels]);
}

const PATCHES: readonly (readonly [image: Shape, size: Both, options?: PatchOptions])[] = [
  [[1, 1, 1, 1], 1],
  [
    [2, 3, 5, 1],
    [2, 3],
  ],
  [[1, 4, 3, 2], 1],
  [[2, 4, 4, 2], 3, { padding: "same" }],
  [[1, 5, 4, 3], 3, { padding: 1 }],
  [[1, 5, 7, 1], [3, 2], { stride: 2 }],
  [[1, 6, 5, 2], 3, { stride: 2, padding: "same" }],
  [[2, 5, 5, 1], 2, { stride: 3, padding: 1 }],
  [[1, 3, 3, 1], 3, { padding: 3 }],
  [[1, 4, 5, 1], 2, { padding: [0, 2] }],
  [
    [1, 4, 4, 2],
    [2, 3],
    {
      padding: [
        [1, 0],
        [0, 2],
      ],
    },
  ],
  [[1, 6, 6, 1], [3, 2], { dilation: 2 }],
  [[1, 5, 7, 1], [2, 3], { dilation: [1, 3], padding: "same" }],
  [[1, 7, 7, 1], 2, { dilation: 2, stride: 2, padding: 1 }],
  [[3, 1, 7, 1], [1, 3], { padding: "same" }],
  [[1, 9, 1, 1], [4, 1], { stride: [3, 1] }],
  [[1, 3, 3, 3], 3],
  [[2, 2, 2, 3], 2, { stride: 2, padding: 1 }],
  [[1, 7, 2, 2], [1, 2], { stride: [4, 1] }],
  [[0, 4, 4, 2], 3, { padding: 1 }],
  [[1, 3, 3, 0], 2],
  [[1, 4, 4, 1], 4],
];

/**
 * Every window of images [batch, height, width, channels] as a row of its pixels: [batch, outHeight, outWidth, height ·
 * width · channels of the window]. What lies outside the image is 0.
 *
 * @example
 * // A convolution is a matrix product over patches.
 * matmul(patches(images, 3, { padding: 1 }), reshape(w, [3 * 3 * channels, filters]));
 */
export function patches(x: Tensor, size: Both, options: PatchOptions = {}): Tensor {
  return apply(patchesOp, [x], patchGeometry("patches", x.shape, size, options));
}

/**
 * Patches [batch, outHeight, outWidth, height · width · channels] put back on images of [height, width], and added where
 * they overlap: the transpose of `patches` with the same window and options.
 *
 * @example foldPatches(patches(images, 2, { stride: 2 }), 2, [28, 28], { stride: 2 }) // the images
 */
export function foldPatches(
  x: Tensor,
  size: Both,
  image: readonly [height: number, width: number],
  options: PatchOptions = {},
): Tensor {
  checkImages("foldPatches", x);
  const [height, width] = both("foldPatches", "a window of", size, 1);
  const [rows, columns] = both("foldPatches", "an image of", image, 1);
  const channels = x.shape[3]! / (height * width);
  if (!Number.isInteger(channels)) {
    throw new ShapeError(
      `foldPatches: rows of ${x.shape[3]} numbers are no windows of ${height} × ${width} pixels; ` +
        `${height * width} numbers a channel would be.`,
    );
  }
  const geometry = patchGeometry(
    "foldPatches",
    [x.shape[0]!, rows, columns, channels],
    [height, width],
    options,
  );
  const wanted = resultShape(geometry);
  if (!sameShape(x.shape, wanted)) {
    throw new ShapeError(
      `foldPatches: images of ${rows} × ${columns} have patches ${formatShape(wanted)}, and these are ` +
        `${formatShape(x.shape)}.`,
    );
  }
  return fold(x, geometry);
}
