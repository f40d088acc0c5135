import { Lanes } from "./lanes";

function load(at: usize, count: i32): v128 {
  return count >= 4 ? v128.load(at) : Lanes.loadPart(at, count);
}

function store(at: usize, value: v128, count: i32): void {
  if (count >= 4) v128.store(at, value);
  else Lanes.storePart(at, value, count);
}

function scale(square: v128, epsilon: v128, inside: bool): v128 {
  return inside ? f32x4.sqrt(f32x4.add(square, epsilon)) : f32x4.add(f32x4.sqrt(square), epsilon);
}

/**
 * s′ = keep · s + rest · g²; p′ = p − η g / (√(s′ · part + more) + ε), or / √(s′ · part + more + ε). AdaGrad has
 * keep = rest = 1 and `more` to begin with; RMSProp keep = β, rest = 1 − β and `part` = 1 / (1 − βᵗ) or 1.
 */
export function scaled(
  from: usize,
  to: usize,
  p: usize,
  g: usize,
  s: usize,
  rate: f32,
  keep: f32,
  rest: f32,
  part: f32,
  more: f32,
  epsilon: f32,
  inside: bool,
): void {
  const end = to << 2;
  const small = f32x4.splat(epsilon);
  for (let at = from << 2; at < end; at += 16) {
    const count = <i32>(end - at) >> 2;
    const d = load(g + at, count);
    const square = f32x4.add(
      f32x4.mul(load(s + at, count), f32x4.splat(keep)),
      f32x4.mul(f32x4.mul(d, d), f32x4.splat(rest)),
    );
    const whole = f32x4.add(f32x4.mul(square, f32x4.splat(part)), f32x4.splat(more));
    const move = f32x4.div(f32x4.mul(d, f32x4.splat(rate)), scale(whole, small, inside));
    store(s + at, square, count);
    store(p + at, f32x4.sub(load(p + at, count), move), count);
  }
}

/** s′ = ρ s + (1 − ρ) g²; Δ = g √(u + ε) / √(s′ + ε); u′ = ρ u + (1 − ρ) Δ²; p′ = p − η Δ. */
export function adadelta(
  from: usize,
  to: usize,
  p: usize,
  g: usize,
  s: usize,
  u: usize,
  rate: f32,
  keep: f32,
  rest: f32,
  epsilon: f32,
): void {
  const end = to << 2;
  const small = f32x4.splat(epsilon);
  for (let at = from << 2; at < end; at += 16) {
    const count = <i32>(end - at) >> 2;
    const d = load(g + at, count);
    const before = load(u + at, count);
    const square = f32x4.add(
      f32x4.mul(load(s + at, count), f32x4.splat(keep)),
      f32x4.mul(f32x4.mul(d, d), f32x4.splat(rest)),
    );
    const move = f32x4.div(f32x4.mul(d, scale(before, small, true)), scale(square, small, true));
    const after = f32x4.add(
      f32x4.mul(before, f32x4.splat(keep)),
      f32x4.mul(f32x4.mul(move, move), f32x4.splat(rest)),
    );
    store(s + at, square, count);
    store(u + at, after, count);
    store(p + at, f32x4.sub(load(p + at, count), f32x4.mul(move, f32x4.splat(rate))), count);
  }
}
