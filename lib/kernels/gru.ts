import { allocate } from "../tensor/dtype.ts";
import type { Block } from "./block.ts";
import { enter, leave, place, result, run, update } from "./dispatch.ts";
import { addProduct, arrays, batchGrain, packWeights, type Sequence } from "./recurrent.ts";
import { sigmoidOf } from "./unary.ts";

/**
 * A whole GRU sequence, PyTorch's form: with q = h·weights + bias, r = σ(x_r + q_r), z = σ(x_z + q_z),
 * n = tanh(x_n + r q_n), h′ = (1 − z) n + z h. `gates` [steps, batch, 3·hidden] in the order r, z, n comes as x·W + b
 * and becomes r, z, n; `candidates` [steps, batch, hidden] becomes q_n, for the way back.
 */
export function gruForward(
  size: Sequence,
  gates: Block,
  weights: Block,
  bias: Block | undefined,
  h: Block,
  candidates: Block,
  scratch: Block,
): void {
  const { steps, batch, hidden } = size;
  const e = enter(gates.length, [gates, weights, bias, h, candidates, scratch]);
  if (e) {
    const panels = result(scratch);
    packWeights(e, place(e, weights), hidden, 3 * hidden, false, panels);
    const args = [steps, batch, hidden, panels, bias ? place(e, bias) : 0, update(e, gates), update(e, h)];
    run(e, "gruForward", batch, batchGrain(e, batch), ...args, result(candidates));
    leave(e);
    return;
  }
  const [gate, w, states, kept] = arrays(gates, weights, h, candidates);
  const more = bias?.array();
  const width = 3 * hidden;
  const q = allocate(gates.dtype, batch * width);
  for (let t = 0; t < steps; t++) {
    q.fill(0);
    addProduct(batch, states, t * batch * hidden, w, hidden, width, false, q, 0);
    for (let row = 0; row < batch; row++) {
      for (let j = 0; j < hidden; j++) {
        const own = row * width + j;
        const at = t * batch * width + own;
        const old = (t * batch + row) * hidden + j;
        const r = sigmoidOf(gate[at]! + q[own]! + (more?.[j] ?? 0));
        const z = sigmoidOf(gate[at + hidden]! + q[own + hidden]! + (more?.[hidden + j] ?? 0));
        const candidate = q[own + 2 * hidden]! + (more?.[2 * hidden + j] ?? 0);
        const n = Math.tanh(gate[at + 2 * hidden]! + r * candidate);
        [gate[at], gate[at + hidden], gate[at + 2 * hidden], kept[old]] = [r, z, n, candidate];
        states[old + batch * hidden] = (1 - z) * n + z * states[old]!;
      }
    }
  }
}

/**
 * Backward through time; `dgates` becomes the gradient of the gates' inputs, `dq` that of q (its sum over steps and
 * batch is the bias's, h_{t−1}ᵀ dq the weights'), and `dh` the gradient of the first state (see `lstmBackward`).
 */
export function gruBackward(
  size: Sequence,
  gates: Block,
  weights: Block,
  h: Block,
  candidates: Block,
  dhs: Block,
  dh: Block,
  dgates: Block,
  dq: Block,
  scratch: Block,
): void {
  const { steps, batch, hidden } = size;
  const e = enter(gates.length, [gates, weights, h, candidates, dhs, dh, dgates, dq, scratch]);
  if (e) {
    const panels = result(scratch);
    packWeights(e, place(e, weights), hidden, 3 * hidden, true, panels);
    const kept = [steps, batch, hidden, panels, place(e, gates), place(e, h), place(e, candidates)];
    const made = [place(e, dhs), update(e, dh), result(dgates), result(dq)];
    run(e, "gruBackward", batch, batchGrain(e, batch), ...kept, ...made);
    leave(e);
    return;
  }
  const [gate, w, states, kept, up, down] = arrays(gates, weights, h, candidates, dhs, dh);
  const [out, recurrent] = arrays(dgates, dq);
  const width = 3 * hidden;
  for (let t = steps - 1; t >= 0; t--) {
    for (let row = 0; row < batch; row++) {
      for (let j = 0; j < hidden; j++) {
        const here = row * hidden + j;
        const old = t * batch * hidden + here;
        const at = (t * batch + row) * width + j;
        const [r, z, n] = [gate[at]!, gate[at + hidden]!, gate[at + 2 * hidden]!];
        const state = down[here]! + up[old]!;
        const dn = state * (1 - z) * (1 - n * n);
        const dz = state * (states[old]! - n) * z * (1 - z);
        const dr = dn * kept[old]! * r * (1 - r);
        [out[at], out[at + hidden], out[at + 2 * hidden]] = [dr, dz, dn];
        [recurrent[at], recurrent[at + hidden], recurrent[at + 2 * hidden]] = [dr, dz, dn * r];
        down[here] = state * z;
      }
    }
    addProduct(batch, recurrent, t * batch * width, w, hidden, width, true, down, 0);
  }
}
