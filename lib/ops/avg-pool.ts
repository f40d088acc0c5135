import type { ConvGeometry } from "../kernels/convolution.ts";
import { averagePoolForward, averagePoolGradient, type PoolGeometry } from "../kernels/pooling.ts";
import { empty, ones } from "../tensor/create.ts";
import { floatOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { convolve } from "./conv2d.ts";
import { convTranspose } from "./conv2d-transpose.ts";
import { div } from "./div.ts";
import type { GlobalPoolOptions } from "./max-pool.ts";
import { mean } from "./mean.ts";
import { apply, type Op } from "./op.ts";
import { POOLS, type PoolOptions, pooledShape, poolGeometry } from "./pool-geometry.ts";
import { draw } from "./samples.ts";
import { tfAvgPool } from "./tf-pool.ts";
import { type Both, checkImages } from "./windows.ts";

/**
 * The mean over what of each window lies inside the image: with n of that, each x has a part of 1/n. As a convolution it
 * has filters of ones, a channel each, and is divided by n; so its gradient is G / n under the transpose of that.
 */
export const avgPoolOp: Op<"avgPool", readonly [Tensor], PoolGeometry> = {
  name: "avgPool",
  formula: "y_{ijc} = \\frac{1}{n_{ij}} \\sum_{(a,b) \\in \\text{window}} x_{i+a,\\,j+b,\\,c}",
  inputs: ["x"],
  forward([x], geometry) {
    const y = empty(pooledShape(geometry), floatOf(x.dtype));
    averagePoolForward(geometry, x.storage, y.storage);
    return y;
  },
  gradients: [
    (g, [x], _, geometry) => {
      const { windowHeight: height, windowWidth: width, channels } = geometry;
      const one = { ...asConvolution(geometry), batch: 1, channels: 1, outChannels: 1, groups: 1 };
      const image = ones([1, geometry.height, geometry.width, 1], g.dtype);
      const inside = convolve(image, ones([height, width, 1, 1], g.dtype), one);
      const filters = ones([height, width, 1, channels], x.dtype);
      return convTranspose(div(g, inside), filters, asConvolution(geometry));
    },
  ],
  backward(g, { inputs: [x], options: geometry }) {
    const dx = empty(x.shape, g.dtype);
    averagePoolGradient(geometry, g.storage, dx.storage);
    return [dx];
  },
  samples: (random) =>
    POOLS.map(([shape, window, options = {}]) => ({
      inputs: [draw(random, shape)],
      options: poolGeometry("avgPool", shape, window, options),
    })),
  reference: (tf, [x], geometry) => tfAvgPool(tf, x, geometry),
};

/** The same windows, each channel a group. */
function asConvolution(g: PoolGeometry): ConvGeometry {
  return {
    ...g,
    kernelHeight: g.windowHeight,
    kernelWidth: g.windowWidth,
    outChannels: g.channels,
    groups: g.channels,
    dilationY: 1,
    dilationX: 1,
  };
}

/**
 * The mean of each window of images [batch, height, width, channels], channel by channel; padding counts for nothing.
 * @example avgPool(images, 2) // half as large
 */
export function avgPool(x: Tensor, window: Both, options: PoolOptions = {}): Tensor {
  return apply(avgPoolOp, [x], poolGeometry("avgPool", x.shape, window, options));
}

/** The mean of each channel: [batch, height, width, channels] → [batch, channels]. */
export function globalAveragePool(x: Tensor, { keepDims = false }: GlobalPoolOptions = {}): Tensor {
  checkImages("globalAveragePool", x);
  return mean(x, { axis: [1, 2], keepDims });
}
