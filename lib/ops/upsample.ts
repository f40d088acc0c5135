import type { Tensor } from "../tensor/tensor.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { reshape } from "./reshape.ts";
import { type Both, both, checkImages } from "./windows.ts";

/**
 * Images made larger by repeating every pixel `factor` times along both axes (nearest neighbour); the gradient of a pixel
 * is the sum over its copies. `resizeBilinear` makes smooth ones.
 *
 * @example upsample(features, 2) // [n, 7, 7, c] → [n, 14, 14, c]
 */
export function upsample(x: Tensor, factor: Both): Tensor {
  checkImages("upsample", x);
  const [down, right] = both("upsample", "factor", factor, 1);
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const copies = broadcastTo(reshape(x, [batch, height, 1, width, 1, channels]), [
    batch,
    height,
    down,
    width,
    right,
    channels,
  ]);
  return reshape(copies, [batch, height * down, width * right, channels]);
}
