import { lstmBackward, lstmForward } from "../kernels/lstm.ts";
import { adopt, empty, view } from "../tensor/create.ts";
import { allocate } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { split } from "./concat.ts";
import { matmul } from "./matmul.ts";
import { mul } from "./mul.ts";
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
import { reshape } from "./reshape.ts";
import { rows } from "./rows.ts";
import { drawSequences } from "./sequence-samples.ts";
import { sigmoid } from "./sigmoid.ts";
import { packedRows, type SequenceOptions, Steps } from "./steps.ts";
import { tanh } from "./tanh.ts";
import { tfSequence } from "./tf-sequence.ts";
import { hiddenOf, oneStep, orZeros, unroll } from "./unroll.ts";

type LstmInputs = readonly [x: Tensor, wx: Tensor, wh: Tensor, b: Tensor, h: Tensor, c: Tensor];

/** A padded step's input and output gates are shut, and its forget gate is open: c passes through, h is 0. */
const SHUT = [-FAR, FAR, 0, -FAR];

/**
 * (i, f, g, o) = x_t·W + h_{t−1}·U + b; c_t = σ(f) c_{t−1} + σ(i) tanh(g); h_t = σ(o) tanh(c_t). Hochreiter and
 * Schmidhuber (1997) with the forget gate of Gers, Schmidhuber and Cummins (2000). Backward through time, one kernel
 * gives the gradient of the gates at every step, and three products over all steps at once those of W, U and x.
 */
export const lstmOp: Op<"lstm", LstmInputs, SequenceOptions> = {
  name: "lstm",
  formula: "c_t = f_t c_{t-1} + i_t g_t,\\; h_t = o_t \\tanh c_t",
  inputs: ["x", "wx", "wh", "b", "h", "c"],
  forward: ([x, wx, wh, b, h, c], options, wanted) =>
    keeping(wanted, () => {
      const steps = new Steps("lstm", x, options);
      const size = { steps: steps.count, batch: steps.batch, hidden: h.shape[1]! };
      const inputs = inReadingOrder(steps, x);
      const gates = project(steps, inputs, wx, b, SHUT);
      const [states, cells] = [statesFrom(h, steps.count), statesFrom(c, steps.count)];
      const scratch = scratchFor(size, 4, x);
      lstmForward(size, gates.storage, wh.storage, states.storage, cells.storage, scratch.storage);
      const packed = pack(steps, states, [states, cells]);
      return steps.straight ? [packed, gates, states, cells] : [packed, gates, states, cells, inputs];
    }),
  backward(g, { inputs: [x, wx, wh, , h], options, saved, wanted }) {
    const [gates, states, cells, moved] = saved as [Tensor, Tensor, Tensor, Tensor?];
    const steps = new Steps("lstm", x, options);
    const { count, batch } = steps;
    const [hidden, places] = [h.shape[1]!, count * batch];
    const size = { steps: count, batch, hidden };
    const dhs = empty([count, batch, hidden], g.dtype);
    const dgates = empty(gates.shape, g.dtype);
    const scratch = scratchFor(size, 4, g);
    const arrivedAtH = packedRows(g, places, batch);
    const dh = steps.arriving(packedRows(g, 0, places), arrivedAtH, hidden, dhs);
    const dc = empty(h.shape, g.dtype);
    dc.storage.array().set(packedRows(g, places + batch, batch).array());
    const [w, back, blocks] = [wh.storage, dgates.storage, [dh.storage, dc.storage] as const];
    lstmBackward(size, gates.storage, w, cells.storage, dhs.storage, ...blocks, back, scratch.storage);
    steps.passOn(arrivedAtH, hidden, dh);
    const inputs = moved ?? view(x, [places, x.shape[2]!]);
    const [dx, dwx, db] = projectionGrads(steps, dgates, x, inputs, wx, [wanted[0]!, wanted[1]!, wanted[3]!]);
    return [dx, dwx, wanted[2] ? recurrentWeightsGrad(states, dgates) : undefined, db, dh, dc];
  },
  decomposed: ([x, wx, wh, b, h, c], options) =>
    unroll("lstm", [x, wx, b], [h, c], options, (projected, [before, cell]) => {
      const [i, f, g, o] = split(add(projected, matmul(before!, wh)), 4, { axis: 1 });
      const next = add(mul(sigmoid(f!), cell!), mul(sigmoid(i!), tanh(g!)));
      return [mul(sigmoid(o!), tanh(next)), next];
    }),
  samples: (random) =>
    drawSequences(random, 4).map(({ x, wx, wh, bias, state, options }) => ({
      inputs: [x, wx, wh, bias(), state(), state()],
      options,
    })),
  reference: (tf, [x, wx, wh, b, h, c], options) =>
    tfSequence(tf, x, [h, c], options, (step, [before, cell]) => {
      const gates = tf.add(tf.add(tf.matMul(step, wx), tf.matMul(before!, wh)), b);
      const [i, f, g, o] = tf.split(gates, 4, 1);
      const next = tf.add(tf.mul(tf.sigmoid(f!), cell!), tf.mul(tf.sigmoid(i!), tf.tanh(g!)));
      return [tf.mul(tf.sigmoid(o!), tf.tanh(next)), next];
    }),
};

