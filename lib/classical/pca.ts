// Principal components: the directions in which data vary most (Pearson, 1901; Hotelling, 1933).
import { eigh } from "../linalg/eigh.ts";
import { svd } from "../linalg/svd.ts";
import { add } from "../ops/add.ts";
import { div } from "../ops/div.ts";
import { matmul } from "../ops/matmul.ts";
import { mul } from "../ops/mul.ts";
import { sub } from "../ops/sub.ts";
import { adopt } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { centred, checkWidth, like, meanOf, type Points, pointsOf } from "./points.ts";

/** How many components are kept, and whether they are scaled to variance 1. */
export interface PcaOptions {
  /** All there are, unless said. */
  readonly components?: number;
  /** Whether `project` divides each component by its standard deviation. */
  readonly whiten?: boolean;
}

/** What `pca` found. */
export class PCA {
  /** [d] */
  readonly mean: Tensor;
  /** Orthonormal rows [k, d], the one with most variance first; the largest entry of each is positive. */
  readonly components: Tensor;
  /** The variance along each component (over n − 1). */
  readonly variance: Float64Array;
  /** The share of all variance along each component. */
  readonly varianceShare: Float64Array;
  readonly #deviations: Tensor | undefined;

  constructor(mean: Tensor, components: Tensor, variance: Float64Array, total: number, whiten: boolean) {
    this.mean = mean;
    this.components = components;
    this.variance = variance;
    this.varianceShare = variance.map((value) => (total === 0 ? 0 : value / total));
    // A component without variance is left as it is: 0.
    const deviations = variance.map((value) => (value > 0 ? Math.sqrt(value) : 1));
    this.#deviations = whiten ? like(mean, deviations, [deviations.length]) : undefined;
  }

  /** Examples [n, d] in coordinates of the components: [n, k]. Has gradients. */
  project(x: Tensor): Tensor {
    checkWidth("pca.project", x, this.mean.size);
    const scores = matmul(sub(x, this.mean), this.components, { transposeB: true });
    return this.#deviations === undefined ? scores : div(scores, this.#deviations);
  }

  /** Back from [n, k] to [n, d]: the nearest there is to the examples with k numbers each. */
  reconstruct(scores: Tensor): Tensor {
    checkWidth("pca.reconstruct", scores, this.variance.length);
    const scaled = this.#deviations === undefined ? scores : mul(scores, this.#deviations);
    return add(matmul(scaled, this.components), this.mean);
  }
}

/**
 * The principal components of examples [n, d]: the right singular vectors of X − x̄. Where there are many features, the
 * eigenvectors of the covariance XᵀX / (n − 1), or of XXᵀ, which lead to the same and are quicker to find.
 *
 * @example
 * const { components, varianceShare } = pca(images, { components: 50 });
 */
export function pca(x: Tensor, { components, whiten = false }: PcaOptions = {}): PCA {
  const points = pointsOf("pca", x, 2);
  const { count, width } = points;
  const most = Math.min(count, width);
  const kept = components ?? most;
  if (!Number.isInteger(kept) || kept < 1 || kept > most) {
    throw new RangeError(
      `pca: ${count} examples of ${width} features have 1 to ${most} components, not ${kept}.`,
    );
  }
  const mean = meanOf(points);
  const shifted = centred(points, mean);
  const total = shifted.data.reduce((sum, value) => sum + value * value, 0) / (count - 1);
  const { vectors, variance } = principal(shifted, kept);
  const rows = upright(vectors.slice(0, kept * width), width);
  const found = like(x, rows, [kept, width]);
  return new PCA(like(x, mean, [width]), found, variance.slice(0, kept), total, whiten);
}

interface Directions {
  /** Rows [k, d] and more. */
  readonly vectors: Float64Array;
  readonly variance: Float64Array;
}

/** Above this, singular values cost ten times what the eigenvalues of the smaller of XᵀX and XXᵀ do. */
const MANY = 64;

function principal(shifted: Points, kept: number): Directions {
  const { count, width } = shifted;
  if (count > 4 * width && width > 32) return byCovariance(shifted);
  if (Math.min(count, width) <= MANY) return bySvd(shifted);
  return count >= width ? byCovariance(shifted) : (byProducts(shifted, kept) ?? bySvd(shifted));
}

function bySvd({ count, width, data }: Points): Directions {
  const { S, Vt } = svd(adopt(data, [count, width]));
  return {
    vectors: Float64Array.from(Vt.data),
    variance: Float64Array.from(S.data, (s) => (s * s) / (count - 1)),
  };
}

/** The eigenvectors of XᵀX / (n − 1), one a row, the one with most variance first. */
function byCovariance({ count, width, data }: Points): Directions {
  const x = adopt(data, [count, width]);
  return descending(matmul(x, x, { transposeA: true }).data, width, count - 1);
}

/**
 * Where there are fewer examples than features, from the eigenvectors u of XXᵀ: Xᵀu, made as long as 1. Nothing where one that
 * is kept has so little variance that rounding would choose its direction.
 */
function byProducts({ count, width, data }: Points, kept: number): Directions | undefined {
  const x = adopt(data, [count, width]);
  const { vectors: u, variance } = descending(matmul(x, x, { transposeB: true }).data, count, count - 1);
  if (variance[kept - 1]! < 1e-8 * variance[0]!) return undefined;
  const vectors = matmul(adopt(u.slice(0, kept * count), [kept, count]), x).data.map((value, at) => {
    const row = Math.floor(at / width);
    return value / Math.sqrt(variance[row]! * (count - 1));
  });
  return { vectors: Float64Array.from(vectors), variance };
}

function descending(products: ArrayLike<number>, n: number, divisor: number): Directions {
  // Rounding leaves the two halves a little different.
  const symmetric = Float64Array.from(products, (value, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return (value + products[j * n + i]!) / (2 * divisor);
  });
  const { values, vectors } = eigh(adopt(symmetric, [n, n]));
  const falling = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return vectors.data[j * n + (n - 1 - i)]!;
  });
  return { vectors: falling, variance: Float64Array.from(values.data, (v) => Math.max(0, v)).reverse() };
}

/** Rows whose largest entry is positive: a component's sign is nobody's choice, and so it is always the same one. */
function upright(rows: Float64Array, width: number): Float64Array {
  for (let start = 0; start < rows.length; start += width) {
    const row = rows.subarray(start, start + width);
    const largest = row.reduce((max, value) => (Math.abs(value) > Math.abs(max) ? value : max), 0);
    if (largest < 0) for (let k = 0; k < width; k++) row[k] = -row[k]!;
  }
  return rows;
}
