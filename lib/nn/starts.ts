// How parameters begin, as far as layers choose it themselves: the initializers of `init`, with fans that only the layer
// knows (filters of a depthwise convolution, a stride) in place of those of the shape.
import {
  identity as eye,
  normal as gaussian,
  ones as one,
  uniform,
  zeros as zero,
} from "../init/initializers.ts";
import type { Start } from "./module.ts";

export { one, zero };

/** Gaussian with variance 2 / fanIn, which keeps the variance through a ReLU (He et al., 2015). */
export const he = (fanIn: number): Start => gaussian({ std: Math.sqrt(2 / Math.max(1, fanIn)) });

/** Uniform within ±√(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010). */
export const glorot = (fanIn: number, fanOut: number): Start => {
  const limit = Math.sqrt(6 / Math.max(1, fanIn + fanOut));
  return uniform({ low: -limit, high: limit });
};

/** @example normal(0.02) // as in GPT-2 */
export const normal = (std: number): Start => gaussian({ std });

/** The identity matrix, times a scale: a recurrent ReLU layer then begins by remembering all (Le et al., 2015). */
export const identity =
  (scale = 1): Start =>
  (shape, random, options) =>
    eye(shape, random, { ...options, gain: scale });
