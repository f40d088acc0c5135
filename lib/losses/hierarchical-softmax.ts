import { embedding } from "../ops/embedding.ts";
import { gather } from "../ops/gather.ts";
import { matmul } from "../ops/matmul.ts";
import { mean } from "../ops/mean.ts";
import { neg } from "../ops/neg.ts";
import { reshape } from "../ops/reshape.ts";
import { adopt } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkSomething } from "./compared.ts";
import { pathLogProbability } from "./path.ts";

/** A binary tree whose leaves are classes: for each, the inner nodes from the root on and the turns there. */
export interface ClassTree {
  /** Inner nodes, one fewer than the classes; the root is the last. */
  readonly nodes: number;
  /** [classes, longest], int32; 0 where a path has ended. */
  readonly paths: Tensor;
  /** [classes, longest], int32: 1 right, −1 left, 0 where a path has ended. */
  readonly turns: Tensor;
}

/**
 * Huffman's tree (1952) of classes by how often they occur: joining the two rarest until one is left gives the least
 * mean path length, so that frequent words cost few decisions. Where two are equally rare, the older one comes first.
 *
 * @example huffmanTree([5, 1, 1]).turns // [[1, 0], [-1, -1], [-1, 1]]
 */
export function huffmanTree(frequencies: ArrayLike<number>): ClassTree {
  const classes = frequencies.length;
  if (classes < 2)
    throw new ShapeError(`huffmanTree: ${classes} classes leave nothing to decide; it takes 2 or more.`);
  const leaves = Array.from(frequencies, (count, at) => {
    if (count >= 0 && count < Infinity) return { count, at };
    throw new RangeError(`huffmanTree: class ${at} has frequency ${count}; it must be 0 or more.`);
  });
  // Two queues, each in order: the sorted leaves, and the joined ones, which come out in order by themselves.
  leaves.sort((a, b) => a.count - b.count || a.at - b.at);
  const joined: { count: number; at: number }[] = [];
  const parent = new Int32Array(2 * classes - 1);
  const turn = new Int32Array(2 * classes - 1);
  let [leaf, inner] = [0, 0];
  const rarest = (): { count: number; at: number } => {
    const [a, b] = [leaves[leaf], joined[inner]];
    if (a !== undefined && (b === undefined || a.count <= b.count)) {
      leaf++;
      return a;
    }
    inner++;
    return b!;
  };
  for (let node = 0; node < classes - 1; node++) {
    const [left, right] = [rarest(), rarest()];
    const at = classes + node;
    parent[left.at] = at;
    parent[right.at] = at;
    turn[left.at] = -1;
    turn[right.at] = 1;
    joined.push({ count: left.count + right.count, at });
  }
  const root = 2 * classes - 2;
  const ways = Array.from({ length: classes }, (_, at) => {
    const way: { node: number; turn: number }[] = [];
    for (let here = at; here !== root; here = parent[here]!) {
      way.unshift({ node: parent[here]! - classes, turn: turn[here]! });
    }
    return way;
  });
  const longest = ways.reduce((most, { length }) => Math.max(most, length), 0);
  const filled = (value: (step: { node: number; turn: number }) => number): Tensor => {
    const values = new Int32Array(classes * longest);
    ways.forEach((way, at) => {
      way.forEach((step, j) => {
        values[at * longest + j] = value(step);
      });
    });
    return adopt(values, [classes, longest]);
  };
  return { nodes: classes - 1, paths: filled(({ node }) => node), turns: filled((step) => step.turn) };
}

/**
 * The log-probability of one class for each row of `hidden` [n, features]: each inner node has a vector in `nodes`
 * [nodes, features], whose product with the row is its score. It costs as many products as the class's path has
 * decisions, about log₂ of the classes, and the probabilities of all classes sum to 1.
 *
 * @example hierarchicalLogProbability(hidden, nodes, words, huffmanTree(counts)) // [n]
 */
export function hierarchicalLogProbability(
  hidden: Tensor,
  nodes: Tensor,
  labels: Tensor,
  tree: ClassTree,
): Tensor {
  const op = "hierarchicalSoftmax";
  const [count, features] = hidden.shape;
  if (hidden.rank !== 2 || nodes.rank !== 2 || nodes.shape[0] !== tree.nodes || nodes.shape[1] !== features) {
    throw new ShapeError(
      `${op}: hidden has shape ${formatShape(hidden.shape)} and the nodes ${formatShape(nodes.shape)}; with this tree, ` +
        `[n, features] and [${tree.nodes}, features] would fit.`,
    );
  }
  checkLabels(op, labels, count!, tree.paths.shape[0]!);
  const longest = tree.paths.shape[1]!;
  const vectors = embedding(nodes, gather(tree.paths, labels)); // [n, longest, features]
  const scores = matmul(vectors, reshape(hidden, [count!, features!, 1]));
  return pathLogProbability(reshape(scores, [count!, longest]), gather(tree.turns, labels));
}

/**
 * The mean of −ln p of the right classes under a tree of binary decisions: cross-entropy for very many classes.
 * @example hierarchicalSoftmax(hidden, nodes, words, huffmanTree(counts))
 */
export function hierarchicalSoftmax(hidden: Tensor, nodes: Tensor, labels: Tensor, tree: ClassTree): Tensor {
  checkSomething("hierarchicalSoftmax", hidden.shape);
  return neg(mean(hierarchicalLogProbability(hidden, nodes, labels, tree)));
}

function checkLabels(op: string, { shape, dtype, storage }: Tensor, count: number, classes: number): void {
  if (dtype !== "int32" || shape.length !== 1 || shape[0] !== count) {
    throw new ShapeError(
      `${op}: the labels must be int32 of shape [${count}], one for each row, and are ${dtype} of shape ` +
        `${formatShape(shape)}.`,
    );
  }
  const at = storage.array().findIndex((label) => label < 0 || label >= classes);
  if (at < 0) return;
  throw new RangeError(
    `${op}: label ${storage.array()[at]} (at place ${at}) is not one of the classes 0 … ${classes - 1}.`,
  );
}
