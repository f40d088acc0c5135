import { type ConvGeometry, convForward } from "../kernels/convolution.ts";
import { empty } from "../tensor/create.ts";
import { floatOf, promote } from "../tensor/dtype.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { activateBack } from "./activation.ts";
import { add } from "./add.ts";
import { convFilterGradient } from "./conv-filter-gradient.ts";
import { type ConvOptions, convGeometry, resultShape } from "./conv-geometry.ts";
import { convSamples } from "./conv-samples.ts";
import { convTranspose } from "./conv2d-transpose.ts";
import { apply, type Op } from "./op.ts";
import { relu } from "./relu.ts";
import { draw } from "./samples.ts";
import { sum } from "./sum.ts";
import { tfConv2d } from "./tf-conv.ts";

/**
 * y_ijo = Σ_{a,b,c} x_{i+a, j+b, c} w_{abco}: every window of the image times every filter (a cross-correlation, which is
 * what deep learning calls a convolution). It is linear in x and in w, so the gradient to each is the transpose of that
 * linear map, and the three of them are each other's rules:
 *
 *     y = x ∗ w            ∂L/∂x = convTranspose(G, w)     ∂L/∂w = convFilterGradient(x, G)
 */
export const conv2dOp: Op<"conv2d", readonly [Tensor, Tensor], ConvGeometry> = {
  name: "conv2d",
  formula: "y_{ijo} = \\sum_{a,b,c} x_{i+a,\\,j+b,\\,c}\\, w_{abco}",
  inputs: ["x", "w"],
  forward([x, w], geometry) {
    const y = empty(resultShape(geometry), floatOf(promote(x.dtype, w.dtype)));
    convForward(geometry, x.storage, w.storage, y.storage);
    return y;
  },
  gradients: [(g, [, w], _, o) => convTranspose(g, w, o), (g, [x], _, o) => convFilterGradient(x, g, o)],
  samples: (random) =>
    convSamples(random).map(({ x, w, geometry }) => ({ inputs: [x, w], options: geometry })),
  reference: (tf, [x, w], geometry) => tfConv2d(tf, x, w, geometry),
};

/** x ∗ w, from sizes that are known to fit. */
export function convolve(x: Tensor, w: Tensor, geometry: ConvGeometry): Tensor {
  return apply(conv2dOp, [x, w], geometry);
}

/** What ends a convolution with a bias. */
export interface ConvBiasOptions {
  readonly geometry: ConvGeometry;
  readonly relu: boolean;
}

/** x ∗ w + b, then max(0, ·) where asked, in one pass over the result. */
export const conv2dBiasOp: Op<"conv2dBias", readonly [Tensor, Tensor, Tensor], ConvBiasOptions> = {
  name: "conv2dBias",
  formula: "\\max(0,\\; x * w + b)",
  inputs: ["x", "w", "bias"],
  forward([x, w, bias], { geometry, relu }) {
    const y = empty(resultShape(geometry), floatOf(promote(promote(x.dtype, w.dtype), bias.dtype)));
    convForward(geometry, x.storage, w.storage, y.storage, { bias: bias.storage, relu });
    return y;
  },
  backward(g, { inputs: [x, w], output, options: { geometry, relu }, wanted }) {
    // Where the result is 0, ReLU has stopped it.
    const passed = relu ? activateBack("relu", g, output, output) : g;
    const shares = [
      wanted[0] ? convTranspose(passed, w, geometry) : undefined,
      wanted[1] ? convFilterGradient(x, passed, geometry) : undefined,
      wanted[2] ? sum(passed, { axis: [0, 1, 2] }) : undefined,
    ] as const;
    if (relu) passed.storage.free(); // as large as the result, and the arena around frees late
    return shares;
  },
  decomposed([x, w, bias], { geometry, relu: ends }) {
    const y = add(convolve(x, w, geometry), bias);
    return ends ? relu(y) : y;
  },
  samples: (random) =>
    convSamples(random).map(({ x, w, geometry }, i) => ({
      inputs: [x, w, draw(random, [geometry.outChannels])],
      options: { geometry, relu: i % 2 === 1 },
    })),
  reference(tf, [x, w, bias], { geometry, relu }) {
    const y = tf.add(tfConv2d(tf, x, w, geometry), bias);
    return relu ? tf.relu(y) : y;
  },
};

/** What `conv2d` takes besides images and filters. */
export interface Conv2dOptions extends ConvOptions {
  /** One number a filter, added to its results. */
  readonly bias?: Tensor | undefined;
  /** Whether max(0, ·) ends it, computed in the same pass. */
  readonly relu?: boolean;
}

/**
 * The convolution of images [batch, height, width, channels] with filters [height, width, channels / groups,
 * outChannels], which gives [batch, outHeight, outWidth, outChannels].
 *
 * @example
 * conv2d(images, w, { padding: "same", bias: b, relu: true });
 * conv2d(images, w, { stride: 2, padding: [[1, 0], [1, 0]] });
 * conv2d(images, w, { groups: 3 }); // 3 channels, each with filters of its own
 */
export function conv2d(x: Tensor, w: Tensor, options: Conv2dOptions = {}): Tensor {
  const geometry = convGeometry("conv2d", x.shape, w.shape, options);
  const { bias, relu: ends = false } = options;
  if (bias === undefined) return ends ? relu(convolve(x, w, geometry)) : convolve(x, w, geometry);
  checkBias("conv2d", bias, geometry.outChannels);
  return apply(conv2dBiasOp, [x, w, bias], { geometry, relu: ends });
}

/** Throws unless the bias has a number for each of so many channels. */
export function checkBias(op: string, { shape }: Tensor, channels: number): void {
  if (shape.length === 1 && shape[0] === channels) return;
  throw new ShapeError(
    `${op}: the bias has shape ${formatShape(shape)}; with ${channels} filters, ${formatShape([channels])} would fit.`,
  );
}
