import { type ConvGeometry, convInputGradient } from "../kernels/convolution.ts";
import { empty } from "../tensor/create.ts";
import { floatOf, promote } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { convFilterGradient } from "./conv-filter-gradient.ts";
import { type ConvTransposeOptions, imageShape, transposeGeometry } from "./conv-geometry.ts";
import { transposeSamples } from "./conv-samples.ts";
import { checkBias, convolve } from "./conv2d.ts";
import { apply, type Op } from "./op.ts";
import { tfConvTranspose } from "./tf-conv.ts";

/**
 * The transpose of x ↦ x ∗ w: every number of the input lays the filters down, times itself, where a convolution would
 * have read its window, and what overlaps is added. It is the gradient of a convolution to its images, and as a layer
 * it makes images larger.
 */
export const conv2dTransposeOp: Op<"conv2dTranspose", readonly [Tensor, Tensor], ConvGeometry> = {
  name: "conv2dTranspose",
  formula: "y_{i+a,\\,j+b,\\,c} \\mathrel{+}= \\sum_o x_{ijo}\\, w_{abco}",
  inputs: ["x", "w"],
  forward([x, w], geometry) {
    const y = empty(imageShape(geometry), floatOf(promote(x.dtype, w.dtype)));
    convInputGradient(geometry, x.storage, w.storage, y.storage);
    return y;
  },
  gradients: [(g, [, w], _, o) => convolve(g, w, o), (g, [x], _, o) => convFilterGradient(g, x, o)],
  samples: (random) =>
    transposeSamples(random).map(({ x, w, geometry }) => ({ inputs: [x, w], options: geometry })),
  reference: (tf, [x, w], geometry) => tfConvTranspose(tf, x, w, geometry),
};

/** The transpose of a convolution, from sizes that are known to fit. */
export function convTranspose(x: Tensor, w: Tensor, geometry: ConvGeometry): Tensor {
  return apply(conv2dTransposeOp, [x, w], geometry);
}

/** What `conv2dTranspose` takes besides images and filters. */
export interface Conv2dTransposeOptions extends ConvTransposeOptions {
  /** One number a channel of the result. */
  readonly bias?: Tensor | undefined;
}

/**
 * A transposed convolution of images [batch, height, width, channels] with filters [height, width, outChannels / groups,
 * channels]: at stride s, images come out about s times as large. `padding` is taken off the result; with "same"
 * it is exactly s times as large.
 *
 * @example conv2dTranspose(features, w, { stride: 2, padding: 1, outputPadding: 1 }) // [n, 7, 7, c] → [n, 14, 14, …]
 */
export function conv2dTranspose(x: Tensor, w: Tensor, options: Conv2dTransposeOptions = {}): Tensor {
  const geometry = transposeGeometry("conv2dTranspose", x.shape, w.shape, options);
  if (options.bias === undefined) return convTranspose(x, w, geometry);
  checkBias("conv2dTranspose", options.bias, geometry.channels);
  return add(convTranspose(x, w, geometry), options.bias);
}
