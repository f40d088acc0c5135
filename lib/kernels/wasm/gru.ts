// Whole GRU and plain recurrent sequences; for the layout see lstm.ts.
import { Lanes } from "./lanes";
import { panelProduct, rowsThatFit, wholeColumns } from "./panels";
import { SCRATCH_BYTES, scratch } from "./scratch";

/**
 * r = σ(x_r + q_r), z = σ(x_z + q_z), n = tanh(x_n + r q_n), h′ = (1 − z) n + z h with q = h·W + b. `gates` holds x
 * and becomes r, z, n; `candidates` [steps, batch, hidden] keeps q_n; b may be 0 (none).
 */
export function gruForward(
  from: usize,
  to: usize,
  steps: usize,
  batch: usize,
  hidden: usize,
  panels: usize,
  bias: usize,
  gates: usize,
  h: usize,
  candidates: usize,
): void {
  const wide = wholeColumns(3 * hidden);
  const together = rowsThatFit(4 * (hidden + wide), SCRATCH_BYTES);
  const size: usize = 4 * hidden;
  for (let first = from; first < to; first += together) {
    const rows = min(to - first, together);
    const product = scratch + size * rowsThatFit(1, rows + 5);
    for (let t: usize = 0; t < steps; t++) {
      const old: usize = size * (t * batch + first);
      panelProduct(rows, 3 * hidden, hidden, h + old, size, panels, scratch, product, 4 * wide);
      for (let row: usize = 0; row < rows; row++) {
        const place: usize = old + size * row;
        const x = gates + 3 * place;
        const q = product + 4 * wide * row;
        for (let at: usize = 0; at < size; at += 16) {
          const count = (size - at) >> 2;
          let qr = Lanes.part(q + at, count);
          let qz = Lanes.part(q + size + at, count);
          let qn = Lanes.part(q + 2 * size + at, count);
          if (bias != 0) {
            qr = f32x4.add(qr, Lanes.part(bias + at, count));
            qz = f32x4.add(qz, Lanes.part(bias + size + at, count));
            qn = f32x4.add(qn, Lanes.part(bias + 2 * size + at, count));
          }
          const r = Lanes.gate(f32x4.add(Lanes.part(x + at, count), qr));
          const z = Lanes.gate(f32x4.add(Lanes.part(x + size + at, count), qz));
          const n = Lanes.tanh(f32x4.add(Lanes.part(x + 2 * size + at, count), f32x4.mul(r, qn)));
          Lanes.keep(x + at, r, count);
          Lanes.keep(x + size + at, z, count);
          Lanes.keep(x + 2 * size + at, n, count);
          Lanes.keep(candidates + place + at, qn, count);
          // n + z (h − n)
          const y = f32x4.add(n, f32x4.mul(z, f32x4.sub(Lanes.part(h + place + at, count), n)));
          Lanes.keep(h + place + size * batch + at, y, count);
        }
      }
    }
  }
}

/** `dgates` becomes the gradient of x, `dq` that of q; `panels` is Wᵀ packed. */
export function gruBackward(
  from: usize,
  to: usize,
  steps: usize,
  batch: usize,
  hidden: usize,
  panels: usize,
  gates: usize,
  h: usize,
  candidates: usize,
  dhs: usize,
  dh: usize,
  dgates: usize,
  dq: usize,
): void {
  const wide = wholeColumns(hidden);
  const together = rowsThatFit(4 * (3 * hidden + wide), SCRATCH_BYTES);
  const size: usize = 4 * hidden;
  const one = f32x4.splat(1);
  for (let first = from; first < to; first += together) {
    const rows = min(to - first, together);
    const product = scratch + 3 * size * rowsThatFit(1, rows + 5);
    for (let t = steps; t > 0; t--) {
      const old: usize = size * ((t - 1) * batch + first);
      for (let row: usize = 0; row < rows; row++) {
        const place: usize = old + size * row;
        const here = dh + size * (first + row);
        for (let at: usize = 0; at < size; at += 16) {
          const count = (size - at) >> 2;
          const r = Lanes.part(gates + 3 * place + at, count);
          const z = Lanes.part(gates + 3 * place + size + at, count);
          const n = Lanes.part(gates + 3 * place + 2 * size + at, count);
          const up = f32x4.add(Lanes.part(here + at, count), Lanes.part(dhs + place + at, count));
          const dn = f32x4.mul(f32x4.mul(up, f32x4.sub(one, z)), f32x4.sub(one, f32x4.mul(n, n)));
          const change = f32x4.sub(Lanes.part(h + place + at, count), n);
          const dz = f32x4.mul(f32x4.mul(up, change), f32x4.mul(z, f32x4.sub(one, z)));
          const qn = Lanes.part(candidates + place + at, count);
          const dr = f32x4.mul(f32x4.mul(dn, qn), f32x4.mul(r, f32x4.sub(one, r)));
          Lanes.keep(dgates + 3 * place + at, dr, count);
          Lanes.keep(dgates + 3 * place + size + at, dz, count);
          Lanes.keep(dgates + 3 * place + 2 * size + at, dn, count);
          Lanes.keep(dq + 3 * place + at, dr, count);
          Lanes.keep(dq + 3 * place + size + at, dz, count);
          Lanes.keep(dq + 3 * place + 2 * size + at, f32x4.mul(dn, r), count);
          Lanes.keep(here + at, f32x4.mul(up, z), count);
        }
      }
      panelProduct(rows, hidden, 3 * hidden, dq + 3 * old, 3 * size, panels, scratch, product, 4 * wide);
      for (let row: usize = 0; row < rows; row++)
        addRow(dh + size * (first + row), product + 4 * wide * row, size);
    }
  }
}

