import { Lanes } from "./lanes";

/**
 * d = g + λp; v′ = μv + (1 − τ) d; p′ = p − η v′, or p − η (d + μv′) with Nesterov. v = 0: no momentum, p′ = p − η d.
 */
export function sgd(
  from: usize,
  to: usize,
  p: usize,
  g: usize,
  v: usize,
  out: usize,
  rate: f32,
  momentum: f32,
  dampening: f32,
  decay: f32,
  nesterov: bool,
): void {
  const end = to << 2;
  for (let at = from << 2; at < end; at += 16) {
    const count = (end - at) >> 2;
    const whole = count >= 4;
    const old = whole ? v128.load(p + at) : Lanes.loadPart(p + at, count);
    let d = whole ? v128.load(g + at) : Lanes.loadPart(g + at, count);
    d = f32x4.add(d, f32x4.mul(old, f32x4.splat(decay)));
    if (v != 0) {
      let speed = whole ? v128.load(v + at) : Lanes.loadPart(v + at, count);
      speed = f32x4.add(f32x4.mul(speed, f32x4.splat(momentum)), f32x4.mul(d, f32x4.splat(1 - dampening)));
      if (whole) v128.store(v + at, speed);
      else Lanes.storePart(v + at, speed, count);
      d = nesterov ? f32x4.add(d, f32x4.mul(speed, f32x4.splat(momentum))) : speed;
    }
    const next = f32x4.sub(old, f32x4.mul(d, f32x4.splat(rate)));
    if (whole) v128.store(out + at, next);
    else Lanes.storePart(out + at, next, count);
  }
}

/**
 * m′ = β₁m + (1 − β₁) g; v′ = β₂v + (1 − β₂) g²; p′ = keep · p − step · m′ / (√v′ · root + ε), with g already
 * g + decay · p where the decay is coupled; `step` = η / (1 − β₁ᵗ) and `root` = 1 / √(1 − β₂ᵗ).
 */
export function adam(
  from: usize,
  to: usize,
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  out: usize,
  step: f32,
  root: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  epsilon: f32,
  keep: f32,
  decay: f32,
): void {
  const end = to << 2;
  for (let at = from << 2; at < end; at += 16) {
    const count = (end - at) >> 2;
    const whole = count >= 4;
    const old = whole ? v128.load(p + at) : Lanes.loadPart(p + at, count);
    let d = whole ? v128.load(g + at) : Lanes.loadPart(g + at, count);
    d = Lanes.madd(old, f32x4.splat(decay), d);
    let first = whole ? v128.load(m + at) : Lanes.loadPart(m + at, count);
    let second = whole ? v128.load(v + at) : Lanes.loadPart(v + at, count);
    first = f32x4.add(f32x4.mul(first, f32x4.splat(beta1)), f32x4.mul(d, f32x4.splat(rest1)));
    second = f32x4.add(f32x4.mul(second, f32x4.splat(beta2)), f32x4.mul(f32x4.mul(d, d), f32x4.splat(rest2)));
    const below = f32x4.add(f32x4.mul(f32x4.sqrt(second), f32x4.splat(root)), f32x4.splat(epsilon));
    const move = f32x4.div(f32x4.mul(first, f32x4.splat(step)), below);
    const next = f32x4.sub(f32x4.mul(old, f32x4.splat(keep)), move);
    if (whole) {
      v128.store(m + at, first);
      v128.store(v + at, second);
      v128.store(out + at, next);
    } else {
      Lanes.storePart(m + at, first, count);
      Lanes.storePart(v + at, second, count);
      Lanes.storePart(out + at, next, count);
    }
  }
}
