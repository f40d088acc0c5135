import { dropoutMask, type MaskSeed } from "../kernels/dropout.ts";
import { empty, ones } from "../tensor/create.ts";
import { isFloat } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";
import { singles } from "./samples.ts";

/** Which elements are dropped: a share, and the seed that says which. */
export interface DropoutMask {
  readonly rate: number;
  readonly seed: number;
}

/**
 * y_i = x_i·m_i/(1 − p), m_i 0 with probability p and else 1 (Srivastava et al., 2014), so that the expected value is
 * x_i. Whether an element stays is a function of the seed and its place: no mask is stored, and the gradient is
 * dropout of the gradient with the same seed.
 */
export const dropoutOp: Op<"dropout", readonly [Tensor], DropoutMask> = {
  name: "dropout",
  formula: "\\frac{m_i x_i}{1 - p}",
  inputs: ["x"],
  forward([x], { rate, seed }) {
    const y = empty(x.shape, x.dtype);
    dropoutMask(x.storage, rate, maskSeed(seed), y.storage);
    return y;
  },
  gradients: [(g, _, __, options) => apply(dropoutOp, [g], options)],
  samples: (random) =>
    singles(random).map(({ inputs }, at) => ({
      inputs,
      options: { rate: [0.5, 0.1, 0, 0.9, 1][at % 5]!, seed: random.integer(1000) },
    })),
  reference(tf, [x], options) {
    const { data } = apply(dropoutOp, [ones(x.shape)], options);
    return tf.mul(x, tf.tensor(data as Float32Array, x.shape));
  },
};

/** The fractional digits of the golden ratio, 32 and 32 more bits of them. */
const GOLDEN: MaskSeed = [0x9e3779b9, 0x7f4a7c15];

/**
 * Two words from a seed, mixed as MurmurHash3 ends (Appleby, 2011): seeds that follow each other, such as the steps
 * of a training loop, name masks that have nothing to do with each other.
 */
function maskSeed(seed: number): MaskSeed {
  const [low, high] = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
  const first = finish(finish(low ^ GOLDEN[0]) ^ high);
  return [first, finish(first ^ GOLDEN[1])];
}

function finish(word: number): number {
  let bits = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** As `DropoutMask`; with `training` false, x is handed on as it is. */
export interface DropoutOptions extends DropoutMask {
  readonly training?: boolean;
}

/**
 * Each element 0 with probability `rate`, the others scaled up to make up for it. One seed gives one mask, on every
 * machine: take another for each layer and step, such as `random.integer(2 ** 31)`.
 *
 * @example
 * dropout(hidden, { rate: 0.5, seed: step });
 * dropout(hidden, { rate: 0.5, seed: 0, training: false }); // hidden
 */
export function dropout(x: Tensor, { rate, seed, training = true }: DropoutOptions): Tensor {
  if (!(rate >= 0 && rate <= 1)) {
    throw new RangeError(`dropout: the rate is ${rate}; it is the share that is dropped, from 0 to 1.`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`dropout: the seed is ${seed}; it must be a whole number, 0 or more.`);
  }
  if (!isFloat(x.dtype)) throw new TypeError(`dropout: x is ${x.dtype}; cast it to float32 first.`);
  return training && rate > 0 ? apply(dropoutOp, [x], { rate, seed }) : x;
}
