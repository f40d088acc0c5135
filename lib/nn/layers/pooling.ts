import { avgPool as avgPoolOp, globalAveragePool as globalAverageOp } from "../../ops/avg-pool.ts";
import { globalMaxPool as globalMaxOp, maxPool as maxPoolOp } from "../../ops/max-pool.ts";
import { type PoolOptions, poolGeometry } from "../../ops/pool-geometry.ts";
import { resizeBilinear as resizeOp } from "../../ops/resize-bilinear.ts";
import { upsample as upsampleOp } from "../../ops/upsample.ts";
import type { Both } from "../../ops/windows.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Layer } from "../module.ts";

function pooled(op: string, x: Shape, window: Both, options: PoolOptions): Shape {
  const { batch, outHeight, outWidth, channels } = poolGeometry(op, x, window, options);
  return [batch, outHeight, outWidth, channels];
}

/** The greatest number in each window. @example maxPool(2) // half as large */
export function maxPool(window: Both, options: PoolOptions = {}): Layer {
  return {
    kind: "maxPool",
    outputs: ([x]) => [pooled("maxPool", x!, window, options)],
    apply: (_, [x]) => [maxPoolOp(x!, window, options)],
  };
}

/** The mean of each window. */
export function avgPool(window: Both, options: PoolOptions = {}): Layer {
  return {
    kind: "avgPool",
    outputs: ([x]) => [pooled("avgPool", x!, window, options)],
    apply: (_, [x]) => [avgPoolOp(x!, window, options)],
  };
}

/** The mean of each channel: [batch, height, width, channels] → [batch, channels]. */
export function globalAveragePool({ keepDims = false }: { readonly keepDims?: boolean } = {}): Layer {
  return {
    kind: "globalAveragePool",
    outputs: ([x]) => [keepDims ? [x![0]!, 1, 1, x![3]!] : [x![0]!, x![3]!]],
    apply: (_, [x]) => [globalAverageOp(x!, { keepDims })],
  };
}

/** The greatest of each channel. */
export function globalMaxPool(): Layer {
  return {
    kind: "globalMaxPool",
    outputs: ([x]) => [[x![0]!, x![3]!]],
    apply: (_, [x]) => [globalMaxOp(x!)],
  };
}

/** Every pixel repeated. @example upsample(2) // twice as large */
export function upsample(factor: number): Layer {
  return {
    kind: "upsample",
    outputs: ([x]) => [[x![0]!, x![1]! * factor, x![2]! * factor, x![3]!]],
    apply: (_, [x]) => [upsampleOp(x!, factor)],
  };
}

/** Images in another size, weighing between pixels. */
export function resizeBilinear(size: readonly [height: number, width: number]): Layer {
  return {
    kind: "resizeBilinear",
    outputs: ([x]) => [[x![0]!, size[0], size[1], x![3]!]],
    apply: (_, [x]) => [resizeOp(x!, size)],
  };
}
