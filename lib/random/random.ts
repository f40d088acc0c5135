import { adopt } from "../tensor/create.ts";
import { allocate, type DType } from "../tensor/dtype.ts";
import { checkShape, formatShape, type Shape, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { fillBernoulli, fillNormal, fillUniform } from "./bulk.ts";
import { Categories, gumbelMax } from "./categories.ts";
import { exactLog, normalQuantile } from "./normal.ts";
import { childOf, type State, stateFrom, step } from "./xoshiro.ts";

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

/** Where a source of random numbers stands: four whole numbers, which JSON keeps as they are. */
export type RandomState = readonly [number, number, number, number];

/**
 * A seeded source of random numbers: xoshiro128** seeded by SplitMix64, Gaussians by the inverse of their
 * distribution function. Only operations that IEEE 754 defines to the last bit are used, so one seed gives the same
 * numbers on every machine.
 *
 * @example
 * const random = new Random(42);
 * const W = random.normal([784, 10], { std: 0.01 });
 * const order = random.permutation(8000);
 */
export class Random {
  readonly #state: State;

  constructor(seed: number) {
    if (!Number.isSafeInteger(seed))
      throw new RangeError(`Random: the seed must be a whole number, not ${seed}.`);
    this.#state = stateFrom(seed);
  }

  /**
   * A source that goes on where another stood.
   * @example const random = Random.from(JSON.parse(checkpoint).random);
   */
  static from(state: RandomState): Random {
    const isWord = (word: unknown): boolean =>
      typeof word === "number" && Number.isInteger(word) && word >= 0 && word < 2 ** 32;
    if (
      !Array.isArray(state) ||
      state.length !== 4 ||
      !state.every(isWord) ||
      state.every((word) => word === 0)
    ) {
      throw new RangeError(
        `Random.from: a state is four whole numbers below 2^32, not all 0; this is ${JSON.stringify(state)}.`,
      );
    }
    const random = new Random(0);
    random.#state.set(state);
    return random;
  }

  /** Where this source stands, to keep in a checkpoint; `Random.from` goes on from there. */
  get state(): RandomState {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    return [a, b, c, d];
  }

  /** Goes on from another place: from where a copy of this source has got to. */
  set state(state: RandomState) {
    this.#state.set(Random.from(state).#state);
  }

  /**
   * `count` sources that have nothing to do with each other or with this one, which moves on: one for each layer or
   * worker, so that what one draws does not change what another draws.
   *
   * @example
   * const [weights, batches] = new Random(1).split(2);
   */
  split(count: number): Random[] {
    if (!Number.isInteger(count) || count < 0) {
      throw new RangeError(`split: the count must be a whole number, 0 or more, not ${count}.`);
    }
    return Array.from({ length: count }, () => {
      const child = new Random(0);
      child.#state.set(childOf(this.#state));
      return child;
    });
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

  /** int32 numbers from `low`, up to but not including `high`, each equally likely. */
  integers(shape: Shape, { low = 0, high }: { readonly low?: number; readonly high: number }): Tensor {
    if (!(low < high) || (low | 0) !== low || ((high - 1) | 0) !== high - 1) {
      throw new RangeError(`integers: from ${low} up to ${high} there are no int32 numbers to draw from.`);
    }
    return this.#each("integers", shape, "int32", () => low + this.integer(high - low));
  }

  /** Uniform numbers: 53 random bits each in float64, 24 (all that it holds) in float32. */
  uniform(shape: Shape, { low = 0, high = 1, dtype = "float32" }: UniformOptions = {}): Tensor {
    if (!(low <= high) || !Number.isFinite(high - low)) {
      throw new RangeError(
        `uniform: low must not be above high, and both finite; they are ${low} and ${high}.`,
      );
    }
    if (dtype !== "float32") {
      return this.#each("uniform", shape, dtype, () => low + (high - low) * this.next());
    }
    checkShape("uniform", shape);
    const data = new Float32Array(sizeOf(shape));
    fillUniform(this.#state, data, low, high);
    return adopt(data, shape);
  }

  normal(shape: Shape, { mean = 0, std = 1, dtype = "float32" }: NormalOptions = {}): Tensor {
    checkGaussian("normal", mean, std);
    checkShape("normal", shape);
    const data = allocate(dtype, sizeOf(shape));
    fillNormal(this.#state, data, mean, std);
    return adopt(data, shape);
  }

  /** Gaussian numbers of which none is more than `bound` standard deviations from the mean; those are drawn again. */
  truncatedNormal(
    shape: Shape,
    { mean = 0, std = 1, bound = 2, dtype = "float32" }: NormalOptions & { readonly bound?: number } = {},
  ): Tensor {
    if (!(bound >= 0.05)) {
      throw new RangeError(
        `truncatedNormal: the bound must be 0.05 standard deviations or more, not ${bound}.`,
      );
    }
    checkGaussian("truncatedNormal", mean, std);
    return this.#each("truncatedNormal", shape, dtype, () => {
      let z = normalQuantile(this.#insideUnit());
      while (Math.abs(z) > bound) z = normalQuantile(this.#insideUnit());
      return mean + std * z;
    });
  }

  /** The time to the next event when `rate` come per unit of time: −ln u / rate. */
  exponential(shape: Shape, { rate = 1, dtype = "float32" }: { rate?: number; dtype?: DType } = {}): Tensor {
    if (!(rate > 0)) throw new RangeError(`exponential: the rate must be above 0, not ${rate}.`);
    return this.#each("exponential", shape, dtype, () => -exactLog(this.#insideUnit()) / rate);
  }

  /**
   * 1 with probability `p`, else 0 (true and false in bool).
   * @example random.bernoulli(activations.shape, 0.8, "float32") // a dropout mask
   */
  bernoulli(shape: Shape, p: number, dtype: DType = "bool"): Tensor {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`bernoulli: p must lie between 0 and 1; it is ${p}.`);
    checkShape("bernoulli", shape);
    const data = allocate(dtype, sizeOf(shape));
    fillBernoulli(this.#state, data, p);
    return adopt(data, shape);
  }

  /** The numbers 0 … n−1 in a random order, every order equally likely (Fisher and Yates). */
  permutation(n: number): Tensor {
    checkShape("permutation", [n]);
    const data = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = data[i]!;
      data[i] = data[j]!;
      data[j] = kept;
    }
    return adopt(data, [n]);
  }

  /** A copy with the entries along the first axis in a random order. */
  shuffle(x: Tensor): Tensor {
    const [count] = x.shape;
    if (count === undefined) throw new ShapeError("shuffle: a scalar has no axis to shuffle along.");
    const size = count === 0 ? 0 : x.size / count;
    const source = x.data;
    const data = allocate(x.dtype, x.size);
    this.permutation(count).data.forEach((from, to) => {
      data.set(source.subarray(from * size, (from + 1) * size), to * size);
    });
    return adopt(data, x.shape);
  }

  /**
   * Classes drawn with probability softmax(logits), by the Gumbel-max trick: int32 [...] for logits [..., classes], or
   * [..., count] for `count` draws from each. A logit of −∞ is never drawn.
   *
   * @example const next = random.categorical(logits).item(); // the next character
   */
  categorical(logits: Tensor, count?: number): Tensor {
    const classes = logits.shape.at(-1);
    if (classes === undefined || classes === 0) {
      throw new ShapeError(`categorical: logits are [..., classes]; these are ${formatShape(logits.shape)}.`);
    }
    const each = count ?? 1;
    const lead = logits.shape.slice(0, -1);
    checkShape("categorical", [...lead, each]);
    const values = logits.data;
    const data = new Int32Array(sizeOf(lead) * each);
    for (let i = 0; i < data.length; i++) {
      data[i] = gumbelMax(values, Math.floor(i / each) * classes, classes, () => this.#insideUnit());
    }
    return adopt(data, count === undefined ? lead : [...lead, each]);
  }

  /**
   * How often each class came up in `trials` draws; the weights are relative and need not sum to 1.
   * @example random.multinomial(100, tensor([0.2, 0.3, 0.5]))
   */
  multinomial(trials: number, weights: Tensor): Tensor {
    if (!Number.isInteger(trials) || trials < 0) {
      throw new RangeError(`multinomial: the trials must be a whole number, 0 or more, not ${trials}.`);
    }
    const categories = new Categories("multinomial", weights);
    const counts = new Int32Array(weights.size);
    for (let n = 0; n < trials; n++) counts[categories.at(this.next())]! += 1;
    return adopt(counts, weights.shape);
  }

  /** The middle of one of 2^52 equal parts of the unit interval: never 0 or 1, where the quantile is infinite. */
  #insideUnit(): number {
    return (Math.floor(this.next() * 0x10000000000000) + 0.5) / 0x10000000000000;
  }

  #each(op: string, shape: Shape, dtype: DType, draw: () => number): Tensor {
    checkShape(op, shape);
    const data = allocate(dtype, sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = draw();
    return adopt(data, shape);
  }
}

function checkGaussian(op: string, mean: number, std: number): void {
  if (Number.isFinite(mean) && std >= 0 && std < Infinity) return;
  throw new RangeError(`${op}: mean is ${mean} and std ${std}; both are finite, and std is not below 0.`);
}
