// Linear discriminant analysis: the directions that tell classes apart (Fisher, 1936; Rao, 1948).
import { eigh } from "../linalg/eigh.ts";
import { argmax } from "../ops/choose.ts";
import { linear } from "../ops/linear.ts";
import { matmul } from "../ops/matmul.ts";
import { sub } from "../ops/sub.ts";
import { adopt } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { centred, checkWidth, labelsOf, like, meanOf, pointsOf } from "./points.ts";

/** What `lda` found. */
export class LDA {
  /** [d] */
  readonly mean: Tensor;
  /** Columns [d, k], the one that separates best first; along each, the classes' own variance is 1. */
  readonly directions: Tensor;
  /** The share of the variance between classes along each direction. */
  readonly varianceShare: Float64Array;
  readonly #weights: Tensor;
  readonly #bias: Tensor;

  constructor(mean: Tensor, directions: Tensor, varianceShare: Float64Array, weights: Tensor, bias: Tensor) {
    this.mean = mean;
    this.directions = directions;
    this.varianceShare = varianceShare;
    this.#weights = weights;
    this.#bias = bias;
  }

  /** Examples [n, d] in coordinates of the directions: [n, k]. */
  project(x: Tensor): Tensor {
    checkWidth("lda.project", x, this.mean.size);
    return matmul(sub(x, this.mean), this.directions);
  }

  /** A logit for each class, [n, classes]: softmax gives the probabilities if classes are Gaussian with one covariance. */
  logits(x: Tensor): Tensor {
    checkWidth("lda.logits", x, this.mean.size);
    return linear(x, this.#weights, this.#bias);
  }

  /** The likeliest class of each example: int32 [n]. */
  predict(x: Tensor): Tensor {
    return argmax(this.logits(x));
  }
}

/**
 * Fits examples [n, d] with labels int32 [n]: the directions w for which the variance between the classes' means is largest
 * against the variance within, S_b w = λ S_w w. At most one direction less than there are classes. Directions in which
 * no class varies are left out, as scikit-learn does.
 *
 * @example
 * const found = lda(flowers, species);
 * found.project(flowers).shape; // [150, 2]
 */
export function lda(x: Tensor, labels: Tensor): LDA {
  const points = pointsOf("lda", x, 2);
  const { count, width, data } = points;
  const { y, classes } = labelsOf("lda", count, labels);
  if (count <= classes) {
    throw new RangeError(`lda: ${classes} classes need more than ${classes} examples; there are ${count}.`);
  }
  const sizes = new Float64Array(classes);
  for (const label of y) sizes[label]! += 1;
  const means = new Float64Array(classes * width);
  data.forEach((value, at) => {
    const label = y[Math.floor(at / width)]!;
    means[label * width + (at % width)]! += value / sizes[label]!;
  });
  const mean = meanOf(points);
  const within = data.map((value, at) => value - means[y[Math.floor(at / width)]! * width + (at % width)]!);
  const whitening = whiten(within, count, width);
  // Between-class scatter of the whitened class means, each weighted by its share.
  const between = centred({ count: classes, width, data: means }, mean).data.map(
    (value, at) => value * Math.sqrt(sizes[Math.floor(at / width)]! / (classes - 1)),
  );
  const scores = matmul(adopt(between, [classes, width]), whitening);
  const { values, vectors } = fallingEigen(matmul(scores, scores, { transposeA: true }));
  const rank = Math.min(classes - 1, values.filter((value) => value > 1e-8 * values[0]!).length);
  const kept = take(vectors, rank);
  const directions = matmul(whitening, kept);
  const sum = values.reduce((total, value) => total + Math.max(0, value), 0);
  // Logits: in the whitened space, nearest mean and prior: w = S⁻¹ m along the directions kept, b = ln prior − ½ m·w.
  const shifted = centred({ count: classes, width, data: means }, mean).data;
  const places = matmul(adopt(shifted, [classes, width]), directions);
  const weights = matmul(directions, places, { transposeB: true });
  const bias = Float64Array.from(sizes, (size, c) => {
    const place = places.data.subarray(c * rank, (c + 1) * rank);
    let [own, offset] = [0, 0];
    for (const value of place) own += value * value;
    for (let j = 0; j < width; j++) offset += mean[j]! * weights.data[j * classes + c]!;
    return Math.log(size / count) - own / 2 - offset;
  });
  const cast = (tensor: Tensor): Tensor => like(x, Float64Array.from(tensor.data), tensor.shape);
  return new LDA(
    like(x, mean, [width]),
    cast(directions),
    values.slice(0, rank).map((value) => value / sum),
    cast(weights),
    like(x, bias, [classes]),
  );
}

/** W [d, r] with Wᵀ S W = 1 for the covariance S (over n) of what varies within classes. */
function whiten(within: Float64Array, count: number, width: number): Tensor {
  // Features to one scale first, so that what is 0 can be told from what is small.
  const scale = new Float64Array(width);
  within.forEach((value, at) => {
    scale[at % width]! += (value * value) / count;
  });
  scale.forEach((value, j) => {
    scale[j] = value > 0 ? Math.sqrt(value) : 1;
  });
  const scaled = adopt(
    within.map((value, at) => value / scale[at % width]!),
    [count, width],
  );
  const { values, vectors } = fallingEigen(matmul(scaled, scaled, { transposeA: true }));
  const rank = values.filter((value) => value > 1e-8 * count).length;
  if (rank === 0) throw new RangeError("lda: no class varies in any feature, so nothing can be weighed.");
  const kept = take(vectors, rank).data;
  return adopt(
    Float64Array.from(kept, (value, at) => {
      const [j, c] = [Math.floor(at / rank), at % rank];
      return (value / scale[j]!) * Math.sqrt(count / values[c]!);
    }),
    [width, rank],
  );
}

/** Eigenvalues, the largest first, and their vectors as columns. */
function fallingEigen(symmetric: Tensor): { values: Float64Array; vectors: Tensor } {
  const n = symmetric.shape[0]!;
  const { data } = symmetric;
  const even = Float64Array.from(data, (value, at) => (value + data[(at % n) * n + Math.floor(at / n)]!) / 2);
  const { values, vectors } = eigh(adopt(even, [n, n]));
  const falling = Float64Array.from(vectors.data, (_, at) => {
    const [i, c] = [Math.floor(at / n), at % n];
    return vectors.data[i * n + (n - 1 - c)]!;
  });
  return { values: Float64Array.from(values.data).reverse(), vectors: adopt(falling, [n, n]) };
}

/** The first columns. */
function take(vectors: Tensor, columns: number): Tensor {
  const [rows = 0, all = 0] = vectors.shape;
  const kept = Float64Array.from({ length: rows * columns }, (_, at) => {
    return vectors.data[Math.floor(at / columns) * all + (at % columns)]!;
  });
  return adopt(kept, [rows, columns]);
}
