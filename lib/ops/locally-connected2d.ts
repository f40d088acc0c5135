import type { ConvGeometry } from "../kernels/convolution.ts";
import { formatShape, type Shape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { matmul } from "./matmul.ts";
import { type PatchOptions, patches, patchGeometry } from "./patches.ts";
import { relu } from "./relu.ts";
import { reshape } from "./reshape.ts";
import { transpose } from "./transpose.ts";

/** What `locallyConnected2d` takes besides images and weights. */
export interface LocallyConnected2dOptions extends PatchOptions {
  /** [outHeight, outWidth, outChannels]: a number of its own for each place and filter. */
  readonly bias?: Tensor | undefined;
  /** Whether max(0, ·) ends it. */
  readonly relu?: boolean;
}

/** [outHeight, outWidth, height, width, channels, outChannels]: filters for each place. */
export const localShape = (g: ConvGeometry, filters: number): Shape => [
  g.outHeight,
  g.outWidth,
  g.kernelHeight,
  g.kernelWidth,
  g.channels,
  filters,
];

/**
 * A convolution whose weights are not shared: y_ijo = Σ_{a,b,c} x_{i+a, j+b, c} w_{ij,abco} + b_ijo, of images [batch,
 * height, width, channels] with weights [outHeight, outWidth, height, width, channels, outChannels], so every place of the
 * result has filters of its own (Taigman et al., "DeepFace", 2014). With the same filters at all places it is `conv2d`.
 *
 * @example locallyConnected2d(images, w, { padding: "same", bias: b, relu: true })
 */
export function locallyConnected2d(x: Tensor, w: Tensor, options: LocallyConnected2dOptions = {}): Tensor {
  const { bias, relu: ends = false, ...windows } = options;
  const [outHeight = 0, outWidth = 0, height = 0, width = 0, channels = 0, filters = 0] = w.shape;
  if (w.rank !== 6) {
    throw new ShapeError(
      "locallyConnected2d: weights have shape [outHeight, outWidth, height, width, channels, outChannels], and these " +
        `have ${formatShape(w.shape)}.`,
    );
  }
  const geometry = patchGeometry("locallyConnected2d", x.shape, [height, width], windows);
  expectShape("weights", w, localShape(geometry, filters), x);
  if (bias !== undefined) expectShape("the bias", bias, [outHeight, outWidth, filters], x);
  // One matrix product for each place: its windows in all images, times its filters.
  const [places, pixels] = [outHeight * outWidth, height * width * channels];
  const rows = reshape(patches(x, [height, width], windows), [geometry.batch, places, pixels]);
  const byPlace = matmul(transpose(rows, [1, 0, 2]), reshape(w, [places, pixels, filters]));
  const y = reshape(transpose(byPlace, [1, 0, 2]), [geometry.batch, outHeight, outWidth, filters]);
  const shifted = bias === undefined ? y : add(y, bias);
  return ends ? relu(shifted) : shifted;
}

function expectShape(what: string, given: Tensor, wanted: Shape, x: Tensor): void {
  if (sameShape(given.shape, wanted)) return;
  throw new ShapeError(
    `locallyConnected2d: ${what} of shape ${formatShape(given.shape)} will not do for images of shape ` +
      `${formatShape(x.shape)}; ${formatShape(wanted)} would.`,
  );
}
