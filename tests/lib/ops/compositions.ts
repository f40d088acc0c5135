// Functions that are made of operations: what they are, where they are checked, and what tfjs says to them.
import {
  abs,
  type ClassTree,
  concat,
  einsum,
  greater,
  hierarchicalSoftmax,
  huffmanTree,
  instanceNorm,
  logSoftmax,
  masked,
  max,
  pad,
  type Random,
  slice,
  softmax,
  softplus,
  sort,
  split,
  stack,
  std,
  sum,
  type Tensor,
  takeAlong,
  topK,
  variance,
} from "../../../lib/index.ts";
import { NORM_SHAPES, normSamples } from "../../../lib/ops/affine.ts";
import { axesSamples } from "../../../lib/ops/axes.ts";
import { cases, distinct, draw, indices, SHAPES } from "../../../lib/ops/samples.ts";
import type { Shape } from "../../../lib/tensor/shape.ts";
import type { Composition } from "./proof.ts";

/** `compute` and the rest with their own type of options. */
export function composition<O>(
  name: string,
  parts: {
    readonly inputs?: readonly string[];
    compute(inputs: readonly Tensor[], options: O): Tensor;
    samples(random: Random): readonly { readonly inputs: readonly Tensor[]; readonly options: O }[];
    reference?(tf: Tf, inputs: readonly TfTensor[], options: O): TfTensor;
  },
): Composition {
  return { name, inputs: ["x"], ...parts } as Composition;
}

type Tf = typeof import("@tensorflow/tfjs");
export type TfTensor = import("@tensorflow/tfjs").Tensor;
type Axes = { readonly axis?: number | readonly number[]; readonly keepDims?: boolean };

const lines = SHAPES.filter(({ length }) => length > 0);
/** Lines of two elements and more, of which something can be estimated. */
const full = [...lines, [9, 4], [2, 11]]
  .filter((shape) => !shape.includes(0))
  .map((shape) => shape.map((length) => Math.max(length, 2)));

/** Each shape with one of its axes. */
const alongAxes = (
  random: Random,
  make: (random: Random, shape: Shape) => Tensor,
): { inputs: [Tensor]; options: { axis: number } }[] =>
  lines.map((shape, i) => ({ inputs: [make(random, shape)], options: { axis: i % shape.length } }));

const equations: readonly (readonly [equation: string, ...shapes: Shape[]])[] = [
  ["i->", [5]],
  ["i,i->", [4], [4]],
  ["i,j->ij", [3], [2]],
  ["ij->ji", [2, 3]],
  ["ij->", [3, 3]],
  ["ij->i", [3, 1]],
  ["ij->j", [2, 5]],
  ["ij,j->i", [3, 4], [4]],
  ["ij,ij->ij", [2, 3], [2, 3]],
  ["ij,jk->ik", [2, 3], [3, 4]],
  ["ij,kj->ik", [2, 3], [4, 3]],
  ["ji,jk->ki", [3, 2], [3, 4]],
  ["ij,jk->", [1, 3], [3, 1]],
  ["bij,bjk->bik", [2, 3, 2], [2, 2, 1]],
  ["bqd,bkd->bqk", [2, 3, 4], [2, 5, 4]],
  ["bhqd,bhkd->bhqk", [1, 2, 3, 2], [1, 2, 2, 2]],
  ["ij,jk,kl->il", [2, 3], [3, 2], [2, 4]],
  ["i,i,i->i", [3], [3], [3]],
  ["abc->cab", [2, 3, 4]],
  ["ab,bc->ac", [1, 1], [1, 1]],
  ["ij,jk->ik", [0, 3], [3, 2]],
  ["ij,jk->ik", [2, 3], [3, 0]],
];

