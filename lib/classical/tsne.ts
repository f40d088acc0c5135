// t-SNE: a map in which neighbours stay neighbours (van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 9, 2008);
// with Barnes and Hut's tree O(n log n) a step (van der Maaten, JMLR 15, 2014).
import type { Random } from "../random/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { affinities, type SparseAffinities } from "./affinities.ts";
import { pca } from "./pca.ts";
import { like, pointsOf } from "./points.ts";
import { type Push, QuadTree } from "./quad-tree.ts";

/** How a map is made; what is not said is as in scikit-learn. */
export interface TsneOptions {
  /** About how many neighbours count for each example: 5 to 50. */
  readonly perplexity?: number;
  /** `exact` looks at all pairs, for up to a few thousand examples; `barnes-hut`, the default, sums up what is far. */
  readonly method?: "exact" | "barnes-hut";
  /** The larger, the more is summed up (Barnes-Hut): 0 to 0.7. */
  readonly angle?: number;
  readonly steps?: number;
  /** The learning rate; n / 48, and at least 50, unless said. */
  readonly rate?: number;
  /** In the first 250 steps all affinities are this much larger, which lets groups form. */
  readonly exaggeration?: number;
  /** Starts from a cloud of random points instead of from the first two principal components. */
  readonly random?: Random;
  /** Is shown the map every 50 steps; to draw it, or to stop by throwing. */
  readonly onStep?: (step: number, map: Float64Array, divergence: number) => void;
}

/** A map and how well it fits. */
export interface TsneMap {
  /** [n, 2] */
  readonly map: Tensor;
  /** KL(P ‖ Q): by how much the map's neighbourhoods differ from the data's. */
  readonly divergence: number;
}

const EARLY = 250;

/**
 * A map [n, 2] of examples [n, d]. Reduce examples of many features first (`pca` to 50). Distances between groups mean
 * little, and so do their sizes; run it at several perplexities.
 *
 * @example
 * const { map } = tsne(pca(images, { components: 50 }).project(images), { perplexity: 30 });
 */
export function tsne(x: Tensor, options: TsneOptions = {}): TsneMap {
  const { perplexity = 30, method = "barnes-hut", angle = 0.5, steps = 1000, exaggeration = 12 } = options;
  const points = pointsOf("tsne", x, 3);
  const n = points.count;
  if (!(angle >= 0 && angle <= 0.7)) {
    throw new RangeError(`tsne: the angle lies between 0 and 0.7; it is ${angle}.`);
  }
  const near = method === "exact" ? n - 1 : Math.min(n - 1, Math.floor(3 * perplexity + 1));
  const p = affinities("tsne", points, perplexity, near);
  const rate = options.rate ?? Math.max(n / 48, 50);
  const y = start(x, options.random);
  const [velocity, gains] = [new Float64Array(2 * n), new Float64Array(2 * n).fill(1)];
  const gradient = new Float64Array(2 * n);
  const how = method === "exact" ? undefined : angle;
  for (let step = 0; step < steps; step++) {
    const early = step < EARLY;
    const total = gradientOf(y, p, early ? exaggeration : 1, how, gradient);
    if (step % 50 === 0) options.onStep?.(step, y.slice(), divergenceOf(y, p, total));
    const momentum = early ? 0.5 : 0.8;
    for (let k = 0; k < 2 * n; k++) {
      // A coordinate that keeps its way goes faster (Jacobs' delta-bar-delta rule, 1988).
      gains[k] = Math.max(0.01, velocity[k]! * gradient[k]! < 0 ? gains[k]! + 0.2 : gains[k]! * 0.8);
      velocity[k] = momentum * velocity[k]! - rate * gains[k]! * gradient[k]!;
      y[k]! += velocity[k]!;
    }
    if (step === EARLY - 1) {
      velocity.fill(0);
      gains.fill(1);
    }
  }
  const divergence = divergenceOf(y, p, gradientOf(y, p, 1, how, gradient));
  return { map: like(x, y, [n, 2]), divergence };
}

