import { allocate } from "../tensor/dtype.ts";
import type { Block } from "./block.ts";
import { enter, leave, place, result, run, update } from "./dispatch.ts";
import { addProduct, arrays, batchGrain, packWeights, type Sequence } from "./recurrent.ts";
import { sigmoidOf } from "./unary.ts";

/**
 * A whole LSTM sequence. `gates` [steps, batch, 4·hidden], in the order i, f, g, o (PyTorch's and Keras's), comes as
 * x·W + b and becomes i, f, o = σ and g = tanh of (gates + h·weights); c′ = f c + i g, h′ = o tanh c′. `weights` is
 * [hidden, 4·hidden]; step 0 of h and c is given. `scratch`: see `recurrentScratch(hidden, 4)`.
 */
export function lstmForward(
  size: Sequence,
  gates: Block,
  weights: Block,
  h: Block,
  c: Block,
  scratch: Block,
): void {
  const { steps, batch, hidden } = size;
  const e = enter(gates.length, [gates, weights, h, c, scratch]);
  if (e) {
    const panels = result(scratch);
    packWeights(e, place(e, weights), hidden, 4 * hidden, false, panels);
    const args = [steps, batch, hidden, panels, update(e, gates), update(e, h), update(e, c)];
    run(e, "lstmForward", batch, batchGrain(e, batch), ...args);
    leave(e);
    return;
  }
  const [gate, w, states, cells] = arrays(gates, weights, h, c);
  const width = 4 * hidden;
  for (let t = 0; t < steps; t++) {
    addProduct(batch, states, t * batch * hidden, w, hidden, width, false, gate, t * batch * width);
    for (let row = t * batch; row < (t + 1) * batch; row++) {
      for (let j = 0; j < hidden; j++) {
        const at = row * width + j;
        const old = row * hidden + j;
        const next = old + batch * hidden;
        const i = sigmoidOf(gate[at]!);
        const f = sigmoidOf(gate[at + hidden]!);
        const g = Math.tanh(gate[at + 2 * hidden]!);
        const o = sigmoidOf(gate[at + 3 * hidden]!);
        [gate[at], gate[at + hidden], gate[at + 2 * hidden], gate[at + 3 * hidden]] = [i, f, g, o];
        cells[next] = f * cells[old]! + i * g;
        states[next] = o * Math.tanh(cells[next]!);
      }
    }
  }
}

/**
 * Backward through time. `gates` and `c` are what the forward pass left; `dhs` [steps, batch, hidden] is the gradient
 * of every step's h. `dh` and `dc` [batch, hidden] hold what comes to the last state from elsewhere (zeros, if
 * nothing) and become the gradients of the first; `dgates` becomes the gradient of the gates' inputs.
 */
export function lstmBackward(
  size: Sequence,
  gates: Block,
  weights: Block,
  c: Block,
  dhs: Block,
  dh: Block,
  dc: Block,
  dgates: Block,
  scratch: Block,
): void {
  const { steps, batch, hidden } = size;
  const e = enter(gates.length, [gates, weights, c, dhs, dh, dc, dgates, scratch]);
  if (e) {
    const panels = result(scratch);
    packWeights(e, place(e, weights), hidden, 4 * hidden, true, panels);
    const kept = [steps, batch, hidden, panels, place(e, gates), place(e, c), place(e, dhs)];
    run(
      e,
      "lstmBackward",
      batch,
      batchGrain(e, batch),
      ...kept,
      update(e, dh),
      update(e, dc),
      result(dgates),
    );
    leave(e);
    return;
  }
  const [gate, w, cells, up, down, cellDown, out] = arrays(gates, weights, c, dhs, dh, dc, dgates);
  const width = 4 * hidden;
  const carried = allocate(dh.dtype, batch * hidden);
  for (let t = steps - 1; t >= 0; t--) {
    for (let row = 0; row < batch; row++) {
      for (let j = 0; j < hidden; j++) {
        const here = row * hidden + j;
        const old = t * batch * hidden + here;
        const at = (t * batch + row) * width + j;
        const [i, f, g, o] = [gate[at]!, gate[at + hidden]!, gate[at + 2 * hidden]!, gate[at + 3 * hidden]!];
        const y = Math.tanh(cells[old + batch * hidden]!);
        const state = down[here]! + up[old]!;
        const cell = cellDown[here]! + state * o * (1 - y * y);
        out[at] = cell * g * i * (1 - i);
        out[at + hidden] = cell * cells[old]! * f * (1 - f);
        out[at + 2 * hidden] = cell * i * (1 - g * g);
        out[at + 3 * hidden] = state * y * o * (1 - o);
        cellDown[here] = cell * f;
      }
    }
    carried.fill(0);
    addProduct(batch, out, t * batch * width, w, hidden, width, true, carried, 0);
    down.set(carried);
  }
}
