import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Conv2dOptions, conv2d } from "./conv2d.ts";
import { reshape } from "./reshape.ts";

/**
 * Each channel convolved by itself, with filters [height, width, channels, multiplier]; channel c gives the results
 * c·multiplier … of the multiplier·channels. A grouped convolution with a group for each channel.
 *
 * @example depthwiseConv2d(images, w, { padding: "same" })
 */
export function depthwiseConv2d(x: Tensor, w: Tensor, options: Omit<Conv2dOptions, "groups"> = {}): Tensor {
  const [height = 0, width = 0, channels = 0, multiplier = 0] = w.shape;
  if (w.rank !== 4 || x.rank !== 4 || x.shape[3] !== channels) {
    throw new ShapeError(
      `depthwiseConv2d: filters of shape ${formatShape(w.shape)} do not fit images of shape ${formatShape(x.shape)}; ` +
        `[height, width, ${x.shape[3] ?? "channels"}, multiplier] would, for images [batch, height, width, channels].`,
    );
  }
  const filters = reshape(w, [height, width, 1, channels * multiplier]);
  return conv2d(x, filters, { ...options, groups: channels });
}

/**
 * A depthwise convolution and then a 1×1 one that mixes the channels, with weights [1, 1, channels · multiplier,
 * outChannels]: near what a full convolution does, for about 1/outChannels + 1/(height·width) of its arithmetic.
 *
 * @example separableConv2d(images, depthwise, pointwise, { padding: "same", bias: b, relu: true })
 */
export function separableConv2d(
  x: Tensor,
  depthwise: Tensor,
  pointwise: Tensor,
  { bias, relu = false, ...windows }: Omit<Conv2dOptions, "groups"> = {},
): Tensor {
  if (pointwise.shape[0] !== 1 || pointwise.shape[1] !== 1) {
    throw new ShapeError(
      `separableConv2d: the pointwise filters have shape ${formatShape(pointwise.shape)}; ` +
        "[1, 1, channels · multiplier, outChannels] would fit.",
    );
  }
  return conv2d(depthwiseConv2d(x, depthwise, windows), pointwise, { bias, relu });
}
