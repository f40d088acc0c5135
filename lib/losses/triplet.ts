import { add } from "../ops/add.ts";
import { gather } from "../ops/gather.ts";
import { maximum } from "../ops/maximum.ts";
import { mean } from "../ops/mean.ts";
import { mul } from "../ops/mul.ts";
import { square } from "../ops/square.ts";
import { sub } from "../ops/sub.ts";
import { sum } from "../ops/sum.ts";
import { adopt } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCompared } from "./compared.ts";
import type { MarginOptions } from "./margins.ts";

/**
 * max(0, ‖f(A) − f(P)‖² − ‖f(A) − f(N)‖² + α), the mean over triplets of embeddings [n, width] (FaceNet, Schroff et al.,
 * 2015): an anchor should be nearer to another of its kind than to one of another kind, by a margin.
 *
 * @example tripletLoss(embed(anchors), embed(positives), embed(negatives), { margin: 0.2 })
 */
export function tripletLoss(
  anchors: Tensor,
  positives: Tensor,
  negatives: Tensor,
  { margin = 0.2 }: Partial<MarginOptions> = {},
): Tensor {
  checkCompared("tripletLoss", anchors, positives);
  checkCompared("tripletLoss", anchors, negatives);
  if (anchors.rank !== 2) {
    throw new ShapeError(`tripletLoss: embeddings are [n, width], not ${formatShape(anchors.shape)}.`);
  }
  const distance = (x: Tensor): Tensor => sum(square(sub(anchors, x)), { axis: -1 });
  return mean(maximum(add(sub(distance(positives), distance(negatives)), margin), 0));
}

/**
 * Which triplets of a batch are made: "all"; for every pair of one kind the "semi-hard" negative (the nearest that is further
 * than the positive and within the margin, FaceNet's choice); or for every anchor the "hardest" positive and negative
 * (the furthest and the nearest, Hermans et al., 2017).
 */
export type Mining = "all" | "semi-hard" | "hardest";

export interface MiningOptions extends MarginOptions {
  readonly mining: Mining;
}

/** Places in the batch, all three equally long. */
export interface Triplets {
  readonly anchors: Tensor;
  readonly positives: Tensor;
  readonly negatives: Tensor;
}

/** The triplets that a batch of embeddings [n, width] with int32 labels [n] gives; chosen by value, without a gradient. */
export function mineTriplets(
  embeddings: Tensor,
  labels: Tensor,
  { mining = "hardest", margin = 0.2 }: Partial<MiningOptions> = {},
): Triplets {
  const [n = 0] = embeddings.shape;
  if (embeddings.rank !== 2 || labels.rank !== 1 || labels.size !== n) {
    throw new ShapeError(
      `mineTriplets: embeddings are [n, width] with labels [n]; these are ${formatShape(embeddings.shape)} and ` +
        `${formatShape(labels.shape)}.`,
    );
  }
  const kinds = labels.storage.array();
  const distances = squaredDistances(embeddings);
  const found: (readonly [number, number, number])[] = [];
  for (let a = 0; a < n; a++) {
    const d = distances.subarray(a * n, (a + 1) * n);
    const same: number[] = [];
    const others: number[] = [];
    for (let i = 0; i < n; i++) if (i !== a) (kinds[i] === kinds[a] ? same : others).push(i);
    if (same.length === 0 || others.length === 0) continue;
    if (mining === "hardest") {
      const far = same.reduce((best, i) => (d[i]! > d[best]! ? i : best));
      found.push([a, far, nearest(others, d)]);
      continue;
    }
    for (const p of same) {
      if (mining === "all") {
        for (const i of others) found.push([a, p, i]);
        continue;
      }
      const within = others.filter((i) => d[i]! > d[p]! && d[i]! < d[p]! + margin);
      if (within.length > 0) found.push([a, p, nearest(within, d)]);
    }
  }
  const column = (at: 0 | 1 | 2): Tensor =>
    adopt(
      Int32Array.from(found, (triplet) => triplet[at]),
      [found.length],
    );
  return { anchors: column(0), positives: column(1), negatives: column(2) };
}

function nearest(places: readonly number[], d: ArrayLike<number>): number {
  return places.reduce((best, i) => (d[i]! < d[best]! ? i : best));
}

/** ‖x_i − x_j‖² for all pairs, row by row. */
function squaredDistances(x: Tensor): Float64Array {
  const [n = 0, width = 0] = x.shape;
  const values = x.storage.array();
  const d = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let total = 0;
      for (let k = 0; k < width; k++) total += (values[i * width + k]! - values[j * width + k]!) ** 2;
      d[i * n + j] = total;
      d[j * n + i] = total;
    }
  }
  return d;
}

/**
 * The triplet loss of a batch, over the triplets that it gives; 0 if it gives none.
 * @example batchTripletLoss(embed(faces), people, { mining: "hardest", margin: 0.2 })
 */
export function batchTripletLoss(
  embeddings: Tensor,
  labels: Tensor,
  options: Partial<MiningOptions> = {},
): Tensor {
  const { anchors, positives, negatives } = mineTriplets(embeddings, labels, options);
  if (anchors.size === 0) return mul(sum(embeddings), 0);
  const take = (places: Tensor): Tensor => gather(embeddings, places);
  return tripletLoss(take(anchors), take(positives), take(negatives), options);
}
