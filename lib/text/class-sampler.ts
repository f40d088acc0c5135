import { Categories } from "../random/categories.ts";
import type { Random } from "../random/random.ts";
import { adopt } from "../tensor/create.ts";
import type { Shape } from "../tensor/shape.ts";
import { checkShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The classes that stand in for all. */
export interface SampledClasses {
  /** int32 [K], all different, the same for the whole batch. */
  readonly classes: Tensor;
  /** How likely a class is to be among them. Without it, no logit is corrected. */
  readonly chance?: (c: number) => number;
}

/** After so many draws for each class that is wanted, the rest are so unlikely that waiting is computed instead. */
const PATIENCE = 50;

/**
 * Draws classes by weight: the noise of negative sampling, the candidates of sampled softmax.
 * @example
 * const noise = ClassSampler.unigram(vocabulary.counts(text));
 * const negatives = noise.draw([batch, 5], random);
 */
export class ClassSampler {
  /** The probability of each class. */
  readonly probabilities: Float64Array;
  readonly #categories: Categories;

  constructor(weights: ArrayLike<number>) {
    const values = Float64Array.from(weights);
    this.#categories = new Categories("ClassSampler", adopt(values, [values.length]));
    const total = values.reduce((sum, weight) => sum + weight, 0);
    this.probabilities = values.map((weight) => weight / total);
  }

  /** By counts to a power; 3/4 gives rare words a better chance than their counts (Mikolov et al., 2013). */
  static unigram(counts: ArrayLike<number>, power = 0.75): ClassSampler {
    return new ClassSampler(Float64Array.from(counts, (count) => (count === 0 ? 0 : count ** power)));
  }

  /**
   * By Zipf's law, for classes in the order of how frequent they are:
   * P(c) = (ln(c + 2) − ln(c + 1)) / ln(classes + 1).
   */
  static logUniform(classes: number): ClassSampler {
    return new ClassSampler(Float64Array.from({ length: classes }, (_, c) => Math.log1p(1 / (c + 1))));
  }

  /**
   * Classes that are all different, and the chance of each to be among them: 1 − (1 − q)ᵗ, where t is how many draws it
   * took to find them.
   * @example sampledSoftmax(h, layer, labels, sampler.drawDistinct(64, random))
   */
  drawDistinct(count: number, random: Random): SampledClasses {
    const possible = this.probabilities.reduce((sum, p) => sum + (p > 0 ? 1 : 0), 0);
    if (!Number.isSafeInteger(count) || count < 1 || count > possible) {
      throw new RangeError(
        `drawDistinct: from 1 to ${possible} different classes can be drawn, not ${count}.`,
      );
    }
    const drawn = new Set<number>();
    let tries = 0;
    for (; drawn.size < count && tries < PATIENCE * count; tries++) {
      drawn.add(this.#categories.at(random.next()));
    }
    while (drawn.size < count) tries += this.#drawAnother(drawn, random);
    const classes = adopt(Int32Array.from(drawn), [count]);
    return { classes, chance: (c) => -Math.expm1(tries * Math.log1p(-(this.probabilities[c] ?? 0))) };
  }

  /**
   * Adds a class that was not drawn yet, and says how many draws it would have taken: with s the probability of all such
   * classes, that is geometric, 1 + ⌊ln(1 − u) / ln(1 − s)⌋.
   */
  #drawAnother(drawn: Set<number>, random: Random): number {
    const rest = this.probabilities.map((p, c) => (drawn.has(c) ? 0 : p));
    const share = Math.min(
      1,
      rest.reduce((sum, p) => sum + p, 0),
    );
    const waited = share === 1 ? 0 : Math.floor(Math.log1p(-random.next()) / Math.log1p(-share));
    drawn.add(new Categories("ClassSampler", adopt(rest, [rest.length])).at(random.next()));
    return 1 + waited;
  }

  /** Classes, drawn independently: int32 of this shape. */
  draw(shape: Shape, random: Random): Tensor {
    checkShape("ClassSampler", shape);
    return adopt(
      Int32Array.from({ length: sizeOf(shape) }, () => this.#categories.at(random.next())),
      shape,
    );
  }
}
