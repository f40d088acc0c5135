// A softmax over many classes as a walk down a binary tree: about log₂ C decisions instead of C logits (Morin and
// Bengio, 2005; with a Huffman tree: Mikolov et al., 2013).
import { cast } from "../ops/cast.ts";
import { concat } from "../ops/concat.ts";
import { div } from "../ops/div.ts";
import { embedding } from "../ops/embedding.ts";
import { gather } from "../ops/gather.ts";
import { logSigmoid } from "../ops/log-sigmoid.ts";
import { matmul } from "../ops/matmul.ts";
import { mul } from "../ops/mul.ts";
import { neg } from "../ops/neg.ts";
import { expandDims } from "../ops/reshape.ts";
import { square } from "../ops/square.ts";
import { sum } from "../ops/sum.ts";
import { adopt, zeros } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ClassTree } from "./class-tree.ts";

/**
 * L = −(1/N) Σ_n Σ_j ln σ(t_j w_j · h_n) over the nodes j on the way to each label, t = ±1 being the turn there: for
 * features h [N, d], node weights [classes − 1, d] and labels int32 [N].
 *
 * @example hierarchicalSoftmax(h, W, labels, huffmanTree(counts))
 */
export function hierarchicalSoftmax(
  features: Tensor,
  weights: Tensor,
  labels: Tensor,
  tree: ClassTree,
): Tensor {
  check("hierarchicalSoftmax", features, weights, tree);
  if (labels.rank !== 1 || labels.size !== features.shape[0]) {
    throw new ShapeError(
      `hierarchicalSoftmax: features ${formatShape(features.shape)} need labels [${features.shape[0]}]; these are ` +
        `${formatShape(labels.shape)}.`,
    );
  }
  const turns = cast(gather(tree.turns, labels), features.dtype);
  const nodes = embedding(weights, gather(tree.paths, labels));
  const scores = sum(mul(nodes, expandDims(features, 1)), { axis: -1 });
  // Behind the end of a way the turn is 0, and its square leaves it out.
  const logs = mul(square(turns), logSigmoid(mul(turns, scores)));
  return div(neg(sum(logs)), labels.size);
}

/**
 * ln P of every class, [N, classes]: sums to 1 over the classes whatever the weights are, because the two turns at a node do.
 * @example exp(hierarchicalLogProbabilities(h, W, tree))
 */
export function hierarchicalLogProbabilities(features: Tensor, weights: Tensor, tree: ClassTree): Tensor {
  check("hierarchicalLogProbabilities", features, weights, tree);
  const scores = matmul(features, weights, { transposeB: true });
  const none = zeros([features.shape[0]!, 1], features.dtype);
  // Columns: left at each node, right at each node, and 0 for behind the end.
  const turns = concat([logSigmoid(scores), logSigmoid(neg(scores)), none], { axis: 1 });
  const [paths, signs] = [tree.paths.storage.array(), tree.turns.storage.array()];
  const columns = Int32Array.from(paths, (node, i) => {
    if (signs[i] === 0) return 2 * tree.nodes;
    return signs[i] === 1 ? node : tree.nodes + node;
  });
  return sum(gather(turns, adopt(columns, tree.paths.shape), { axis: 1 }), { axis: -1 });
}

function check(op: string, features: Tensor, weights: Tensor, tree: ClassTree): void {
  const fits = features.rank === 2 && weights.rank === 2 && weights.shape[0] === tree.nodes;
  if (fits && features.shape[1] === weights.shape[1]) return;
  throw new ShapeError(
    `${op}: features ${formatShape(features.shape)} and weights ${formatShape(weights.shape)} do not go with a tree of ` +
      `${tree.classes} classes; they are [N, d] and [${tree.nodes}, d], a row for each inner node.`,
  );
}
