import { avgPool as avgPoolOp, globalAveragePool as globalAverageOp } from "../../ops/avg-pool.ts";
import { globalMaxPool as globalMaxOp, maxPool as maxPoolOp } from "../../ops/max-pool.ts";
import { type PoolOptions, poolGeometry } from "../../ops/pool-geometry.ts";
import { resizeBilinear as resizeOp } from "../../ops/resize-bilinear.ts";
import { upsample as upsampleOp } from "../../ops/upsample.ts";
import { type Both, checkImages } from "../../ops/windows.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Layer } from "../module.ts";

/** The shape of images; throws where these are none. */
function images(kind: string, x: Shape): readonly [number, number, number, number] {
  checkImages(kind, { shape: x });
  const [batch, height, width, channels] = x;
  return [batch!, height!, width!, channels!];
}

function pooled(op: string, x: Shape, window: Both, options: PoolOptions): Shape {
  const { batch, outHeight, outWidth, channels } = poolGeometry(op, x, window, options);
  return [batch, outHeight, outWidth, channels];
}

/** The greatest number in each window, y = max over (a, b) of x_{i+a, j+b}. @example maxPool(2) // half as large */
export function maxPool(window: Both, options: PoolOptions = {}): Layer {
  return {
    kind: "maxPool",
    outputs: ([x]) => [pooled("maxPool", x!, window, options)],
    apply: (_, [x]) => [maxPoolOp(x!, window, options)],
  };
}

/** The mean of each window (LeCun et al., 1998, had it with a weight). @example avgPool(2) */
export function avgPool(window: Both, options: PoolOptions = {}): Layer {
  return {
    kind: "avgPool",
    outputs: ([x]) => [pooled("avgPool", x!, window, options)],
    apply: (_, [x]) => [avgPoolOp(x!, window, options)],
  };
}

/** The mean of each channel, [batch, height, width, channels] → [batch, channels] (Lin, Chen and Yan, 2014). */
export function globalAveragePool({ keepDims = false }: { readonly keepDims?: boolean } = {}): Layer {
  return {
    kind: "globalAveragePool",
    outputs([x]) {
      const [batch, , , channels] = images("globalAveragePool", x!);
      return [keepDims ? [batch, 1, 1, channels] : [batch, channels]];
    },
    apply: (_, [x]) => [globalAverageOp(x!, { keepDims })],
  };
}

/** The greatest of each channel. */
export function globalMaxPool(): Layer {
  return {
    kind: "globalMaxPool",
    outputs([x]) {
      const [batch, , , channels] = images("globalMaxPool", x!);
      return [[batch, channels]];
    },
    apply: (_, [x]) => [globalMaxOp(x!)],
  };
}

/** Every pixel repeated. @example upsample(2) // twice as large */
export function upsample(factor: number): Layer {
  return {
    kind: "upsample",
    outputs([x]) {
      const [batch, height, width, channels] = images("upsample", x!);
      return [[batch, height * factor, width * factor, channels]];
    },
    apply: (_, [x]) => [upsampleOp(x!, factor)],
  };
}

/** Images in another size, weighing between pixels. */
export function resizeBilinear(size: readonly [height: number, width: number]): Layer {
  return {
    kind: "resizeBilinear",
    outputs([x]) {
      const [batch, , , channels] = images("resizeBilinear", x!);
      return [[batch, size[0], size[1], channels]];
    },
    apply: (_, [x]) => [resizeOp(x!, size)],
  };
}
