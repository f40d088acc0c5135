// A softmax over many classes as a walk down a binary tree (losses/hierarchical-softmax.ts): a tree for classes whose
// frequencies are not known, and the probabilities of all classes at once.
import type { ClassTree } from "../losses/hierarchical-softmax.ts";
import { concat } from "../ops/concat.ts";
import { gather } from "../ops/gather.ts";
import { logSigmoid } from "../ops/log-sigmoid.ts";
import { matmul } from "../ops/matmul.ts";
import { neg } from "../ops/neg.ts";
import { sum } from "../ops/sum.ts";
import { adopt, zeros } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

interface Way {
  readonly nodes: readonly number[];
  readonly turns: readonly number[];
}

/**
 * A tree whose ways are all as long, or one longer: classes with neighbouring numbers are neighbours in it. `huffmanTree`
 * is better where the frequencies are known.
 * @example balancedTree(1000).paths.shape // [1000, 10]: ten decisions instead of a thousand logits
 */
export function balancedTree(classes: number): ClassTree {
  if (!Number.isSafeInteger(classes) || classes < 2) {
    throw new ShapeError(`balancedTree: ${classes} classes leave nothing to decide; it takes 2 or more.`);
  }
  let nodes = 0;
  // The ways below a node, root first; a node gets its number after those below it, so that the root is the last.
  const below = (from: number, to: number): Way[] => {
    if (to - from === 1) return [{ nodes: [], turns: [] }];
    const middle = (from + to + 1) >> 1;
    const [left, right] = [below(from, middle), below(middle, to)];
    const node = nodes++;
    const through = (ways: readonly Way[], turn: number): Way[] =>
      ways.map((way) => ({ nodes: [node, ...way.nodes], turns: [turn, ...way.turns] }));
    return [...through(left, -1), ...through(right, 1)];
  };
  const ways = below(0, classes);
  const longest = ways.reduce((most, way) => Math.max(most, way.nodes.length), 0);
  const filled = (values: (way: Way) => readonly number[]): Tensor => {
    const data = new Int32Array(classes * longest);
    ways.forEach((way, at) => {
      data.set(values(way), at * longest);
    });
    return adopt(data, [classes, longest]);
  };
  return { nodes, paths: filled((way) => way.nodes), turns: filled((way) => way.turns) };
}

/**
 * ln P of every class under a tree of decisions, [n, classes], for `hidden` [n, features] and a vector for each inner node
 * in `nodes` [nodes, features]: to look at all classes, where `hierarchicalLogProbability` looks at one. The
 * probabilities sum to 1 whatever the vectors are, because those of the two turns at each node do.
 * @example argmax(hierarchicalLogProbabilities(hidden, nodes, huffmanTree(counts)))
 */
export function hierarchicalLogProbabilities(hidden: Tensor, nodes: Tensor, tree: ClassTree): Tensor {
  const fits = hidden.rank === 2 && nodes.rank === 2 && nodes.shape[0] === tree.nodes;
  if (!fits || hidden.shape[1] !== nodes.shape[1]) {
    throw new ShapeError(
      `hierarchicalLogProbabilities: hidden has shape ${formatShape(hidden.shape)} and the nodes ` +
        `${formatShape(nodes.shape)}; with this tree, [n, features] and [${tree.nodes}, features] would fit.`,
    );
  }
  const scores = matmul(hidden, nodes, { transposeB: true });
  const none = zeros([hidden.shape[0]!, 1], hidden.dtype);
  // Columns: right at each node, left at each node, and 0 for behind the end of a way.
  const turns = concat([logSigmoid(scores), logSigmoid(neg(scores)), none], { axis: 1 });
  const [paths, ways] = [tree.paths.storage.array(), tree.turns.storage.array()];
  const columns = Int32Array.from(paths, (node, i) => {
    if (ways[i] === 0) return 2 * tree.nodes;
    return ways[i] === 1 ? node : tree.nodes + node;
  });
  return sum(gather(turns, adopt(columns, tree.paths.shape), { axis: 1 }), { axis: -1 });
}
