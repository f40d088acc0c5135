import { type RecurrentActivation, rnnBackward, rnnForward } from "../kernels/rnn.ts";
import { empty, view } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { matmul } from "./matmul.ts";
import { apply, type Op } from "./op.ts";
import {
  asFloats,
  FAR,
  inReadingOrder,
  keeping,
  pack,
  project,
  projectionGrads,
  recurrentWeightsGrad,
  scratchFor,
  statesFrom,
} from "./projection.ts";
import { relu } from "./relu.ts";
import { reshape } from "./reshape.ts";
import { rows } from "./rows.ts";
import { drawSequences } from "./sequence-samples.ts";
import { packedRows, type SequenceOptions, Steps } from "./steps.ts";
import { tanh } from "./tanh.ts";
import { tfSequence } from "./tf-sequence.ts";
import { hiddenOf, oneStep, orZeros, unroll } from "./unroll.ts";

export type { RecurrentActivation } from "../kernels/rnn.ts";

type RnnInputs = readonly [x: Tensor, wx: Tensor, wh: Tensor, b: Tensor, h: Tensor];

interface RnnOpOptions extends SequenceOptions {
  readonly activation: RecurrentActivation;
}

/** Where tanh and ReLU are flat. */
const SHUT = [-FAR];

/** h_t = tanh(x_t·W + h_{t−1}·U + b), or max(0, ·). Elman (1990). */
export const rnnOp: Op<"rnn", RnnInputs, RnnOpOptions> = {
  name: "rnn",
  formula: "h_t = \\tanh(x_t W + h_{t-1} U + b)",
  inputs: ["x", "wx", "wh", "b", "h"],
  forward: ([x, wx, wh, b, h], options, wanted) =>
    keeping(wanted, () => {
      const steps = new Steps("rnn", x, options);
      const size = { steps: steps.count, batch: steps.batch, hidden: h.shape[1]! };
      const inputs = inReadingOrder(steps, x);
      const projected = project(steps, inputs, wx, b, SHUT);
      const states = statesFrom(h, steps.count);
      const [p, u, s, scratch] = [projected.storage, wh.storage, states.storage, scratchFor(size, 1, x)];
      rnnForward(size, p, u, options.activation, s, scratch.storage);
      const packed = pack(steps, states, [states]);
      return steps.straight ? [packed, states] : [packed, states, inputs];
    }),
  backward(g, { inputs: [x, wx, wh, , h], options, saved, wanted }) {
    const [states, moved] = saved as [Tensor, Tensor?];
    const steps = new Steps("rnn", x, options);
    const { count, batch } = steps;
    const [hidden, places] = [h.shape[1]!, count * batch];
    const size = { steps: count, batch, hidden };
    const dhs = empty([count, batch, hidden], g.dtype);
    const dsum = empty([places, hidden], g.dtype);
    const scratch = scratchFor(size, 1, g);
    const last = packedRows(g, places, batch);
    const dh = steps.arriving(packedRows(g, 0, places), last, hidden, dhs);
    const { activation } = options;
    const ups = [dhs.storage, dh.storage, dsum.storage] as const;
    rnnBackward(size, wh.storage, activation, states.storage, ...ups, scratch.storage);
    steps.passOn(last, hidden, dh);
    const inputs = moved ?? view(x, [places, x.shape[2]!]);
    const [dx, dwx, db] = projectionGrads(steps, dsum, x, inputs, wx, [wanted[0]!, wanted[1]!, wanted[3]!]);
    return [dx, dwx, wanted[2] ? recurrentWeightsGrad(states, dsum) : undefined, db, dh];
  },
  decomposed: ([x, wx, wh, b, h], options) => {
    const bend = options.activation === "relu" ? relu : tanh;
    return unroll("rnn", [x, wx, b], [h], options, (projected, [before]) => [
      bend(add(projected, matmul(before!, wh))),
    ]);
  },
  samples: (random) =>
    drawSequences(random, 1).map(({ x, wx, wh, bias, state, options }, i) => ({
      inputs: [x, wx, wh, bias(), state()],
      options: { ...options, activation: i % 2 === 0 ? "tanh" : "relu" },
    })),
  reference: (tf, [x, wx, wh, b, h], options) =>
    tfSequence(tf, x, [h], options, (step, [before]) => {
      const total = tf.add(tf.add(tf.matMul(step, wx), tf.matMul(before!, wh)), b);
      return [options.activation === "relu" ? tf.relu(total) : tf.tanh(total)];
    }),
};

/** A plain recurrent layer's weights. PyTorch's matrices are these transposed, and its two biases add up to b. */
export interface RnnWeights {
  /** [features, hidden] */
  readonly wx: Tensor;
  /** [hidden, hidden] */
  readonly wh: Tensor;
  /** [hidden]; zeros, if left out. */
  readonly b?: Tensor | undefined;
}

export interface RnnOptions extends SequenceOptions {
  /** The state before the first step, [batch, hidden]; zeros, if left out. */
  readonly h?: Tensor | undefined;
  /** tanh, if nothing is said. */
  readonly activation?: RecurrentActivation | undefined;
}

export interface RnnResult {
  /** h of every step, [batch, time, hidden], or with `timeMajor` [time, batch, hidden]. */
  readonly outputs: Tensor;
  /** The state after the last step, [batch, hidden]. */
  readonly h: Tensor;
}

/**
 * A plain recurrent layer over sequences x [batch, time, features].
 * @example const { outputs, h } = rnn(x, { wx, wh, b }, { activation: "relu" });
 */
export function rnn(x: Tensor, weights: RnnWeights, options: RnnOptions = {}): RnnResult {
  const { lengths, reverse, timeMajor = false, activation = "tanh" } = options;
  const { wx, wh } = weights;
  const batch = x.shape[timeMajor ? 1 : 0] ?? 0;
  const hidden = wh.shape[0] ?? 0;
  const b = orZeros(weights.b, [hidden], wh);
  const first = orZeros(options.h, [batch, hidden], wh);
  hiddenOf("rnn", { x, wx, wh, biases: { b }, states: { h: first } }, 1, timeMajor);
  const packed = apply(rnnOp, asFloats([x, wx, wh, b, first]), { lengths, reverse, timeMajor, activation });
  const places = x.shape[0]! * x.shape[1]!;
  return {
    outputs: reshape(rows(packed, 0, places), [x.shape[0]!, x.shape[1]!, hidden]),
    h: rows(packed, places, places + batch),
  };
}

/**
 * One step of a plain recurrent layer: x [batch, features] and the state before it give the state after it.
 * @example h = rnnCell(x, h, { wx, wh, b });
 */
export function rnnCell(
  x: Tensor,
  h: Tensor,
  weights: RnnWeights,
  { activation = "tanh" }: { readonly activation?: RecurrentActivation } = {},
): Tensor {
  return rnn(oneStep("rnnCell", x), weights, { h, activation, timeMajor: true }).h;
}
