import { adopt } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Points, pointsOf, squaredDistance } from "./points.ts";

/** The affinities of pairs, row by row: those of row i stand from starts[i] up to starts[i + 1]. All sum to 1. */
export interface SparseAffinities {
  readonly starts: Int32Array;
  readonly partners: Int32Array;
  readonly values: Float64Array;
}

/**
 * t-SNE's joint probabilities of examples [n, d], [n, n]: p_j|i = exp(−β_i ‖x_i − x_j‖²) / Σ, where β_i makes the
 * perplexity of row i, e^entropy, what is asked (how many neighbours count); p_ij = (p_j|i + p_i|j) / 2n.
 *
 * @example tsneAffinities(features, { perplexity: 30 })
 */
export function tsneAffinities(
  x: Tensor,
  { perplexity = 30 }: { readonly perplexity?: number } = {},
): Tensor {
  const points = pointsOf("tsneAffinities", x, 2);
  const n = points.count;
  const { starts, partners, values } = affinities("tsneAffinities", points, perplexity, n - 1);
  const dense = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let at = starts[i]!; at < starts[i + 1]!; at++) dense[i * n + partners[at]!] = values[at]!;
  }
  return adopt(dense, [n, n]);
}

/** The same with the `near` nearest neighbours of each example only. */
export function affinities(op: string, points: Points, perplexity: number, near: number): SparseAffinities {
  const n = points.count;
  if (!(perplexity > 1 && perplexity < n)) {
    throw new RangeError(
      `${op}: the perplexity is about the number of neighbours, above 1 and below the ${n} examples; it is ${perplexity}.`,
    );
  }
  const rows: Map<number, number>[] = Array.from({ length: n }, () => new Map());
  const distances = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) distances[j] = squaredDistance(points.data, i, points.data, j, points.width);
    let others = Int32Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);
    if (near < n - 1) others = others.sort((a, b) => distances[a]! - distances[b]!).subarray(0, near);
    const row = conditional(
      Float64Array.from(others, (j) => distances[j]!),
      perplexity,
    );
    others.forEach((j, k) => {
      const half = row[k]! / (2 * n);
      rows[i]!.set(j, (rows[i]!.get(j) ?? 0) + half);
      rows[j]!.set(i, (rows[j]!.get(i) ?? 0) + half);
    });
  }
  const starts = new Int32Array(n + 1);
  rows.forEach((row, i) => {
    starts[i + 1] = starts[i]! + row.size;
  });
  const [partners, values] = [new Int32Array(starts[n]!), new Float64Array(starts[n]!)];
  rows.forEach((row, i) => {
    let at = starts[i]!;
    for (const [j, value] of row) [partners[at], values[at++]] = [j, value];
  });
  return { starts, partners, values };
}

/** exp(−β d) / Σ with the β for which the entropy is ln(perplexity), by halving. */
function conditional(distances: Float64Array, perplexity: number): Float64Array {
  const least = distances.reduce((min, d) => Math.min(min, d), Number.POSITIVE_INFINITY);
  const gaps = distances.map((d) => d - least);
  const goal = Math.log(Math.min(perplexity, distances.length));
  let [low, high, beta] = [0, Number.POSITIVE_INFINITY, 1];
  let row = gaps;
  for (let step = 0; step < 200; step++) {
    row = gaps.map((gap) => Math.exp(-beta * gap));
    const total = row.reduce((sum, value) => sum + value, 0);
    const spread = row.reduce((sum, value, j) => sum + value * gaps[j]!, 0) / total;
    row = row.map((value) => value / total);
    const excess = Math.log(total) + beta * spread - goal;
    if (Math.abs(excess) < 1e-13) break;
    if (excess > 0) low = beta;
    else high = beta;
    const next = high === Number.POSITIVE_INFINITY ? beta * 2 : (low + high) / 2;
    // Where all neighbours are equally far no β changes anything.
    if (next === beta || next > 1e300) break;
    beta = next;
  }
  return row;
}
