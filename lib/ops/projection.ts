// The parts of a recurrent layer that are no recurrence: x·W + b of all steps in one product, and the way back.

import { stridedCopy } from "../kernels/copies.ts";
import { partOf } from "../kernels/dispatch.ts";
import { gemm } from "../kernels/gemm.ts";
import { recurrentScratch, type Sequence } from "../kernels/recurrent.ts";
import { empty, view } from "../tensor/create.ts";
import { floatOf, promote } from "../tensor/dtype.ts";
import { inArena } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { cast } from "./cast.ts";
import { matmul } from "./matmul.ts";
import { Kept } from "./op.ts";
import type { Steps } from "./steps.ts";
import { packedRows } from "./steps.ts";
import { sum } from "./sum.ts";

/** What a padded step's inputs are set to, gate by gate, so that the state passes through it. */
export type Shut = readonly number[];

/** A number at which σ is 0 or 1, and tanh ±1, in every element type. */
export const FAR = 1e9;

/** x·W + b for every place, [steps, batch, gates·hidden] in the order of reading; padding is shut. */
export function project(steps: Steps, x: Tensor, wx: Tensor, b: Tensor, shut: Shut): Tensor {
  const [features, columns] = [x.shape.at(-1)!, b.size];
  const count = steps.count * steps.batch;
  const gates = empty([count, columns], x.dtype);
  const left = { block: x.storage, row: features, column: 1 };
  const right = { block: wx.storage, row: columns, column: 1 };
  gemm(count, columns, features, left, right, { block: gates.storage, row: columns }, { bias: b.storage });
  if (steps.lengths === undefined) return gates;
  const [values, hidden] = [gates.storage.array(), columns / shut.length];
  steps.padding((_, at) => {
    shut.forEach((value, gate) => {
      const from = at * columns + gate * hidden;
      values.fill(value, from, from + hidden);
    });
  });
  return gates;
}

/** x as the layer reads it, [steps · batch, features]; x itself where nothing has to move. */
export function inReadingOrder(steps: Steps, x: Tensor): Tensor {
  const shape = [steps.count * steps.batch, x.shape[2]!];
  if (steps.straight) return view(x, shape);
  const moved = empty(shape, x.dtype);
  steps.arrange(x.storage, shape[1]!, moved.storage);
  return moved;
}

/** Room for a state at every step, [steps + 1, batch, hidden], that begins with this one. */
export function statesFrom(first: Tensor, steps: number): Tensor {
  const states = empty([steps + 1, ...first.shape], first.dtype);
  stridedCopy(first.storage, 0, [first.size], [1], partOf(states.storage, 0, first.size));
  return states;
}

/** Room for the weights as the kernels pack them. */
export function scratchFor({ hidden }: Sequence, gates: number, beside: Tensor): Tensor {
  return empty([beside.dtype === "float32" ? recurrentScratch(hidden, gates) : 0], beside.dtype);
}

/** The outputs and each part of the last state, as rows of one tensor. */
export function pack(steps: Steps, h: Tensor, parts: readonly Tensor[]): Tensor {
  const { count, batch } = steps;
  const hidden = h.shape[2]!;
  const packed = empty([(count + parts.length) * batch, hidden], h.dtype);
  const states = partOf(h.storage, batch * hidden, count * batch * hidden);
  steps.restore(states, hidden, packedRows(packed, 0, count * batch));
  parts.forEach((part, i) => {
    steps.last(part.storage, hidden, packedRows(packed, (count + i) * batch, batch));
  });
  return packed;
}

/** Runs a forward computation, and frees what it made and does not keep. */
export function keeping(wanted: boolean, body: () => readonly [Tensor, ...saved: Tensor[]]): Tensor | Kept {
  const made = inArena(body, ([output, ...saved]) =>
    (wanted ? [output, ...saved] : [output]).map(({ storage }) => storage),
  );
  const [output, ...saved] = made;
  return wanted ? new Kept(output, saved) : output;
}

/** From the gates' gradient to those of x, its weights and the bias. */
export function projectionGrads(
  steps: Steps,
  dgates: Tensor,
  x: Tensor,
  inputs: Tensor,
  wx: Tensor,
  [forX, forWeights, forBias]: readonly [boolean, boolean, boolean],
): readonly [x: Tensor | undefined, wx: Tensor | undefined, b: Tensor | undefined] {
  let dx: Tensor | undefined;
  if (forX) {
    const moved = matmul(dgates, wx, { transposeB: true });
    dx = steps.straight ? view(moved, x.shape) : empty(x.shape, x.dtype);
    if (!steps.straight) steps.restore(moved.storage, x.shape[2]!, dx.storage);
  }
  return [
    dx,
    forWeights ? matmul(inputs, dgates, { transposeA: true }) : undefined,
    forBias ? sum(dgates, { axis: 0 }) : undefined,
  ];
}

/** Σ_t h_{t−1}ᵀ·d_t: the gradient of the recurrent weights. `h` has one step more than `d`. */
export function recurrentWeightsGrad(h: Tensor, d: Tensor): Tensor {
  const [hidden, [count, columns]] = [h.shape[2]!, d.shape as [number, number]];
  const before = { block: partOf(h.storage, 0, count * hidden), row: 1, column: hidden };
  const dw = empty([hidden, columns], d.dtype);
  const right = { block: d.storage, row: columns, column: 1 };
  gemm(hidden, columns, count, before, right, { block: dw.storage, row: columns });
  return dw;
}

/** All in one float type. */
export function asFloats<const Inputs extends readonly Tensor[]>(
  inputs: Inputs,
): { [K in keyof Inputs]: Tensor } {
  const dtype = inputs.map((x) => floatOf(x.dtype)).reduce((a, b) => promote(a, b));
  return inputs.map((x) => cast(x, dtype)) as { [K in keyof Inputs]: Tensor };
}
