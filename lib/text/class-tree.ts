import { adopt } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A binary tree with a class at each leaf; a class is found by a turn at each inner node on its way. */
export interface ClassTree {
  readonly classes: number;
  /** The number of inner nodes: one less than classes. */
  readonly nodes: number;
  /** int32 [classes, depth]: the nodes on the way to each class from the root; the rest is 0. */
  readonly paths: Tensor;
  /** float32 [classes, depth]: 1 for left, −1 for right, 0 behind the end of the way. */
  readonly turns: Tensor;
  /** How many turns each class takes. */
  readonly lengths: Int32Array;
}

type Node = number | readonly [left: Node, right: Node];

/**
 * The tree with the shortest ways on average: the two rarest are joined again and again (Huffman, 1952).
 * @example huffmanTree([50, 30, 15, 5]).lengths // 1, 2, 3, 3
 */
export function huffmanTree(counts: ArrayLike<number>): ClassTree {
  checkClasses("huffmanTree", counts.length);
  const bad = Array.from(counts).findIndex((count) => !(count >= 0));
  if (bad >= 0) throw new RangeError(`huffmanTree: count ${bad} is ${counts[bad]}; counts are 0 or more.`);
  // Leaves by count, and joined nodes, which come in order of count by themselves: the rarest is at the head of one of both.
  const leaves = Array.from(counts, (count, c) => ({ count, node: c as Node })).sort(
    (a, b) => a.count - b.count,
  );
  const joined: { count: number; node: Node }[] = [];
  let [leaf, join] = [0, 0];
  const rarest = (): { count: number; node: Node } => {
    const [a, b] = [leaves[leaf], joined[join]];
    if (b === undefined || (a !== undefined && a.count <= b.count)) {
      leaf++;
      return a!;
    }
    join++;
    return b;
  };
  for (let i = 1; i < counts.length; i++) {
    const [right, left] = [rarest(), rarest()];
    joined.push({ count: left.count + right.count, node: [left.node, right.node] });
  }
  return treeOf(counts.length, joined.at(-1)!.node);
}

/**
 * The tree whose ways are all as long, or one longer: neighbours in number are neighbours in the tree.
 * @example balancedTree(1000).lengths // 9 or 10
 */
export function balancedTree(classes: number): ClassTree {
  checkClasses("balancedTree", classes);
  const build = (from: number, to: number): Node => {
    if (to - from === 1) return from;
    const middle = (from + to + 1) >> 1;
    return [build(from, middle), build(middle, to)];
  };
  return treeOf(classes, build(0, classes));
}

function checkClasses(op: string, classes: number): void {
  if (Number.isSafeInteger(classes) && classes >= 2) return;
  throw new RangeError(`${op}: a tree needs 2 classes or more; there are ${classes}.`);
}

function treeOf(classes: number, root: Node): ClassTree {
  const ways: { nodes: number[]; turns: number[] }[] = Array.from({ length: classes }, () => ({
    nodes: [],
    turns: [],
  }));
  let nodes = 0;
  // A stack, because a Huffman tree may be as deep as it has classes.
  const stack: { node: Node; nodes: number[]; turns: number[] }[] = [{ node: root, nodes: [], turns: [] }];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (typeof at.node === "number") {
      ways[at.node] = at;
      continue;
    }
    const path = [...at.nodes, nodes++];
    const [left, right] = at.node;
    stack.push(
      { node: right, nodes: path, turns: [...at.turns, -1] },
      { node: left, nodes: path, turns: [...at.turns, 1] },
    );
  }
  const lengths = Int32Array.from(ways, (way) => way.nodes.length);
  const depth = Math.max(...lengths);
  const [paths, turns] = [new Int32Array(classes * depth), new Float32Array(classes * depth)];
  ways.forEach((way, c) => {
    paths.set(way.nodes, c * depth);
    turns.set(way.turns, c * depth);
  });
  const shape = [classes, depth];
  return { classes, nodes, paths: adopt(paths, shape), turns: adopt(turns, shape), lengths };
}
