import { ones } from "../tensor/create.ts";
import { floatOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { transposeGeometry } from "./conv-geometry.ts";
import { convTranspose } from "./conv2d-transpose.ts";
import { type Both, both, checkImages } from "./windows.ts";

/**
 * Images made larger by repeating every pixel `factor` times along both axes (nearest neighbour); the gradient of a pixel
 * is the sum over its copies. A transposed convolution lays them down, with filters of ones. `resizeBilinear` makes
 * smooth ones.
 *
 * @example upsample(features, 2) // [n, 7, 7, c] → [n, 14, 14, c]
 */
export function upsample(x: Tensor, factor: Both): Tensor {
  checkImages("upsample", x);
  const stride = both("upsample", "factor", factor, 1);
  const channels = x.shape[3]!;
  const filters = ones([...stride, Math.min(channels, 1), channels], floatOf(x.dtype));
  const options = { stride, groups: Math.max(channels, 1) };
  return convTranspose(x, filters, transposeGeometry("upsample", x.shape, filters.shape, options));
}