function addRow(to: usize, from: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const count = (bytes - at) >> 2;
    Lanes.keep(to + at, f32x4.add(Lanes.part(to + at, count), Lanes.part(from + at, count)), count);
  }
}

/** h′ = tanh(x + h·W), or max(0, ·) with `relu`. */
export function rnnForward(
  from: usize,
  to: usize,
  steps: usize,
  batch: usize,
  hidden: usize,
  panels: usize,
  x: usize,
  h: usize,
  relu: bool,
): void {
  const wide = wholeColumns(hidden);
  const together = rowsThatFit(4 * (hidden + wide), SCRATCH_BYTES);
  const size: usize = 4 * hidden;
  for (let first = from; first < to; first += together) {
    const rows = min(to - first, together);
    const product = scratch + size * rowsThatFit(1, rows + 5);
    for (let t: usize = 0; t < steps; t++) {
      const old: usize = size * (t * batch + first);
      panelProduct(rows, hidden, hidden, h + old, size, panels, scratch, product, 4 * wide);
      for (let row: usize = 0; row < rows; row++) {
        const place: usize = old + size * row;
        const q = product + 4 * wide * row;
        for (let at: usize = 0; at < size; at += 16) {
          const count = (size - at) >> 2;
          const sum = f32x4.add(Lanes.part(x + place + at, count), Lanes.part(q + at, count));
          const y = relu ? f32x4.pmax(sum, f32x4.splat(0)) : Lanes.tanh(sum);
          Lanes.keep(h + place + size * batch + at, y, count);
        }
      }
    }
  }
}

export function rnnBackward(
  from: usize,
  to: usize,
  steps: usize,
  batch: usize,
  hidden: usize,
  panels: usize,
  h: usize,
  dhs: usize,
  dh: usize,
  dx: usize,
  relu: bool,
): void {
  const wide = wholeColumns(hidden);
  const together = rowsThatFit(4 * (hidden + wide), SCRATCH_BYTES);
  const size: usize = 4 * hidden;
  for (let first = from; first < to; first += together) {
    const rows = min(to - first, together);
    const product = scratch + size * rowsThatFit(1, rows + 5);
    for (let t = steps; t > 0; t--) {
      const old: usize = size * ((t - 1) * batch + first);
      for (let row: usize = 0; row < rows; row++) {
        const place: usize = old + size * row;
        for (let at: usize = 0; at < size; at += 16) {
          const count = (size - at) >> 2;
          const up = f32x4.add(
            Lanes.part(dh + size * (first + row) + at, count),
            Lanes.part(dhs + place + at, count),
          );
          const y = Lanes.part(h + place + size * batch + at, count);
          const slope = relu
            ? v128.and(up, f32x4.gt(y, f32x4.splat(0)))
            : f32x4.mul(up, f32x4.sub(f32x4.splat(1), f32x4.mul(y, y)));
          Lanes.keep(dx + place + at, slope, count);
        }
      }
      panelProduct(rows, hidden, hidden, dx + old, size, panels, scratch, product, 4 * wide);
      for (let row: usize = 0; row < rows; row++) {
        memory.copy(dh + size * (first + row), product + 4 * wide * row, size);
      }
    }
  }
}