/** Small, so that nothing is far from anything yet. */
function start(x: Tensor, random: Random | undefined): Float64Array {
  const n = x.shape[0]!;
  if (random !== undefined)
    return Float64Array.from(random.normal([n, 2], { std: 1e-4, dtype: "float64" }).data);
  const y = new Float64Array(2 * n);
  const { project, variance } = firstTwo(x);
  const scale = 1e-4 / Math.sqrt(variance > 0 ? variance : 1);
  const scores = project.data;
  const width = project.shape[1]!;
  for (let i = 0; i < n; i++) for (let k = 0; k < width; k++) y[2 * i + k] = scores[i * width + k]! * scale;
  return y;
}

function firstTwo(x: Tensor): { project: Tensor; variance: number } {
  const found = pca(x, { components: Math.min(2, x.shape[1]!) });
  return { project: found.project(x), variance: found.variance[0]! };
}

/**
 * Writes 4 Σ_j (s p_ij − q_ij) (1 + ‖y_i − y_j‖²)⁻¹ (y_i − y_j), exact without an angle, and gives
 * Σ_{k≠l} (1 + ‖y_k − y_l‖²)⁻¹.
 */
export function gradientOf(
  y: Float64Array,
  { starts, partners, values }: SparseAffinities,
  scale: number,
  angle: number | undefined,
  gradient: Float64Array,
): number {
  const n = y.length / 2;
  const repulsion = new Float64Array(2 * n);
  const total = angle === undefined ? repelAll(y, repulsion) : repelByTree(y, angle, repulsion);
  for (let i = 0; i < n; i++) {
    let [pullX, pullY] = [0, 0];
    for (let at = starts[i]!; at < starts[i + 1]!; at++) {
      const j = partners[at]!;
      const dx = y[2 * i]! - y[2 * j]!;
      const dy = y[2 * i + 1]! - y[2 * j + 1]!;
      const q = 1 / (1 + dx * dx + dy * dy);
      const p = scale * values[at]!;
      pullX += p * q * dx;
      pullY += p * q * dy;
    }
    gradient[2 * i] = 4 * (pullX - repulsion[2 * i]! / total);
    gradient[2 * i + 1] = 4 * (pullY - repulsion[2 * i + 1]! / total);
  }
  return total;
}

/** KL(P ‖ Q), from the total that `gradientOf` gives. */
export function divergenceOf(
  y: Float64Array,
  { starts, partners, values }: SparseAffinities,
  total: number,
): number {
  let divergence = 0;
  for (let i = 0; 2 * i < y.length; i++) {
    for (let at = starts[i]!; at < starts[i + 1]!; at++) {
      const [p, j] = [values[at]!, partners[at]!];
      const squared = (y[2 * i]! - y[2 * j]!) ** 2 + (y[2 * i + 1]! - y[2 * j + 1]!) ** 2;
      if (p > 0) divergence += p * Math.log(p * total * (1 + squared));
    }
  }
  return divergence;
}

/** Σ_j q² (y_i − y_j) for each i; gives Σ q, all pairs. */
function repelAll(y: Float64Array, push: Float64Array): number {
  let total = 0;
  for (let i = 0; i < y.length; i += 2) {
    for (let j = 0; j < i; j += 2) {
      const dx = y[i]! - y[j]!;
      const dy = y[i + 1]! - y[j + 1]!;
      const q = 1 / (1 + dx * dx + dy * dy);
      const square = q * q;
      total += 2 * q;
      push[i]! += square * dx;
      push[i + 1]! += square * dy;
      push[j]! -= square * dx;
      push[j + 1]! -= square * dy;
    }
  }
  return total;
}

function repelByTree(y: Float64Array, angle: number, push: Float64Array): number {
  const tree = new QuadTree(y);
  const one: Push = { total: 0, x: 0, y: 0 };
  let total = 0;
  for (let i = 0; i < y.length; i += 2) {
    tree.push(y[i]!, y[i + 1]!, angle, one);
    total += one.total;
    push[i] = one.x;
    push[i + 1] = one.y;
  }
  return total;
}
