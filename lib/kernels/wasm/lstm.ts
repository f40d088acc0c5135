// A whole LSTM sequence in one call. Threads share out the batch, whose rows never meet, so nothing waits between
// the steps. All arrays are time-major: [steps, batch, …]; h and c have one step more, the state before the first.
import { Lanes } from "./lanes";
import { panelProduct, rowsThatFit, wholeColumns } from "./panels";
import { SCRATCH_BYTES, scratch } from "./scratch";

/**
 * Batch rows [from, to): gates += h·W (packed), then i, f, o = σ and g = tanh of them, in place;
 * c′ = f c + i g, h′ = o tanh c′.
 */
export function lstmForward(
  from: usize,
  to: usize,
  steps: usize,
  batch: usize,
  hidden: usize,
  panels: usize,
  gates: usize,
  h: usize,
  c: usize,
): void {
  const wide = wholeColumns(4 * hidden);
  const together = rowsThatFit(4 * (hidden + wide), SCRATCH_BYTES);
  for (let first = from; first < to; first += together) {
    const rows = min(to - first, together);
    const product = scratch + 4 * hidden * rowsThatFit(1, rows + 5);
    for (let t: usize = 0; t < steps; t++) {
      const old: usize = 4 * hidden * (t * batch + first);
      const next = old + 4 * hidden * batch;
      panelProduct(rows, 4 * hidden, hidden, h + old, 4 * hidden, panels, scratch, product, 4 * wide);
      for (let row: usize = 0; row < rows; row++) {
        const at: usize = 4 * hidden * row;
        cell(
          hidden,
          gates + 4 * old + 4 * at,
          product + 4 * wide * row,
          c + old + at,
          c + next + at,
          h + next + at,
        );
      }
    }
  }
}

function cell(hidden: usize, gates: usize, more: usize, c: usize, nextC: usize, nextH: usize): void {
  const step: usize = 4 * hidden;
  // One function at a time, so that its constants stay in registers.
  gateRow(2 * hidden, gates, more);
  tanhRow(hidden, gates + 2 * step, more + 2 * step);
  gateRow(hidden, gates + 3 * step, more + 3 * step);
  for (let at: usize = 0; at < step; at += 16) {
    const count = (step - at) >> 2;
    const i = Lanes.part(gates + at, count);
    const f = Lanes.part(gates + step + at, count);
    const g = Lanes.part(gates + 2 * step + at, count);
    const o = Lanes.part(gates + 3 * step + at, count);
    const state = f32x4.add(f32x4.mul(f, Lanes.part(c + at, count)), f32x4.mul(i, g));
    Lanes.keep(nextC + at, state, count);
    Lanes.keep(nextH + at, f32x4.mul(o, Lanes.tanh(state)), count);
  }
}

/** x = σ(x + more) */
function gateRow(width: usize, x: usize, more: usize): void {
  for (let i: usize = 0; i < width; i += 4) {
    const count = width - i;
    const sum = f32x4.add(Lanes.part(x + 4 * i, count), Lanes.part(more + 4 * i, count));
    Lanes.keep(x + 4 * i, Lanes.gate(sum), count);
  }
}

/** x = tanh(x + more) */
function tanhRow(width: usize, x: usize, more: usize): void {
  for (let i: usize = 0; i < width; i += 4) {
    const count = width - i;
    const sum = f32x4.add(Lanes.part(x + 4 * i, count), Lanes.part(more + 4 * i, count));
    Lanes.keep(x + 4 * i, Lanes.tanh(sum), count);
  }
}

/**
 * Backward through time. `gates` and `c` are what the forward pass left, `panels` is Wᵀ packed, `dhs` the gradient
 * of every step's h. `dh` and `dc` hold the gradient of the last state from elsewhere, and at the end that of the
 * state before the first step. `dgates` becomes the gradient of the gates' inputs.
 */
export function lstmBackward(
  from: usize,
  to: usize,
  steps: usize,
  batch: usize,
  hidden: usize,
  panels: usize,
  gates: usize,
  c: usize,
  dhs: usize,
  dh: usize,
  dc: usize,
  dgates: usize,
): void {
  const wide = wholeColumns(hidden);
  const together = rowsThatFit(4 * (4 * hidden + wide), SCRATCH_BYTES);
  for (let first = from; first < to; first += together) {
    const rows = min(to - first, together);
    const product = scratch + 16 * hidden * rowsThatFit(1, rows + 5);
    const start: usize = 4 * hidden * first;
    for (let t = steps; t > 0; t--) {
      const old: usize = 4 * hidden * ((t - 1) * batch + first);
      const next = old + 4 * hidden * batch;
      for (let row: usize = 0; row < rows; row++) {
        const at: usize = 4 * hidden * row;
        const here = start + at;
        cellBack(
          hidden,
          gates + 4 * (old + at),
          c + old + at,
          c + next + at,
          dhs + old + at,
          dh + here,
          dc + here,
          dgates + 4 * (old + at),
        );
      }
      panelProduct(
        rows,
        hidden,
        4 * hidden,
        dgates + 4 * old,
        16 * hidden,
        panels,
        scratch,
        product,
        4 * wide,
      );
      for (let row: usize = 0; row < rows; row++) {
        memory.copy(dh + start + 4 * hidden * row, product + 4 * wide * row, 4 * hidden);
      }
    }
  }
}

function cellBack(
  hidden: usize,
  gates: usize,
  oldC: usize,
  nextC: usize,
  dhs: usize,
  dh: usize,
  dc: usize,
  dgates: usize,
): void {
  const step: usize = 4 * hidden;
  const one = f32x4.splat(1);
  for (let at: usize = 0; at < step; at += 16) {
    const count = (step - at) >> 2;
    const i = Lanes.part(gates + at, count);
    const f = Lanes.part(gates + step + at, count);
    const g = Lanes.part(gates + 2 * step + at, count);
    const o = Lanes.part(gates + 3 * step + at, count);
    const y = Lanes.tanh(Lanes.part(nextC + at, count));
    const up = f32x4.add(Lanes.part(dh + at, count), Lanes.part(dhs + at, count));
    const inner = f32x4.mul(f32x4.mul(up, o), f32x4.sub(one, f32x4.mul(y, y)));
    const down = f32x4.add(Lanes.part(dc + at, count), inner);
    const di = f32x4.mul(f32x4.mul(down, g), f32x4.mul(i, f32x4.sub(one, i)));
    const df = f32x4.mul(f32x4.mul(down, Lanes.part(oldC + at, count)), f32x4.mul(f, f32x4.sub(one, f)));
    const dg = f32x4.mul(f32x4.mul(down, i), f32x4.sub(one, f32x4.mul(g, g)));
    const dOut = f32x4.mul(f32x4.mul(up, y), f32x4.mul(o, f32x4.sub(one, o)));
    Lanes.keep(dgates + at, di, count);
    Lanes.keep(dgates + step + at, df, count);
    Lanes.keep(dgates + 2 * step + at, dg, count);
    Lanes.keep(dgates + 3 * step + at, dOut, count);
    Lanes.keep(dc + at, f32x4.mul(down, f), count);
  }
}
