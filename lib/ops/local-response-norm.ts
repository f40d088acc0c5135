import { localResponse, localResponseGrad, type Window } from "../kernels/local-response.ts";
import { adopt, empty } from "../tensor/create.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { channelsOf } from "./affine.ts";
import { matmul } from "./matmul.ts";
import { mul } from "./mul.ts";
import { apply, Kept, type Op } from "./op.ts";
import { pow } from "./pow.ts";
import { reshape } from "./reshape.ts";
import { draw, SHAPES } from "./samples.ts";
import { square } from "./square.ts";

/** How many channels make a window, and the constants of the formula, in AlexNet's letters. */
export interface LocalResponseOptions {
  readonly size: number;
  readonly k: number;
  readonly alpha: number;
  readonly beta: number;
}

/**
 * y_i = x_i / (k + α Σ_j x_j²)^β, j over the `size` channels around i (Krizhevsky et al., 2012): a strong response
 * dampens its neighbours. With d_i the base of the power, ∂L/∂x_j = g_j d_j^−β − 2αβ x_j Σ_i g_i x_i d_i^(−β−1), i over
 * those whose window holds j.
 */
export const localResponseNormOp: Op<"localResponseNorm", readonly [Tensor], LocalResponseOptions> = {
  name: "localResponseNorm",
  formula: "x_i \\left(k + \\alpha \\sum_{|j - i| \\le n/2} x_j^2\\right)^{-\\beta}",
  inputs: ["x"],
  forward([x], { size, k, alpha, beta }, wanted) {
    const [y, base, powers] = [empty(x.shape, x.dtype), empty(x.shape, x.dtype), empty(x.shape, x.dtype)];
    const made = [base.storage, powers.storage, y.storage] as const;
    localResponse(x.storage, x.shape.at(-1)!, windowOf(size), k, alpha, beta, ...made);
    if (wanted) return new Kept(y, [base, powers]);
    base.storage.free();
    powers.storage.free();
    return y;
  },
  backward(g, { inputs: [x], options: { size, alpha, beta }, saved: [base, powers] }) {
    const dx = empty(x.shape, x.dtype);
    const kept = [base!.storage, powers!.storage] as const;
    const window = windowOf(size);
    localResponseGrad(g.storage, x.storage, ...kept, x.shape.at(-1)!, window, 2 * alpha * beta, dx.storage);
    return [dx];
  },
  decomposed([x], { size, k, alpha, beta }) {
    const width = x.shape.at(-1)!;
    const rows = reshape(square(x), [x.size / width, width]);
    const sums = reshape(matmul(rows, band(width, windowOf(size), x.dtype)), x.shape);
    return mul(x, pow(add(k, mul(alpha, sums)), -beta));
  },
  samples: (random) =>
    SHAPES.filter((shape) => shape.length > 1 && shape.at(-1) !== 0)
      .concat([
        [2, 7],
        [3, 9],
        [1, 11],
        [2, 2, 2, 5],
        [1, 2, 7],
        [2, 17],
      ])
      .map((shape, at) => ({
        inputs: [draw(random, shape)],
        options: {
          size: [3, 5, 1][at % 3]!,
          k: [1, 2][at % 2]!,
          alpha: [0.1, 1, 1e-2][at % 3]!,
          beta: [0.75, 0.5, 1, 0.6][at % 4]!,
        },
      })),
  reference(tf, [x], { size, k, alpha, beta }) {
    if (x.size === 0) return tf.add(x, 0);
    const image = tf.reshape(x, [1, 1, -1, x.shape.at(-1)!]);
    const y = tf.localResponseNormalization(image as never, (size - 1) / 2, k, alpha, beta);
    return tf.reshape(y, x.shape);
  },
};

/** Of an even number of channels, one more lies before than behind, as in PyTorch. */
function windowOf(size: number): Window {
  return { before: Math.floor(size / 2), after: Math.floor((size - 1) / 2) };
}

/** B_ji = 1 where j lies in the window of i: x²·B are the sums over the windows. */
function band(width: number, { before, after }: Window, dtype: DType): Tensor {
  const values = Array.from({ length: width * width }, (_, at) => {
    const [j, i] = [Math.floor(at / width), at % width];
    return j >= i - before && j <= i + after ? 1 : 0;
  });
  return adopt(dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values), [width, width]);
}

/**
 * Local response normalization of [n, …, channels] with AlexNet's constants unless given. Here α stands before the sum,
 * as in the paper and in TensorFlow; PyTorch divides its α by the size.
 *
 * @example localResponseNorm(images) // [n, 28, 28, 96]
 */
export function localResponseNorm(
  x: Tensor,
  { size = 5, k = 2, alpha = 1e-4, beta = 0.75 }: Partial<LocalResponseOptions> = {},
): Tensor {
  channelsOf("localResponseNorm", x);
  if (!(Number.isInteger(size) && size > 0)) {
    throw new RangeError(`localResponseNorm: size is ${size}; it counts channels, 1 or more.`);
  }
  if (!(k > 0 && alpha >= 0 && Number.isFinite(k + alpha + beta))) {
    throw new RangeError(
      `localResponseNorm: k is ${k}, alpha ${alpha} and beta ${beta}; k must be above 0 and alpha not below 0, so that ` +
        `the base of the power stays above 0.`,
    );
  }
  return apply(localResponseNormOp, [x], { size, k, alpha, beta });
}
