import { adopt } from "../tensor/create.ts";
import { allocate, type DType } from "../tensor/dtype.ts";
import { checkShape, type Shape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { normalQuantile } from "./normal.ts";
import { stateFrom, step } from "./xoshiro.ts";

/** Where uniform numbers lie: from `low`, up to but not including `high`. */
export interface UniformOptions {
  readonly low?: number;
  readonly high?: number;
  readonly dtype?: DType;
}

/** The centre and the width of a Gaussian. */
export interface NormalOptions {
  readonly mean?: number;
  readonly std?: number;
  readonly dtype?: DType;
}

/**
 * A seeded source of random numbers: xoshiro128** seeded by SplitMix64, uniforms of 53 bits, Gaussians by the
 * inverse of their distribution function. Only operations that IEEE 754 defines to the last bit are used, so one
 * seed gives the same numbers on every machine.
 *
 * @example
 * const random = new Random(42);
 * const W = random.normal([784, 10], { std: 0.01 });
 * const order = random.permutation(8000);
 */
export class Random {
  readonly #state: Uint32Array;

  constructor(seed: number) {
    if (!Number.isSafeInteger(seed))
      throw new RangeError(`Random: the seed must be a whole number, not ${seed}.`);
    this.#state = stateFrom(seed);
  }

  /** A number from 0, up to but not including 1: 53 random bits, as many as a double holds. */
  next(): number {
    const high = step(this.#state) >>> 5;
    const low = step(this.#state) >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  /** A whole number from 0, up to but not including `bound`, each equally likely: draws past the last full round are thrown away. */
  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 0x100000000) {
      throw new RangeError(`integer: the bound must be a whole number from 1 to 2^32, not ${bound}.`);
    }
    const limit = 0x100000000 - (0x100000000 % bound);
    let draw = step(this.#state);
    while (draw >= limit) draw = step(this.#state);
    return draw % bound;
  }

  uniform(shape: Shape, { low = 0, high = 1, dtype = "float32" }: UniformOptions = {}): Tensor {
    checkShape("uniform", shape);
    const data = allocate(dtype, sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = low + (high - low) * this.next();
    return adopt(data, shape);
  }

  normal(shape: Shape, { mean = 0, std = 1, dtype = "float32" }: NormalOptions = {}): Tensor {
    checkShape("normal", shape);
    const data = allocate(dtype, sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = mean + std * normalQuantile(this.#insideUnit());
    return adopt(data, shape);
  }

  /** The middle of one of 2^52 equal parts of the unit interval: never 0 or 1, where the quantile is infinite. */
  #insideUnit(): number {
    return (Math.floor(this.next() * 0x10000000000000) + 0.5) / 0x10000000000000;
  }

  /** The numbers 0 … n−1 in a random order, every order equally likely (Fisher and Yates). */
  permutation(n: number): Tensor {
    const data = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = data[i]!;
      data[i] = data[j]!;
      data[j] = kept;
    }
    return adopt(data, [n]);
  }
}
