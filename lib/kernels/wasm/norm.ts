// Normalization to mean 0 and variance 1, two passes over the data: the variance is that of x − mean, as Σx² − n·mean²
// would lose its digits.
import { Lanes } from "./lanes";

/** Columns that are handled together: one cache line. */
const STRIP: usize = 16;

/**
 * Layer norm of rows [from, to): y = (x − mean) · inv · γ + β with inv = 1 / √(variance + ε), both kept for the way
 * back.
 */
export function layerNorm(
  from: usize,
  to: usize,
  x: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  means: usize,
  invs: usize,
  width: usize,
  epsilon: f32,
): void {
  const bytes: usize = 4 * width;
  for (let row = from; row < to; row++) {
    const source = x + row * bytes;
    const target = y + row * bytes;
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16)
      sum = f32x4.add(sum, Lanes.part(source + at, (bytes - at) >> 2));
    const mean = Lanes.sum(sum) / <f32>width;
    const inv = inverseDeviation(source, width, mean, epsilon);
    store<f32>(means + 4 * row, mean);
    store<f32>(invs + 4 * row, inv);
    const less = f32x4.splat(mean);
    const factor = f32x4.splat(inv);
    for (let at: usize = 0; at < bytes; at += 16) {
      const count = (bytes - at) >> 2;
      const normal = f32x4.mul(f32x4.sub(Lanes.part(source + at, count), less), factor);
      const scaled = f32x4.mul(normal, Lanes.part(gamma + at, count));
      Lanes.keep(target + at, f32x4.add(scaled, Lanes.part(beta + at, count)), count);
    }
  }
}

function inverseDeviation(x: usize, width: usize, mean: f32, epsilon: f32): f32 {
  const less = f32x4.splat(mean);
  let squares = f32x4.splat(0);
  let i: usize = 0;
  for (; i + 4 <= width; i += 4) {
    const d = f32x4.sub(v128.load(x + 4 * i), less);
    squares = Lanes.madd(d, d, squares);
  }
  let total = Lanes.sum(squares);
  for (; i < width; i++) {
    const d = load<f32>(x + 4 * i) - mean;
    total += d * d;
  }
  return 1 / sqrt<f32>(total / <f32>width + epsilon);
}

/** With n = (x − mean) · inv and h = g γ: dx = inv (h − mean h − n · mean (h n)). */
export function layerNormGrad(
  from: usize,
  to: usize,
  g: usize,
  x: usize,
  gamma: usize,
  means: usize,
  invs: usize,
  dx: usize,
  width: usize,
): void {
  const bytes: usize = 4 * width;
  for (let row = from; row < to; row++) {
    const up = g + row * bytes;
    const source = x + row * bytes;
    const inv = load<f32>(invs + 4 * row);
    const less = f32x4.splat(load<f32>(means + 4 * row));
    const factor = f32x4.splat(inv);
    let sum = f32x4.splat(0);
    let dot = f32x4.splat(0);
    // Zeros of g past the end add nothing, whatever x is there.
    for (let at: usize = 0; at < bytes; at += 16) {
      const count = (bytes - at) >> 2;
      const h = f32x4.mul(Lanes.part(up + at, count), Lanes.part(gamma + at, count));
      const n = f32x4.mul(f32x4.sub(Lanes.part(source + at, count), less), factor);
      sum = f32x4.add(sum, h);
      dot = Lanes.madd(h, n, dot);
    }
    const meanH = f32x4.splat(Lanes.sum(sum) / <f32>width);
    const meanHn = f32x4.splat(Lanes.sum(dot) / <f32>width);
    for (let at: usize = 0; at < bytes; at += 16) {
      const count = (bytes - at) >> 2;
      const h = f32x4.mul(Lanes.part(up + at, count), Lanes.part(gamma + at, count));
      const n = f32x4.mul(f32x4.sub(Lanes.part(source + at, count), less), factor);
      const d = f32x4.sub(f32x4.sub(h, meanH), f32x4.mul(n, meanHn));
      Lanes.keep(dx + row * bytes + at, f32x4.mul(d, factor), count);
    }
  }
}

/** Groups [from, to) of four columns: dγ = Σ g n, dβ = Σ g over the rows, n with each row's mean and inv. */
export function layerNormParameters(
  from: usize,
  to: usize,
  g: usize,
  x: usize,
  means: usize,
  invs: usize,
  dgamma: usize,
  dbeta: usize,
  rows: usize,
  width: usize,
): void {
  const bytes: usize = 4 * width;
  for (let at = 16 * from; at < min(16 * to, bytes); at += 16) {
    const count = (bytes - at) >> 2;
    let scale = f32x4.splat(0);
    let shift = f32x4.splat(0);
    for (let row: usize = 0; row < rows; row++) {
      const up = Lanes.part(g + row * bytes + at, count);
      const centred = f32x4.sub(Lanes.part(x + row * bytes + at, count), v128.load32_splat(means + 4 * row));
      shift = f32x4.add(shift, up);
      scale = Lanes.madd(up, f32x4.mul(centred, v128.load32_splat(invs + 4 * row)), scale);
    }
    Lanes.keep(dgamma + at, scale, count);
    Lanes.keep(dbeta + at, shift, count);
  }
}