/**
 * An LSTM's weights, in the order of gates i, f, g, o: input, forget, candidate, output. It is that of PyTorch, and of
 * Keras and tfjs, which call the candidate c. PyTorch's matrices are these transposed, and its two biases add up to b.
 */
export interface LstmWeights {
  /** [features, 4·hidden] */
  readonly wx: Tensor;
  /** [hidden, 4·hidden] */
  readonly wh: Tensor;
  /** [4·hidden]; zeros, if left out. */
  readonly b?: Tensor | undefined;
}

export interface LstmOptions extends SequenceOptions {
  /** The state before the first step, each [batch, hidden]; zeros, if left out. */
  readonly h?: Tensor | undefined;
  readonly c?: Tensor | undefined;
  /** Added to the forget gate's bias: with 1, an untrained layer remembers. */
  readonly forgetBias?: number | undefined;
}

export interface LstmResult {
  /** h of every step, [batch, time, hidden], or with `timeMajor` [time, batch, hidden]. */
  readonly outputs: Tensor;
  /** The state after the last step, each [batch, hidden]. */
  readonly h: Tensor;
  readonly c: Tensor;
}

/**
 * A long short-term memory over sequences x [batch, time, features].
 * @example const { outputs, h, c } = lstm(x, { wx, wh, b }, { forgetBias: 1, lengths: [5, 3] });
 */
export function lstm(x: Tensor, weights: LstmWeights, options: LstmOptions = {}): LstmResult {
  const { forgetBias = 0, lengths, reverse, timeMajor = false } = options;
  const { wx, wh } = weights;
  const batch = x.shape[timeMajor ? 1 : 0] ?? 0;
  const hidden = wh.shape[0] ?? 0;
  const b = orZeros(weights.b, [4 * hidden], wh);
  const [h, c] = [orZeros(options.h, [batch, hidden], wh), orZeros(options.c, [batch, hidden], wh)];
  hiddenOf("lstm", { x, wx, wh, biases: { b }, states: { h, c } }, 4, timeMajor);
  const inputs = asFloats([x, wx, wh, forgetBias === 0 ? b : add(b, forgetting(b, forgetBias)), h, c]);
  const packed = apply(lstmOp, inputs, { lengths, reverse, timeMajor });
  const places = x.shape[0]! * x.shape[1]!;
  return {
    outputs: reshape(rows(packed, 0, places), [x.shape[0]!, x.shape[1]!, hidden]),
    h: rows(packed, places, places + batch),
    c: rows(packed, places + batch, places + 2 * batch),
  };
}

/** A bias of 0, but for the forget gate. */
function forgetting({ size, dtype }: Tensor, bias: number): Tensor {
  const values = allocate(dtype, size).fill(bias, size / 4, size / 2);
  return adopt(values, [size]);
}

/**
 * One step of an LSTM: x [batch, features] and the state before it give the state after it.
 * @example const { h, c } = lstmCell(x, before, { wx, wh, b });
 */
export function lstmCell(
  x: Tensor,
  { h, c }: { readonly h: Tensor; readonly c: Tensor },
  weights: LstmWeights,
  { forgetBias = 0 }: { readonly forgetBias?: number } = {},
): { readonly h: Tensor; readonly c: Tensor } {
  const one = oneStep("lstmCell", x);
  const { h: nextH, c: nextC } = lstm(one, weights, { h, c, forgetBias, timeMajor: true });
  return { h: nextH, c: nextC };
}
