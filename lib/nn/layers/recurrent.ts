import { gru as gruOp } from "../../ops/gru.ts";
import { lstm as lstmOp } from "../../ops/lstm.ts";
import { type RecurrentActivation, rnn as rnnOp } from "../../ops/rnn.ts";
import { adopt } from "../../tensor/create.ts";
import { allocate } from "../../tensor/dtype.ts";
import { formatShape, type Shape, ShapeError } from "../../tensor/shape.ts";
import type { Call, Layer, Parameter, Start } from "../module.ts";
import { glorot, zero } from "../starts.ts";

/** What all recurrent layers take. */
export interface RecurrentLayerOptions {
  /** From the last step to the first. */
  readonly reverse?: boolean;
  /** How the weights between states begin; by Glorot's rule, if nothing is said. */
  readonly recurrentStart?: Start;
}

function shapes(kind: string, [x, h]: readonly Shape[], units: number, states: number): readonly Shape[] {
  if (x!.length !== 3) {
    throw new ShapeError(`${kind}: x has shape ${formatShape(x!)}; it takes [batch, time, features].`);
  }
  const state = [x![0]!, units];
  if (h !== undefined && (h.length !== 2 || h[1] !== units)) {
    throw new ShapeError(
      `${kind}: the first state has shape ${formatShape(h)}; ${formatShape(state)} would fit.`,
    );
  }
  return [[x![0]!, x![1]!, units], ...new Array<Shape>(states).fill(state)];
}

function weights(
  features: number,
  units: number,
  gates: number,
  recurrentStart?: Start,
): Record<string, Parameter> {
  return {
    wx: { shape: [features, gates * units], start: glorot(features, units) },
    wh: { shape: [units, gates * units], start: recurrentStart ?? glorot(units, units) },
    b: { shape: [gates * units], start: zero },
  };
}

const work =
  (units: number, gates: number) =>
  ([x]: readonly Shape[]): number =>
    x![0]! * x![1]! * gates * units * (x![2]! + units);

/**
 * Numbers kept: the results, once as they were computed and once example by example; the inputs step by step; and `each`
 * times the units at every step, for gates and states.
 */
const kept =
  (units: number, each: number) =>
  ([x]: readonly Shape[]): number =>
    x![0]! * x![1]! * ((2 + each) * units + x![2]!);

/** A state remembered from the run before, for layers that read forwards. */
function before(call: Call, name: string, reverse: boolean): ReturnType<Call["recall"]> {
  return reverse ? undefined : call.recall(name);
}

/**
 * A plain recurrent layer, h_t = tanh(x_t·Wx + h_{t−1}·Wh + b): x [batch, time, features], perhaps with a first state
 * [batch, units], → its states [batch, time, units] and the last. With { activation: "relu", recurrentStart: identity() }
 * it is the one of Le, Jaitly and Hinton (2015).
 */
export function rnn(
  units: number,
  {
    reverse = false,
    activation = "tanh",
    recurrentStart,
  }: RecurrentLayerOptions & { readonly activation?: RecurrentActivation } = {},
): Layer {
  return {
    kind: "rnn",
    parameters: ([x]) => weights(x![2]!, units, 1, recurrentStart),
    outputs: (inputs) => shapes("rnn", inputs, units, 1),
    multiplyAdds: work(units, 1),
    kept: kept(units, 1),
    apply({ wx, wh, b }, [x, first], call) {
      const h = first ?? before(call, "h", reverse);
      const result = rnnOp(x!, { wx: wx!, wh: wh!, b }, { h, activation, reverse, lengths: call.lengths });
      if (call.remembers && !reverse) call.remember("h", result.h);
      return [result.outputs, result.h];
    },
  };
}

/**
 * A long short-term memory: x [batch, time, features], perhaps with first states h and c [batch, units], → its states
 * [batch, time, units], and the last h and c. The forget gate's bias begins at 1 (Jozefowicz et al., 2015).
 * @example lstm(128)
 */
export function lstm(
  units: number,
  {
    reverse = false,
    forgetBias = 1,
    recurrentStart,
  }: RecurrentLayerOptions & { readonly forgetBias?: number } = {},
): Layer {
  const bias: Start = (shape, _, { dtype }) =>
    adopt(allocate(dtype, 4 * units).fill(forgetBias, units, 2 * units), shape);
  return {
    kind: "lstm",
    parameters: ([x]) => ({
      ...weights(x![2]!, units, 4, recurrentStart),
      b: { shape: [4 * units], start: bias },
    }),
    outputs: (inputs) => shapes("lstm", inputs, units, 2),
    multiplyAdds: work(units, 4),
    kept: kept(units, 6),
    apply({ wx, wh, b }, [x, firstH, firstC], call) {
      const h = firstH ?? before(call, "h", reverse);
      const c = firstC ?? before(call, "c", reverse);
      const result = lstmOp(x!, { wx: wx!, wh: wh!, b }, { h, c, reverse, lengths: call.lengths });
      if (call.remembers && !reverse) {
        call.remember("h", result.h);
        call.remember("c", result.c);
      }
      return [result.outputs, result.h, result.c];
    },
  };
}

export interface GruLayerOptions extends RecurrentLayerOptions {
  /** Whether the reset gate acts after the product with the state (PyTorch) or before (the paper, tfjs). */
  readonly reset?: "after" | "before";
}

/** A gated recurrent unit: x [batch, time, features] → its states, and the last. @example gru(64) */
export function gru(
  units: number,
  { reverse = false, reset = "after", recurrentStart }: GruLayerOptions = {},
): Layer {
  return {
    kind: "gru",
    parameters([x]) {
      const {
        wx,
        wh,
        b: bx,
      } = weights(x![2]!, units, 3, recurrentStart) as Record<"wx" | "wh" | "b", Parameter>;
      return reset === "after" ? { wx, wh, bx, bh: bx } : { wx, wh, bx };
    },
    outputs: (inputs) => shapes("gru", inputs, units, 1),
    multiplyAdds: work(units, 3),
    kept: kept(units, 5),
    apply({ wx, wh, bx, bh }, [x, first], call) {
      const h = first ?? before(call, "h", reverse);
      const own = { wx: wx!, wh: wh!, bx, bh };
      const result = gruOp(x!, own, { h, reset, reverse, lengths: call.lengths });
      if (call.remembers && !reverse) call.remember("h", result.h);
      return [result.outputs, result.h];
    },
  };
}
