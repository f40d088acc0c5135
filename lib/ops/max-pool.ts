import { maxPoolForward, maxPoolGradient, maxPoolPlaces, type PoolGeometry } from "../kernels/pooling.ts";
import { empty } from "../tensor/create.ts";
import { floatOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { scatterAdd } from "./gather.ts";
import { max } from "./max.ts";
import { apply, type Op } from "./op.ts";
import { POOLS, type PoolOptions, pooledShape, poolGeometry } from "./pool-geometry.ts";
import { reshape } from "./reshape.ts";
import { distinct } from "./samples.ts";
import { tfMaxPool } from "./tf-pool.ts";
import { type Both, checkImages } from "./windows.ts";

/** The greatest of each window; the gradient goes to where that was, the first of equals. */
export const maxPoolOp: Op<"maxPool", readonly [Tensor], PoolGeometry> = {
  name: "maxPool",
  formula: "y_{ijc} = \\max_{(a,b) \\in \\text{window}} x_{i+a,\\,j+b,\\,c}",
  inputs: ["x"],
  forward([x], geometry) {
    const y = empty(pooledShape(geometry), floatOf(x.dtype));
    maxPoolForward(geometry, x.storage, y.storage);
    return y;
  },
  gradients: [
    (g, [x], y, geometry) => {
      const places = empty([y.size], "int32");
      maxPoolPlaces(geometry, x.storage, y.storage, places.storage);
      return reshape(scatterAdd(reshape(g, [g.size]), places, x.size), x.shape);
    },
  ],
  backward(g, { inputs: [x], output: y, options: geometry }) {
    const dx = empty(x.shape, g.dtype);
    maxPoolGradient(geometry, x.storage, y.storage, g.storage, dx.storage);
    return [dx];
  },
  samples: (random) =>
    POOLS.map(([shape, window, options = {}]) => ({
      inputs: [distinct(random, shape)],
      options: poolGeometry("maxPool", shape, window, options),
    })),
  reference: (tf, [x], geometry) => tfMaxPool(tf, x, geometry),
};

/**
 * The greatest number in each window of images [batch, height, width, channels], channel by channel.
 *
 * @example
 * maxPool(images, 2); // half as large
 * maxPool(images, 3, { stride: 2, padding: "same" });
 */
export function maxPool(x: Tensor, window: Both, options: PoolOptions = {}): Tensor {
  return apply(maxPoolOp, [x], poolGeometry("maxPool", x.shape, window, options));
}

/** Whether the axes of height and width stay, with length 1. */
export interface GlobalPoolOptions {
  readonly keepDims?: boolean;
}

/** The greatest of each channel: [batch, height, width, channels] → [batch, channels]. */
export function globalMaxPool(x: Tensor, { keepDims = false }: GlobalPoolOptions = {}): Tensor {
  checkImages("globalMaxPool", x);
  return max(x, { axis: [1, 2], keepDims });
}
