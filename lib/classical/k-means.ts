import { Categories } from "../random/categories.ts";
import type { Random } from "../random/random.ts";
import { adopt } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkWidth, like, type Points, pointsOf, squaredDistance } from "./points.ts";

/** Where to start, and when to stop. */
export interface KMeansOptions {
  readonly random?: Random;
  /** Centers to start from, [k, d], instead of k-means++. */
  readonly centers?: Tensor;
  /** How often to start; the best result is kept. */
  readonly starts?: number;
  readonly iterations?: number;
}

/** What `kMeans` found. */
export interface Clusters {
  /** [k, d] */
  readonly centers: Tensor;
  /** int32 [n]: the nearest center of each example. */
  readonly assignments: Tensor;
  /** Σ ‖x − nearest center‖² */
  readonly inertia: number;
  /** How many rounds it took. */
  readonly iterations: number;
  /** The nearest center of other examples: int32 [m]. */
  assign(x: Tensor): Tensor;
}

interface Run {
  readonly centers: Float64Array;
  readonly nearest: Int32Array;
  readonly inertia: number;
  readonly iterations: number;
}

/**
 * k groups of examples [n, d]: each example goes to its nearest center, each center to the mean of its examples, until
 * nothing moves (Lloyd, 1957). Starts with centers far from each other (greedy k-means++: Arthur and Vassilvitskii, 2007).
 *
 * @example
 * const { centers, assignments } = kMeans(images, 10, { random });
 */
export function kMeans(x: Tensor, k: number, options: KMeansOptions): Clusters {
  const { random, centers, starts = centers === undefined ? 10 : 1, iterations = 300 } = options;
  const points = pointsOf("kMeans", x);
  if (!Number.isInteger(k) || k < 1 || k > points.count) {
    throw new RangeError(`kMeans: ${points.count} examples make 1 to ${points.count} groups, not ${k}.`);
  }
  if ((random === undefined) === (centers === undefined)) {
    throw new RangeError("kMeans: give `random` to start by chance, or `centers` to start from.");
  }
  if (!(Number.isInteger(starts) && starts >= 1 && Number.isInteger(iterations) && iterations >= 1)) {
    throw new RangeError(
      `kMeans: starts is ${starts} and iterations ${iterations}; both are whole numbers, 1 or more.`,
    );
  }
  let best: Run | undefined;
  for (let start = 0; start < starts; start++) {
    const run = lloyd(
      points,
      random === undefined ? given(centers!, k, points.width) : spread(points, k, random),
      iterations,
    );
    if (best === undefined || run.inertia < best.inertia) best = run;
  }
  const { centers: found, nearest, inertia, iterations: rounds } = best!;
  return {
    centers: like(x, found, [k, points.width]),
    assignments: adopt(nearest, [points.count]),
    inertia,
    iterations: rounds,
    assign(other) {
      checkWidth("kMeans.assign", other, points.width);
      const asked = pointsOf("kMeans.assign", other);
      return adopt(assign(asked, found).nearest, [asked.count]);
    },
  };
}

function given(centers: Tensor, k: number, width: number): Float64Array {
  checkWidth("kMeans", centers, width);
  const { count, data } = pointsOf("kMeans", centers);
  if (count === k) return data;
  throw new RangeError(`kMeans: ${k} groups need ${k} centers to start from; there are ${count}.`);
}

/**
 * Each next center is an example, drawn with a chance that grows with its squared distance from those there are; of
 * 2 + ⌊ln k⌋ that are drawn, the one that leaves the least distance in all (as in scikit-learn).
 */
function spread(points: Points, k: number, random: Random): Float64Array {
  const { count, width, data } = points;
  const tries = 2 + Math.floor(Math.log(k));
  const centers = new Float64Array(k * width);
  let away: Float64Array = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (let c = 0; c < k; c++) {
    // Before the first center, and where all examples lie on centers, any will do.
    const any = c === 0 || away.every((distance) => distance === 0);
    const chances = any ? undefined : new Categories("kMeans", adopt(away, [count]));
    let best: { example: number; away: Float64Array; total: number } | undefined;
    for (let i = 0; i < (any ? 1 : tries); i++) {
      const example = chances?.at(random.next()) ?? random.integer(count);
      const left = awayWith(points, example, away);
      if (best === undefined || left.total < best.total) best = { example, ...left };
    }
    const { example } = best!;
    away = best!.away;
    centers.set(data.subarray(example * width, (example + 1) * width), c * width);
  }
  return centers;
}

/** How far each example is from the nearest center, squared, once another example is one. */
function awayWith({ count, width, data }: Points, example: number, before: Float64Array) {
  const away = new Float64Array(count);
  let total = 0;
  for (let i = 0; i < count; i++) {
    away[i] = Math.min(before[i]!, squaredDistance(data, i, data, example, width));
    total += away[i]!;
  }
  return { away, total };
}

function assign(
  { count, width, data }: Points,
  centers: Float64Array,
): { nearest: Int32Array; inertia: number } {
  const nearest = new Int32Array(count);
  let inertia = 0;
  for (let i = 0; i < count; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let c = 0; c * width < centers.length; c++) {
      const distance = squaredDistance(data, i, centers, c, width);
      if (distance < least) [least, nearest[i]] = [distance, c];
    }
    inertia += least;
  }
  return { nearest, inertia };
}

function lloyd(points: Points, start: Float64Array, most: number): Run {
  const { count, width, data } = points;
  const k = start.length / width;
  let centers = start;
  let { nearest, inertia } = assign(points, centers);
  let rounds = 1;
  for (; rounds < most; rounds++) {
    const [sums, sizes] = [new Float64Array(k * width), new Int32Array(k)];
    for (let i = 0; i < count; i++) {
      const c = nearest[i]!;
      sizes[c]! += 1;
      for (let j = 0; j < width; j++) sums[c * width + j]! += data[i * width + j]!;
    }
    // A center that no example is nearest to stays where it is.
    centers = sums.map((sum, at) => {
      const size = sizes[Math.floor(at / width)]!;
      return size === 0 ? centers[at]! : sum / size;
    });
    const before = nearest;
    ({ nearest, inertia } = assign(points, centers));
    if (nearest.every((c, i) => c === before[i])) {
      rounds++;
      break;
    }
  }
  return { centers, nearest, inertia, iterations: rounds };
}