export const COMPOSITIONS: readonly Composition[] = [
  composition<{ axis: number; descending: boolean }>("sort", {
    compute: ([x], options) => sort(x!, options),
    samples: (random) =>
      alongAxes(random, distinct).map(({ inputs, options }, i) => ({
        inputs,
        options: { ...options, descending: i % 2 === 1 },
      })),
  }),
  composition<{ axis: number; k: number }>("topK", {
    compute: ([x], { axis, k }) => topK(x!, k, { axis }).values,
    samples: (random) =>
      alongAxes(random, distinct).map(({ inputs, options: { axis } }, i) => ({
        inputs,
        options: { axis, k: Math.min(1 + (i % 3), inputs[0].shape[axis]!) },
      })),
  }),
  composition<{ axis: number }>("takeAlong", {
    compute: ([x], options) => takeAlong(x!, topK(x!, x!.shape[options.axis]!, options).indices, options),
    samples: (random) => alongAxes(random, distinct),
  }),
  composition<number>("masked", {
    compute: ([x], bound) => masked(x!, greater(x!, bound)),
    samples: (random) => SHAPES.map((shape) => ({ inputs: [distinct(random, shape)], options: 0.01 })),
  }),
  composition<{ axis: number; parts: number }>("split and concat", {
    compute([x], { axis, parts }) {
      const length = x!.shape[axis]!;
      return concat(split(x!, [length - parts, parts], { axis }).toReversed(), { axis });
    },
    samples: (random) =>
      alongAxes(random, draw).map(({ inputs, options: { axis } }, i) => ({
        inputs,
        options: { axis, parts: Math.min(i % 3, inputs[0].shape[axis]!) },
      })),
  }),
  composition<{ axis: number }>("stack", {
    inputs: ["a", "b"],
    compute: (inputs, options) => stack(inputs, options),
    samples: (random) =>
      SHAPES.map((shape, i) => ({
        inputs: [draw(random, shape), draw(random, shape)],
        options: { axis: i % (shape.length + 1) },
      })),
    reference: (tf, inputs, { axis }) => tf.stack([...inputs], axis),
  }),
  composition<number>("pad with a value", {
    compute: ([x], value) => pad(x!, padding(x!.rank), value),
    samples: (random) => SHAPES.map((shape, i) => ({ inputs: [draw(random, shape)], options: i % 3 })),
    reference: (tf, [x], value) => (x!.rank === 0 ? tf.add(x!, 0) : tf.pad(x!, padding(x!.rank), value)),
  }),
  composition<undefined>("slice backwards", {
    compute: ([x]) => slice(x!, [null, null, -1]),
    samples: (random) => lines.map((shape) => ({ inputs: [draw(random, shape)], options: undefined })),
    reference: (tf, [x]) => (x!.size === 0 ? tf.add(x!, 0) : tf.reverse(x!, 0)),
  }),
  composition<string>("einsum", {
    inputs: ["a", "b", "c"],
    compute: (inputs, equation) => einsum(equation, ...inputs),
    samples: (random) =>
      equations.map(([equation, ...shapes]) => ({
        inputs: shapes.map((shape) => draw(random, shape)),
        options: equation,
      })),
  }),
  composition<Axes & { correction: number }>("variance", {
    compute: ([x], options) => variance(x!, options),
    samples: (random) =>
      full.map((shape, i) => ({
        inputs: [draw(random, shape)],
        options: { axis: i % shape.length, keepDims: i % 2 === 0, correction: i % 2 },
      })),
    reference(tf, [x], { axis, keepDims = false, correction }) {
      const count = x!.shape[axis as number]!;
      const { variance } = tf.moments(x!, axis as number, keepDims);
      return tf.mul(variance, count / (count - correction));
    },
  }),
  composition<Axes>("std", {
    compute: ([x], options) => std(x!, options),
    samples: (random) =>
      full.map((shape, i) => ({ inputs: [distinct(random, shape)], options: { axis: i % shape.length } })),
    reference: (tf, [x], { axis }) => tf.sqrt(tf.moments(x!, axis as number).variance),
  }),
  composition<Axes>("norm of order 1", {
    compute: ([x], options) => sum(abs(x!), options),
    samples: (random) => axesSamples(random, { apart: 0.1 }),
    reference: (tf, [x], { axis, keepDims }) =>
      tf.sum(tf.abs(x!), axis === undefined ? undefined : [axis].flat(), keepDims),
  }),
  composition<Axes>("norm of infinite order", {
    compute: ([x], options) => max(abs(x!), options),
    samples: (random) =>
      full.map((shape, i) => ({
        inputs: [distinct(random, shape, 0.11)],
        options: { axis: i % shape.length },
      })),
    reference: (tf, [x], { axis }) => tf.max(tf.abs(x!), axis as number),
  }),
  composition<{ axis: number }>("softmax along any axis", {
    compute: ([x], options) => softmax(x!, options),
    samples: (random) => alongAxes(random, filled),
    reference: (tf, [x], { axis }) => tfExponentials(tf, x!, axis),
  }),
  composition<{ axis: number }>("logSoftmax along any axis", {
    compute: ([x], options) => logSoftmax(x!, options),
    samples: (random) => alongAxes(random, filled),
    reference: (tf, [x], { axis }) => tf.log(tfExponentials(tf, x!, axis)),
  }),
  composition<{ beta: number }>("softplus with a beta", {
    compute: ([x], options) => softplus(x!, options),
    samples: (random) =>
      SHAPES.map((shape, i) => ({ inputs: [draw(random, shape)], options: { beta: 1 + (i % 4) } })),
    reference: (tf, [x], { beta }) => tf.div(tf.softplus(tf.mul(x!, beta)), beta),
  }),
  composition<undefined>("instanceNorm", {
    inputs: ["x", "gamma", "beta"],
    compute: ([x, gamma, beta]) => instanceNorm(x!, { gamma: gamma!, beta: beta!, epsilon: 0.1 }),
    samples: (random) => normSamples(random, NORM_SHAPES, () => undefined),
    reference(tf, [x, gamma, beta]) {
      const places = [...x!.shape.keys()].slice(1, -1);
      // Over no axes tfjs takes the moments of all.
      const { mean, variance } = tf.moments(
        tf.expandDims(x!, 1),
        [1, ...places.map((axis) => axis + 1)],
        true,
      );
      const normal = tf.div(
        tf.sub(x!, tf.squeeze(mean, [1])),
        tf.sqrt(tf.add(tf.squeeze(variance, [1]), 0.1)),
      );
      return tf.add(tf.mul(gamma!, normal), beta!);
    },
  }),
  composition<{ tree: ClassTree; labels: Tensor }>("hierarchicalSoftmax", {
    inputs: ["hidden", "nodes"],
    compute: ([hidden, nodes], { tree, labels }) => hierarchicalSoftmax(hidden!, nodes!, labels, tree),
    samples: (random) =>
      cases(24, (i) => {
        const [classes, count, features] = [2 + (i % 7), 1 + (i % 5), 1 + (i % 4)];
        const tree = huffmanTree(Array.from({ length: classes }, () => random.integer(20)));
        return {
          inputs: [draw(random, [count, features]), draw(random, [tree.nodes, features])],
          options: { tree, labels: indices(random, [count], classes) },
        };
      }),
    // Through every node, not along the paths alone.
    reference(tf, [hidden, nodes], { tree, labels }) {
      const scores = tf.matMul(hidden as never, nodes as never, false, true);
      const turns = Array.from(labels.data, (label) => {
        const row = new Array<number>(tree.nodes).fill(0);
        for (let j = 0; j < tree.paths.shape[1]!; j++) {
          const at = label * tree.paths.shape[1]! + j;
          if (tree.turns.data[at] !== 0) row[tree.paths.data[at]!] = tree.turns.data[at]!;
        }
        return row;
      });
      const t = tf.tensor(turns);
      const costs = tf.mul(tf.abs(t), tf.softplus(tf.neg(tf.mul(t, scores))));
      return tf.div(tf.sum(costs), turns.length);
    },
  }),
];

/** Shapes as they are, but with two elements and more along each axis that has one: of one, tfjs gives rounding. */
function filled(random: Random, shape: Shape): Tensor {
  return draw(
    random,
    shape.map((length) => Math.max(2, length)),
  );
}

function tfExponentials(tf: Tf, x: TfTensor, axis: number): TfTensor {
  const e = tf.exp(x);
  return tf.div(e, tf.sum(e, axis, true));
}

function padding(rank: number): [number, number][] {
  return Array.from({ length: rank }, (_, axis) => [axis % 2, 1]);
}
