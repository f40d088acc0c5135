import { allocate } from "../tensor/dtype.ts";
import type { Block } from "./block.ts";
import { enter, leave, place, result, run, update } from "./dispatch.ts";
import { addProduct, arrays, batchGrain, packWeights, type Sequence } from "./recurrent.ts";

/** What a plain recurrent layer applies to x + h·W. */
export type RecurrentActivation = "relu" | "tanh";

/** h′ = tanh(x + h·weights), or max(0, ·), for a whole sequence; `x` [steps, batch, hidden] comes as x·W + b. */
export function rnnForward(
  size: Sequence,
  x: Block,
  weights: Block,
  activation: RecurrentActivation,
  h: Block,
  scratch: Block,
): void {
  const { steps, batch, hidden } = size;
  const e = enter(x.length, [x, weights, h, scratch]);
  if (e) {
    const panels = result(scratch);
    packWeights(e, place(e, weights), hidden, hidden, false, panels);
    const args = [steps, batch, hidden, panels, place(e, x), update(e, h), Number(activation === "relu")];
    run(e, "rnnForward", batch, batchGrain(e, batch), ...args);
    leave(e);
    return;
  }
  const [inputs, w, states] = arrays(x, weights, h);
  const step = batch * hidden;
  const sums = allocate(x.dtype, step);
  for (let t = 0; t < steps; t++) {
    sums.set(inputs.subarray(t * step, (t + 1) * step));
    addProduct(batch, states, t * step, w, hidden, hidden, false, sums, 0);
    for (let i = 0; i < step; i++) {
      states[(t + 1) * step + i] = activation === "relu" ? Math.max(0, sums[i]!) : Math.tanh(sums[i]!);
    }
  }
}

/** Backward through time; `dx` becomes the gradient of x, `dh` that of the first state (see `lstmBackward`). */
export function rnnBackward(
  size: Sequence,
  weights: Block,
  activation: RecurrentActivation,
  h: Block,
  dhs: Block,
  dh: Block,
  dx: Block,
  scratch: Block,
): void {
  const { steps, batch, hidden } = size;
  const e = enter(dx.length, [weights, h, dhs, dh, dx, scratch]);
  if (e) {
    const panels = result(scratch);
    packWeights(e, place(e, weights), hidden, hidden, true, panels);
    const args = [steps, batch, hidden, panels, place(e, h), place(e, dhs), update(e, dh), result(dx)];
    run(e, "rnnBackward", batch, batchGrain(e, batch), ...args, Number(activation === "relu"));
    leave(e);
    return;
  }
  const [w, states, up, down, out] = arrays(weights, h, dhs, dh, dx);
  const step = batch * hidden;
  for (let t = steps - 1; t >= 0; t--) {
    for (let i = 0; i < step; i++) {
      const y = states[(t + 1) * step + i]!;
      const slope = activation === "relu" ? Number(y > 0) : 1 - y * y;
      out[t * step + i] = (down[i]! + up[t * step + i]!) * slope;
    }
    down.fill(0);
    addProduct(batch, out, t * step, w, hidden, hidden, true, down, 0);
  }
}
