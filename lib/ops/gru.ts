import { gruBackward, gruForward } from "../kernels/gru.ts";
import { empty, view } from "../tensor/create.ts";
import { ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { concat, split } from "./concat.ts";
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
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { tanh } from "./tanh.ts";
import { tfSequence } from "./tf-sequence.ts";
import { type Cell, hiddenOf, oneStep, orZeros, unroll } from "./unroll.ts";

type GruInputs = readonly [x: Tensor, wx: Tensor, wh: Tensor, bx: Tensor, bh: Tensor, h: Tensor];

/** A padded step's update gate is open: h passes through. */
const SHUT = [0, FAR, 0];

/**
 * With p = x_t·W + b and q = h_{t−1}·U + b′: r = σ(p_r + q_r), z = σ(p_z + q_z), n = tanh(p_n + r q_n),
 * h_t = (1 − z) n + z h_{t−1}. Cho et al. (2014), with the reset gate after the product, as in PyTorch and cuDNN.
 */
export const gruOp: Op<"gru", GruInputs, SequenceOptions> = {
  name: "gru",
  formula: "h_t = (1 - z_t) n_t + z_t h_{t-1}",
  inputs: ["x", "wx", "wh", "bx", "bh", "h"],
  forward: ([x, wx, wh, bx, bh, h], options, wanted) =>
    keeping(wanted, () => {
      const steps = new Steps("gru", x, options);
      const { count, batch } = steps;
      const size = { steps: count, batch, hidden: h.shape[1]! };
      const inputs = inReadingOrder(steps, x);
      const gates = project(steps, inputs, wx, bx, SHUT);
      const states = statesFrom(h, count);
      const candidates = empty([count, ...h.shape], x.dtype);
      const [u, b, kept, scratch] = [wh.storage, bh.storage, candidates.storage, scratchFor(size, 3, x)];
      gruForward(size, gates.storage, u, b, states.storage, kept, scratch.storage);
      const packed = pack(steps, states, [states]);
      const saved = [gates, states, candidates] as const;
      return steps.straight ? [packed, ...saved] : [packed, ...saved, inputs];
    }),
  backward(g, { inputs: [x, wx, wh, , , h], options, saved, wanted }) {
    const [gates, states, candidates, moved] = saved as [Tensor, Tensor, Tensor, Tensor?];
    const steps = new Steps("gru", x, options);
    const { count, batch } = steps;
    const [hidden, places] = [h.shape[1]!, count * batch];
    const size = { steps: count, batch, hidden };
    const dhs = empty([count, batch, hidden], g.dtype);
    const [dgates, dq] = [empty(gates.shape, g.dtype), empty(gates.shape, g.dtype)];
    const scratch = scratchFor(size, 3, g);
    const last = packedRows(g, places, batch);
    const dh = steps.arriving(packedRows(g, 0, places), last, hidden, dhs);
    const kept = [gates.storage, wh.storage, states.storage, candidates.storage] as const;
    gruBackward(size, ...kept, dhs.storage, dh.storage, dgates.storage, dq.storage, scratch.storage);
    steps.passOn(last, hidden, dh);
    const inputs = moved ?? view(x, [places, x.shape[2]!]);
    const [dx, dwx, dbx] = projectionGrads(steps, dgates, x, inputs, wx, [
      wanted[0]!,
      wanted[1]!,
      wanted[3]!,
    ]);
    const dwh = wanted[2] ? recurrentWeightsGrad(states, dq) : undefined;
    return [dx, dwx, dwh, dbx, wanted[4] ? sum(dq, { axis: 0 }) : undefined, dh];
  },
  decomposed: ([x, wx, wh, bx, bh, h], options) =>
    unroll("gru", [x, wx, bx], [h], options, (projected, [before]) => {
      const [xr, xz, xn] = split(projected, 3, { axis: 1 });
      const [qr, qz, qn] = split(add(matmul(before!, wh), bh), 3, { axis: 1 });
      const n = tanh(add(xn!, mul(sigmoid(add(xr!, qr!)), qn!)));
      return [updated(sigmoid(add(xz!, qz!)), n, before!)];
    }),
  samples: (random) =>
    drawSequences(random, 3).map(({ x, wx, wh, bias, state, options }) => ({
      inputs: [x, wx, wh, bias(), bias(), state()],
      options,
    })),
  reference: (tf, [x, wx, wh, bx, bh, h], options) =>
    tfSequence(tf, x, [h], options, (step, [before]) => {
      const [xr, xz, xn] = tf.split(tf.add(tf.matMul(step, wx), bx), 3, 1);
      const [qr, qz, qn] = tf.split(tf.add(tf.matMul(before!, wh), bh), 3, 1);
      const [r, z] = [tf.sigmoid(tf.add(xr!, qr!)), tf.sigmoid(tf.add(xz!, qz!))];
      const n = tf.tanh(tf.add(xn!, tf.mul(r, qn!)));
      return [tf.add(n, tf.mul(z, tf.sub(before!, n)))];
    }),
};

/** (1 − z) n + z h */
function updated(z: Tensor, n: Tensor, h: Tensor): Tensor {
  return add(n, mul(z, sub(h, n)));
}

/** r = σ(p_r + h·U_r), z = σ(p_z + h·U_z), n = tanh(p_n + (r h)·U_n): the reset gate before the product. */
function resetBefore(wh: Tensor): Cell {
  const hidden = wh.shape[0]!;
  const [gates, candidate] = split(wh, [2 * hidden, hidden], { axis: 1 });
  return (projected, [before]) => {
    const [x, xn] = split(projected, [2 * hidden, hidden], { axis: 1 });
    const [r, z] = split(sigmoid(add(x!, matmul(before!, gates!))), 2, { axis: 1 });
    const n = tanh(add(xn!, matmul(mul(r!, before!), candidate!)));
    return [updated(z!, n, before!)];
  };
}

/**
 * A GRU's weights, in the order of gates r, z, n: reset, update, candidate, which is PyTorch's (its matrices are these
 * transposed). Keras and tfjs have them in the order z, r, n: see `gruWeightsFromKeras`.
 */
export interface GruWeights {
  /** [features, 3·hidden] */
  readonly wx: Tensor;
  /** [hidden, 3·hidden] */
  readonly wh: Tensor;
  /** Beside x·W and h·U, each [3·hidden]; zeros, if left out. */
  readonly bx?: Tensor | undefined;
  readonly bh?: Tensor | undefined;
}

export interface GruOptions extends SequenceOptions {
  /** The state before the first step, [batch, hidden]; zeros, if left out. */
  readonly h?: Tensor | undefined;
  /**
   * Whether the reset gate acts after the product with U (PyTorch, cuDNN; the default, and much the quicker), or on
   * h before it (the paper, and tfjs), where there is no bias `bh`.
   */
  readonly reset?: "after" | "before" | undefined;
}

export interface GruResult {
  /** h of every step, [batch, time, hidden], or with `timeMajor` [time, batch, hidden]. */
  readonly outputs: Tensor;
  /** The state after the last step, [batch, hidden]. */
  readonly h: Tensor;
}

/**
 * A gated recurrent unit over sequences x [batch, time, features].
 * @example const { outputs, h } = gru(x, { wx, wh, bx, bh });
 */
export function gru(x: Tensor, weights: GruWeights, options: GruOptions = {}): GruResult {
  const { lengths, reverse, timeMajor = false, reset = "after" } = options;
  const { wx, wh } = weights;
  const batch = x.shape[timeMajor ? 1 : 0] ?? 0;
  const hidden = wh.shape[0] ?? 0;
  const [bx, bh] = [orZeros(weights.bx, [3 * hidden], wh), orZeros(weights.bh, [3 * hidden], wh)];
  const first = orZeros(options.h, [batch, hidden], wh);
  hiddenOf("gru", { x, wx, wh, biases: { bx, bh }, states: { h: first } }, 3, timeMajor);
  if (reset === "before" && weights.bh !== undefined) {
    throw new ShapeError(
      'gru: with reset "before" there is one bias, bx; add bh to it, or use reset "after".',
    );
  }
  const inputs = asFloats([x, wx, wh, bx, bh, first]);
  const how = { lengths, reverse, timeMajor };
  const packed =
    reset === "after"
      ? apply(gruOp, inputs, how)
      : unroll("gru", [inputs[0], inputs[1], inputs[3]], [inputs[5]], how, resetBefore(inputs[2]));
  const places = x.shape[0]! * x.shape[1]!;
  return {
    outputs: reshape(rows(packed, 0, places), [x.shape[0]!, x.shape[1]!, hidden]),
    h: rows(packed, places, places + batch),
  };
}

/**
 * One step of a GRU: x [batch, features] and the state before it give the state after it.
 * @example h = gruCell(x, h, { wx, wh, bx, bh });
 */
export function gruCell(
  x: Tensor,
  h: Tensor,
  weights: GruWeights,
  { reset = "after" }: { readonly reset?: "after" | "before" } = {},
): Tensor {
  return gru(oneStep("gruCell", x), weights, { h, reset, timeMajor: true }).h;
}

/**
 * Columns in Keras's and tfjs's order of gates, z, r, n, put into ours, r, z, n: of a matrix, or of a bias.
 * @example gru(x, { wx: gruWeightsFromKeras(kernel), wh: gruWeightsFromKeras(recurrentKernel) }, { reset: "before" })
 */
export function gruWeightsFromKeras(weights: Tensor): Tensor {
  const [z, r, n] = split(weights, 3, { axis: -1 });
  return concat([r!, z!, n!], { axis: -1 });
}
