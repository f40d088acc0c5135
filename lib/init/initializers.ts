// Weights to begin with. Each initializer makes a tensor of a shape from a source of random numbers.

import type { Random } from "../random/random.ts";
import { full } from "../tensor/create.ts";
import type { DType } from "../tensor/dtype.ts";
import { formatShape, type Shape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type FanOptions, fans } from "./fans.ts";
import { eye, signedQ } from "./orthogonal.ts";

/** Makes a parameter. Those that need no random numbers ignore the source. */
export type Initializer = (shape: Shape, random: Random, options?: InitOptions) => Tensor;

export interface InitOptions {
  readonly dtype?: DType;
}

/** For initializers that look at the fans. */
export interface ScaledOptions extends InitOptions, FanOptions {
  /** Multiplies the standard deviation, to make up for an activation that shrinks its input; see `gainOf`. */
  readonly gain?: number;
}

/** 0 everywhere: right for biases. All units of a layer of weights like that stay equal for ever. */
export const zeros: Initializer = (shape, _, { dtype = "float32" } = {}) => full(shape, 0, dtype);

/** 1 everywhere: for the scales of a norm. */
export const ones: Initializer = (shape, _, { dtype = "float32" } = {}) => full(shape, 1, dtype);

/** @example constant(0.1)([100], random) */
export function constant(value: number): Initializer {
  return (shape, _, { dtype = "float32" } = {}) => full(shape, value, dtype);
}

/** @example normal({ std: 0.01 })([784, 100], random) */
export function normal({
  mean = 0,
  std = 0.01,
}: {
  readonly mean?: number;
  readonly std?: number;
} = {}): Initializer {
  checkSize("normal", "std", std);
  return (shape, random, options) => random.normal(shape, { mean, std, ...options });
}

/** @example uniform({ low: -0.05, high: 0.05 })([784, 100], random) */
export function uniform({
  low = -0.05,
  high = 0.05,
}: {
  readonly low?: number;
  readonly high?: number;
} = {}): Initializer {
  return (shape, random, options) => random.uniform(shape, { low, high, ...options });
}

/**
 * Gaussian, but what lies more than `bound` standard deviations out is drawn again; `std` is that of the Gaussian
 * before the cut (with bound 2, the numbers drawn have 0.88 of it).
 *
 * @example truncated({ std: 0.02 })([784, 100], random)
 */
export function truncated({
  mean = 0,
  std = 0.01,
  bound = 2,
}: {
  readonly mean?: number;
  readonly std?: number;
  readonly bound?: number;
} = {}): Initializer {
  return (shape, random, options) => random.truncatedNormal(shape, { mean, std, bound, ...options });
}

/**
 * Gaussian with variance gain² / fanIn (LeCun et al., "Efficient BackProp", 1998): a linear unit's output then varies
 * as much as its inputs. This is the `1/n` of lecture notes, there also called Xavier: `randn(n) * sqrt(1 / n)`.
 *
 * @example lecunNormal([784, 100], random)
 */
export const lecunNormal = (shape: Shape, random: Random, options: ScaledOptions = {}): Tensor =>
  gaussian(shape, random, options, 1 / fans(shape, options).fanIn);

/** Uniform with variance gain² / fanIn: from −√(3 / fanIn) to √(3 / fanIn). */
export const lecunUniform = (shape: Shape, random: Random, options: ScaledOptions = {}): Tensor =>
  even(shape, random, options, 1 / fans(shape, options).fanIn);

/**
 * Gaussian with variance 2 gain² / (fanIn + fanOut) (Glorot and Bengio, 2010; Xavier is Glorot's first name): between
 * what keeps the variance on the way there, 1 / fanIn, and on the way back, 1 / fanOut.
 *
 * @example glorotNormal([784, 100], random)
 */
export const glorotNormal = (shape: Shape, random: Random, options: ScaledOptions = {}): Tensor =>
  gaussian(shape, random, options, between(shape, options));

/** Uniform with variance 2 gain² / (fanIn + fanOut): from −√(6 / (fanIn + fanOut)), the paper's own form. */
export const glorotUniform = (shape: Shape, random: Random, options: ScaledOptions = {}): Tensor =>
  even(shape, random, options, between(shape, options));

/**
 * Gaussian with variance 2 gain² / fanIn (He et al., 2015): ReLU sets half of its inputs to 0, and the 2 makes up for
 * it.
 *
 * @example heNormal([3, 3, 64, 128], random)
 */
export const heNormal = (shape: Shape, random: Random, options: ScaledOptions = {}): Tensor =>
  gaussian(shape, random, options, 2 / fans(shape, options).fanIn);

/** Uniform with variance 2 gain² / fanIn. */
export const heUniform = (shape: Shape, random: Random, options: ScaledOptions = {}): Tensor =>
  even(shape, random, options, 2 / fans(shape, options).fanIn);

/**
 * A random rotation, times the gain (Saxe, McClelland and Ganguli, 2014): Q of a Gaussian matrix, every such Q equally
 * likely, so that WᵀW = gain² I (or WWᵀ, where there are more columns than rows). Filters are taken as
 * [window × in, out].
 *
 * @example orthogonal([128, 128], random)
 */
export function orthogonal(
  shape: Shape,
  random: Random,
  { gain = 1, dtype = "float32" }: InitOptions & { readonly gain?: number } = {},
): Tensor {
  if (shape.length < 2) throw notMatrix("orthogonal", shape);
  return signedQ(shape, random, gain, dtype);
}

/**
 * The identity, times the gain: a recurrent layer that remembers everything at first (Le, Jaitly and Hinton, 2015). Of
 * filters, the middle of the window is the identity: a convolution that hands its input on.
 *
 * @example identity([128, 128], random)
 */
export function identity(
  shape: Shape,
  _?: Random,
  { gain = 1, dtype = "float32" }: InitOptions & { readonly gain?: number } = {},
): Tensor {
  if (shape.length < 2) throw notMatrix("identity", shape);
  return eye(shape, gain, dtype);
}

function between(shape: Shape, options: ScaledOptions): number {
  const { fanIn, fanOut } = fans(shape, options);
  return 2 / (fanIn + fanOut);
}

function gaussian(shape: Shape, random: Random, options: ScaledOptions, variance: number): Tensor {
  const { gain = 1, dtype = "float32" } = options;
  checkSize("init", "gain", gain);
  return random.normal(shape, { std: gain * Math.sqrt(variance), dtype });
}

function even(shape: Shape, random: Random, options: ScaledOptions, variance: number): Tensor {
  const { gain = 1, dtype = "float32" } = options;
  checkSize("init", "gain", gain);
  const high = gain * Math.sqrt(3 * variance);
  return random.uniform(shape, { low: -high, high, dtype });
}

function checkSize(op: string, name: string, value: number): void {
  if (value >= 0 && value < Infinity) return;
  throw new RangeError(`${op}: ${name} is ${value}; it must be a number, 0 or more.`);
}

function notMatrix(op: string, shape: Shape): ShapeError {
  return new ShapeError(
    `${op}: shape ${formatShape(shape)} is no matrix; [in, out] or [...window, in, out] is.`,
  );
}
