// What the norms share: learned scale γ and shift β, one a channel, and points at which they are checked.
import type { Random } from "../random/random.ts";
import { ones, zeros } from "../tensor/create.ts";
import { isFloat } from "../tensor/dtype.ts";
import { formatShape, type Shape, ShapeError, sameShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Sample } from "./op.ts";
import { distinct, draw } from "./samples.ts";

/** The learned scale γ and shift β, each of shape [channels]; 1 and 0 where they are left out. */
export interface Affine {
  readonly gamma?: Tensor;
  readonly beta?: Tensor;
}

/** What is added to the variance under the root. */
export interface EpsilonOptions {
  readonly epsilon: number;
}

/** x, γ and β as the operation takes them; throws unless they fit. */
export function normInputs(
  op: string,
  x: Tensor,
  { gamma, beta }: Affine,
): readonly [Tensor, Tensor, Tensor] {
  const channels = channelsOf(op, x);
  const dtype = x.dtype;
  for (const [name, given] of [["gamma", gamma] as const, ["beta", beta] as const]) {
    if (given !== undefined) checkChannels(op, name, given, x);
  }
  return [x, gamma ?? ones([channels], dtype), beta ?? zeros([channels], dtype)];
}

/** Throws unless this holds one number for each channel of x, in the same element type. */
export function checkChannels(op: string, name: string, given: Tensor, x: Tensor): void {
  const wanted = x.shape.slice(-1);
  if (!sameShape(given.shape, wanted)) {
    throw new ShapeError(
      `${op}: ${name} has shape ${formatShape(given.shape)} and x ${formatShape(x.shape)}; ${name} holds one number ` +
        `for each of the ${wanted[0]} channels of the last axis, so shape ${formatShape(wanted)} would fit.`,
    );
  }
  if (given.dtype === x.dtype) return;
  throw new TypeError(`${op}: ${name} is ${given.dtype} and x is ${x.dtype}; cast one of them.`);
}

/** The length of the last axis, of floats. */
export function channelsOf(op: string, { shape, dtype }: Tensor): number {
  if (!isFloat(dtype)) throw new TypeError(`${op}: x is ${dtype}; cast it to float32 first.`);
  const channels = shape.at(-1);
  if (shape.length > 1 && channels !== undefined && channels > 0) return channels;
  throw new ShapeError(
    `${op}: x has shape ${formatShape(shape)}; it takes [n, …, channels], with one channel at least.`,
  );
}

/** Throws unless ε is above 0: it keeps what does not vary from being divided by 0. */
export function checkEpsilon(op: string, epsilon: number): void {
  if (epsilon > 0 && Number.isFinite(epsilon)) return;
  throw new RangeError(`${op}: epsilon is ${epsilon}; it must be above 0, such as 1e-5.`);
}

/**
 * x with no two elements close (where all but coincide, the norm bends too sharply for central differences), γ and β;
 * ε large, so that a group of one or two is not all rounding.
 */
export function normSamples<O>(
  random: Random,
  shapes: readonly Shape[],
  options: (at: number) => O,
): Sample<readonly [Tensor, Tensor, Tensor], O>[] {
  return shapes.map((shape, at) => {
    const gap = 4 / Math.max(8, sizeOf(shape));
    const x = distinct(random, shape, gap);
    const channels = shape.slice(-1);
    return {
      inputs: [x, draw(random, channels, { low: 0.5, high: 1.5 }), draw(random, channels)],
      options: options(at),
    };
  });
}

/** [n, …, channels] */
export const NORM_SHAPES: readonly Shape[] = [
  [1, 1],
  [1, 4],
  [4, 1],
  [2, 3],
  [3, 2],
  [5, 4],
  [7, 3],
  [3, 17],
  [0, 4],
  [1, 1, 1],
  [1, 1, 6],
  [2, 3, 4],
  [3, 1, 5],
  [1, 5, 2],
  [2, 4, 3],
  [0, 3, 2],
  [5, 2, 1],
  [1, 1, 1, 4],
  [2, 2, 3, 2],
  [1, 3, 2, 6],
  [2, 1, 3, 3],
  [3, 2, 2, 1],
  [0, 2, 2, 3],
];