/** Columns in strips [from, to) of [rows, channels]: mean and variance (of n, not n − 1) of each. */
export function channelStatistics(
  from: usize,
  to: usize,
  x: usize,
  means: usize,
  variances: usize,
  rows: usize,
  channels: usize,
): void {
  const step: usize = 4 * channels;
  const stop = min(to * STRIP, channels);
  for (let column = from * STRIP; column < stop; column += 4) {
    const at: usize = 4 * column;
    const count = channels - column;
    const mean = columnMean(x + at, rows, step, count, f32x4.splat(0), false);
    Lanes.keep(means + at, mean, count);
    Lanes.keep(variances + at, columnMean(x + at, rows, step, count, mean, true), count);
  }
}

/** The mean of x − less, or of its square, in each of four columns; every 64 rows go into doubles. */
function columnMean(x: usize, rows: usize, step: usize, count: usize, less: v128, squared: bool): v128 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let row: usize = 0;
  while (row < rows) {
    const stop = min(row + 64, rows);
    let sum = f32x4.splat(0);
    for (; row < stop; row++) {
      const d = f32x4.sub(Lanes.part(x, count), less);
      sum = squared ? Lanes.madd(d, d, sum) : f32x4.add(sum, d);
      x += step;
    }
    low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
    high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(sum, sum, 1, 1)));
  }
  const n = f64x2.splat(<f64>rows);
  return i64x2.shuffle(
    f32x4.demote_f64x2_zero(f64x2.div(low, n)),
    f32x4.demote_f64x2_zero(f64x2.div(high, n)),
    0,
    2,
  );
}

/** y = (x − mean) · scale + shift with one of each a channel, for rows [from, to). */
export function channelAffine(
  from: usize,
  to: usize,
  x: usize,
  means: usize,
  scales: usize,
  shifts: usize,
  y: usize,
  channels: usize,
): void {
  const bytes: usize = 4 * channels;
  for (let row = from; row < to; row++) {
    const source = x + row * bytes;
    const target = y + row * bytes;
    for (let at: usize = 0; at < bytes; at += 16) {
      const count = (bytes - at) >> 2;
      const centred = f32x4.sub(Lanes.part(source + at, count), Lanes.part(means + at, count));
      const scaled = f32x4.mul(centred, Lanes.part(scales + at, count));
      Lanes.keep(target + at, f32x4.add(scaled, Lanes.part(shifts + at, count)), count);
    }
  }
}

/** Columns in strips [from, to): Σ g (x − mean) and Σ g. */
export function channelSums(
  from: usize,
  to: usize,
  g: usize,
  x: usize,
  means: usize,
  products: usize,
  sums: usize,
  rows: usize,
  channels: usize,
): void {
  const step: usize = 4 * channels;
  const stop = min(to * STRIP, channels);
  for (let column = from * STRIP; column < stop; column += 4) {
    const at: usize = 4 * column;
    const count = channels - column;
    const less = Lanes.part(means + at, count);
    let product = f32x4.splat(0);
    let sum = f32x4.splat(0);
    let row: usize = 0;
    // Blocks: a sum of a few hundred numbers at a time keeps more digits than one of thousands.
    while (row < rows) {
      const end = min(row + 256, rows);
      let someProduct = f32x4.splat(0);
      let someSum = f32x4.splat(0);
      for (; row < end; row++) {
        const up = Lanes.part(g + row * step + at, count);
        someSum = f32x4.add(someSum, up);
        someProduct = Lanes.madd(up, f32x4.sub(Lanes.part(x + row * step + at, count), less), someProduct);
      }
      product = f32x4.add(product, someProduct);
      sum = f32x4.add(sum, someSum);
    }
    Lanes.keep(products + at, product, count);
    Lanes.keep(sums + at, sum, count);
  }
}

/** dx = a g + b (x − mean) + c with one of each a channel, for rows [from, to). */
export function channelGrad(
  from: usize,
  to: usize,
  g: usize,
  x: usize,
  means: usize,
  a: usize,
  b: usize,
  c: usize,
  dx: usize,
  channels: usize,
): void {
  const bytes: usize = 4 * channels;
  for (let row = from; row < to; row++) {
    const up = g + row * bytes;
    const source = x + row * bytes;
    for (let at: usize = 0; at < bytes; at += 16) {
      const count = (bytes - at) >> 2;
      const centred = f32x4.sub(Lanes.part(source + at, count), Lanes.part(means + at, count));
      const linear = Lanes.madd(centred, Lanes.part(b + at, count), Lanes.part(c + at, count));
      Lanes.keep(
        dx + row * bytes + at,
        Lanes.madd(Lanes.part(up + at, count), Lanes.part(a + at, count), linear),
        count,
      );
    }
  }
}
