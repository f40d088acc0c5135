// Functions that are made of operations: what they are, where they are checked, and what tfjs says to them.
import {
  abs,
  concat,
  einsum,
  greater,
  masked,
  max,
  pad,
  type Random,
  slice,
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
import { axesSamples } from "../../../lib/ops/axes.ts";
import { distinct, draw, SHAPES } from "../../../lib/ops/samples.ts";
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
];

function padding(rank: number): [number, number][] {
  return Array.from({ length: rank }, (_, axis) => [axis % 2, 1]);
}
