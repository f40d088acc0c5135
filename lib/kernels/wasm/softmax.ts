import { Lanes } from "./lanes";
import { affineRow, centredProduct, dot, exponentials, greatestOf, sumOf } from "./rows";

/** Rows [from, to): p = e^{z − m} / Σ e^{z − m}. */
export function softmax(from: usize, to: usize, z: usize, p: usize, width: usize): void {
  for (let row = from; row < to; row++) {
    const at: usize = 4 * row * width;
    const total = exponentials(z + at, p + at, width, 1, greatestOf(z + at, width));
    affineRow(p + at, p + at, width, 1 / total, 0);
  }
}

/** dz = p (g − Σ g p). */
export function softmaxGrad(from: usize, to: usize, g: usize, p: usize, dz: usize, width: usize): void {
  for (let row = from; row < to; row++) {
    const at: usize = 4 * row * width;
    centredProduct(g + at, p + at, dz + at, width, dot(g + at, p + at, width), 1);
  }
}

/** ln Σ e^z of a row. */
function logNormalizer(z: usize, width: usize): f32 {
  const greatest = greatestOf(z, width);
  const total = exponentials(z, 0, width, 1, greatest);
  return greatest + f32x4.extract_lane(Lanes.log(f32x4.splat(total)), 0);
}

export function logSoftmax(from: usize, to: usize, z: usize, y: usize, width: usize): void {
  for (let row = from; row < to; row++) {
    const at: usize = 4 * row * width;
    affineRow(z + at, y + at, width, 1, -logNormalizer(z + at, width));
  }
}

/** dz = g − e^y Σ g. */
export function logSoftmaxGrad(from: usize, to: usize, g: usize, y: usize, dz: usize, width: usize): void {
  for (let row = from; row < to; row++) {
    const at: usize = 4 * row * width;
    probabilitiesLess(y + at, g + at, dz + at, width, 0, sumOf(g + at, width), 1);
  }
}

/** d = weight · (target − mass · e^{z − shift}); target 0: none. */
function probabilitiesLess(
  z: usize,
  target: usize,
  d: usize,
  width: usize,
  shift: f32,
  mass: f32,
  weight: f32,
): void {
  const less = f32x4.splat(-shift);
  const factor = f32x4.splat(-mass * weight);
  const wanted = f32x4.splat(weight);
  for (let i: usize = 0; i < width; i += 4) {
    const count = width - i;
    const whole = count >= 4;
    const x = whole ? v128.load(z + 4 * i) : Lanes.loadPart(z + 4 * i, count);
    let y = f32x4.mul(Lanes.expNegative(f32x4.add(x, less)), factor);
    if (target != 0) {
      const t = whole ? v128.load(target + 4 * i) : Lanes.loadPart(target + 4 * i, count);
      y = f32x4.add(y, f32x4.mul(t, wanted));
    }
    if (whole) v128.store(d + 4 * i, y);
    else Lanes.storePart(d + 4 * i, y, count);
  }
}

/**
 * Rows [from, to) of logits with a class each (int32): loss = lse − (1 − ε) z_label − ε mean z, and lse = ln Σ e^z,
 * which is kept for the way back.
 */
export function crossEntropy(
  from: usize,
  to: usize,
  z: usize,
  labels: usize,
  losses: usize,
  lses: usize,
  width: usize,
  smoothing: f32,
): void {
  for (let row = from; row < to; row++) {
    const at = z + 4 * row * width;
    const lse = logNormalizer(at, width);
    const label = <usize>load<i32>(labels + 4 * row);
    let loss = lse - load<f32>(at + 4 * label);
    if (smoothing != 0) {
      loss = (1 - smoothing) * loss + smoothing * (lse - sumOf(at, width) / <f32>width);
    }
    store<f32>(losses + 4 * row, loss);
    store<f32>(lses + 4 * row, lse);
  }
}

/** dz = g_row (e^{z − lse} − (1 − ε) [j = label] − ε / width). */
export function crossEntropyGrad(
  from: usize,
  to: usize,
  g: usize,
  z: usize,
  labels: usize,
  lses: usize,
  dz: usize,
  width: usize,
  smoothing: f32,
): void {
  for (let row = from; row < to; row++) {
    const at: usize = 4 * row * width;
    const weight = load<f32>(g + 4 * row);
    probabilitiesLess(z + at, 0, dz + at, width, load<f32>(lses + 4 * row), 1, -weight);
    if (smoothing != 0) affineRow(dz + at, dz + at, width, 1, (-weight * smoothing) / <f32>width);
    const hit = dz + at + 4 * <usize>load<i32>(labels + 4 * row);
    store<f32>(hit, load<f32>(hit) - weight * (1 - smoothing));
  }
}

/** The same with a distribution q for each row: loss = Σ q (lse − z). */
export function crossEntropyTargets(
  from: usize,
  to: usize,
  z: usize,
  q: usize,
  losses: usize,
  lses: usize,
  width: usize,
  smoothing: f32,
): void {
  for (let row = from; row < to; row++) {
    const at: usize = 4 * row * width;
    const lse = logNormalizer(z + at, width);
    const mass = sumOf(q + at, width);
    let loss = dotShifted(q + at, z + at, width, lse);
    if (smoothing != 0) {
      loss = (1 - smoothing) * loss + smoothing * mass * (lse - sumOf(z + at, width) / <f32>width);
    }
    store<f32>(losses + 4 * row, loss);
    store<f32>(lses + 4 * row, lse);
  }
}

/** Σ q (shift − z); where q is 0 a z of −∞ adds nothing. */
function dotShifted(q: usize, z: usize, width: usize, shift: f32): f32 {
  const from = f32x4.splat(shift);
  const zero = f32x4.splat(0);
  let sum = zero;
  let i: usize = 0;
  for (; i + 4 <= width; i += 4) {
    const weight = v128.load(q + 4 * i);
    const part = f32x4.mul(weight, f32x4.sub(from, v128.load(z + 4 * i)));
    sum = f32x4.add(sum, v128.andnot(part, f32x4.eq(weight, zero)));
  }
  let total = Lanes.sum(sum);
  for (; i < width; i++) {
    const weight = load<f32>(q + 4 * i);
    if (weight != 0) total += weight * (shift - load<f32>(z + 4 * i));
  }
  return total;
}

/** dz = g_row (Σq e^{z − lse} − q′), q′ = (1 − ε) q + ε Σq / width. */
export function crossEntropyTargetsGrad(
  from: usize,
  to: usize,
  g: usize,
  z: usize,
  q: usize,
  lses: usize,
  dz: usize,
  width: usize,
  smoothing: f32,
): void {
  for (let row = from; row < to; row++) {
    const at: usize = 4 * row * width;
    const weight = load<f32>(g + 4 * row);
    const mass = sumOf(q + at, width);
    const kept = -weight * (1 - smoothing);
    probabilitiesLess(
      z + at,
      q + at,
      dz + at,
      width,
      load<f32>(lses + 4 * row),
      mass / (1 - smoothing),
      kept,
    );
    if (smoothing != 0) affineRow(dz + at, dz + at, width, 1, (-weight * smoothing * mass) / <f32>width);
  }
}
