import { Lanes } from "./lanes";

// The gradient of y = f(x) times g, from what the forward pass keeps: s is y where the name says `y`, else x.

@final
@unmanaged
class ExpY {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return f32x4.mul(g, s);
  }
}
@final
@unmanaged
class Log {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return f32x4.div(g, s);
  }
}
/** y′ = 1 − y². */
@final
@unmanaged
class TanhY {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return f32x4.mul(g, f32x4.sub(f32x4.splat(1), f32x4.mul(s, s)));
  }
}
/** y′ = y (1 − y). */
@final
@unmanaged
class SigmoidY {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return f32x4.mul(g, f32x4.mul(s, f32x4.sub(f32x4.splat(1), s)));
  }
}
@final
@unmanaged
class ReluY {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return v128.and(g, f32x4.gt(s, f32x4.splat(0)));
  }
}
@final
@unmanaged
class Leaky {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return v128.bitselect(g, f32x4.mul(g, a), f32x4.gt(s, f32x4.splat(0)));
  }
}
/** y′ = 1 above 0, else αeˣ = y + α. */
@final
@unmanaged
class EluY {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return v128.bitselect(g, f32x4.mul(g, f32x4.add(s, a)), f32x4.gt(s, f32x4.splat(0)));
  }
}
@final
@unmanaged
class SqrtY {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return f32x4.div(f32x4.mul(g, f32x4.splat(0.5)), s);
  }
}
/** y = x^{−1/2}: y′ = −½ y³. */
@final
@unmanaged
class RsqrtY {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return f32x4.mul(f32x4.mul(g, f32x4.splat(-0.5)), f32x4.mul(f32x4.mul(s, s), s));
  }
}
@final
@unmanaged
class Square {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return f32x4.mul(g, f32x4.add(s, s));
  }
}
@final
@unmanaged
class ReciprocalY {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return f32x4.neg(f32x4.mul(g, f32x4.mul(s, s)));
  }
}
@final
@unmanaged
class Abs {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    const zero = f32x4.splat(0);
    const above = v128.and(g, f32x4.gt(s, zero));
    return v128.bitselect(f32x4.neg(g), above, f32x4.lt(s, zero));
  }
}
@final
@unmanaged
class Sin {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return f32x4.mul(g, Lanes.sineAnywhere(s, 2));
  }
}
@final
@unmanaged
class Cos {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return f32x4.neg(f32x4.mul(g, Lanes.sineAnywhere(s, 0)));
  }
}
@final
@unmanaged
class Softplus {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return f32x4.mul(g, Lanes.sigmoid(s));
  }
}
@final
@unmanaged
class Clip {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    return v128.and(g, v128.and(f32x4.ge(s, a), f32x4.le(s, b)));
  }
}
/** σ (1 + x (1 − σ)); beyond ±200 it is 0 or 1, and ±∞ · 0 is kept away. */
@final
@unmanaged
class Silu {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    const x = Lanes.within(s, 200);
    const y = Lanes.sigmoid(x);
    const one = f32x4.splat(1);
    return f32x4.mul(g, f32x4.mul(y, Lanes.madd(x, f32x4.sub(one, y), one)));
  }
}
/** Φ(x) + x φ(x). */
@final
@unmanaged
class Gelu {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    const x = Lanes.within(s, 100);
    const bell = Lanes.bell(x);
    const slope = f32x4.mul(f32x4.mul(x, f32x4.splat(0.3989422804014327)), bell);
    return f32x4.mul(g, f32x4.add(Lanes.normal(x, bell), slope));
  }
}
/** With σ = σ(2u): σ + x σ (1 − σ) 2u′, u′ = √(2/π) (1 + 3 · 0.044715 x²). */
@final
@unmanaged
class GeluTanh {
  @inline at(g: v128, s: v128, a: v128, b: v128): v128 {
    const x = Lanes.within(s, 100);
    const square = f32x4.mul(x, x);
    const cubic = Lanes.step(f32x4.splat(0.044715), square, 1);
    const y = Lanes.sigmoid(f32x4.mul(f32x4.mul(x, f32x4.splat(1.5957691216057308)), cubic));
    const inner = f32x4.mul(f32x4.splat(1.5957691216057308), Lanes.step(f32x4.splat(0.134145), square, 1));
    const one = f32x4.splat(1);
    const slope = f32x4.mul(f32x4.mul(x, f32x4.sub(one, y)), inner);
    return f32x4.mul(g, f32x4.mul(y, f32x4.add(one, slope)));
  }
}

function map<F>(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  const f = changetype<F>(0);
  const left = f32x4.splat(a);
  const right = f32x4.splat(b);
  let at = from << 2;
  const end = to << 2;
  for (; at + 16 <= end; at += 16) {
    v128.store(dx + at, f.at(v128.load(g + at), v128.load(s + at), left, right));
  }
  if (at < end) {
    const count = (end - at) >> 2;
    const part = f.at(Lanes.loadPart(g + at, count), Lanes.loadPart(s + at, count), left, right);
    Lanes.storePart(dx + at, part, count);
  }
}

export function slope_exp(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<ExpY>(from, to, g, s, dx, a, b);
}
export function slope_log(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<Log>(from, to, g, s, dx, a, b);
}
export function slope_tanh(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<TanhY>(from, to, g, s, dx, a, b);
}
export function slope_sigmoid(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<SigmoidY>(from, to, g, s, dx, a, b);
}
export function slope_relu(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<ReluY>(from, to, g, s, dx, a, b);
}
export function slope_leaky(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<Leaky>(from, to, g, s, dx, a, b);
}
export function slope_elu(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<EluY>(from, to, g, s, dx, a, b);
}
export function slope_sqrt(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<SqrtY>(from, to, g, s, dx, a, b);
}
export function slope_rsqrt(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<RsqrtY>(from, to, g, s, dx, a, b);
}
export function slope_square(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<Square>(from, to, g, s, dx, a, b);
}
export function slope_reciprocal(
  from: usize,
  to: usize,
  g: usize,
  s: usize,
  dx: usize,
  a: f32,
  b: f32,
): void {
  map<ReciprocalY>(from, to, g, s, dx, a, b);
}
export function slope_abs(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<Abs>(from, to, g, s, dx, a, b);
}
export function slope_sin(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<Sin>(from, to, g, s, dx, a, b);
}
export function slope_cos(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<Cos>(from, to, g, s, dx, a, b);
}
export function slope_softplus(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<Softplus>(from, to, g, s, dx, a, b);
}
export function slope_clip(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<Clip>(from, to, g, s, dx, a, b);
}
export function slope_silu(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<Silu>(from, to, g, s, dx, a, b);
}
export function slope_gelu(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<Gelu>(from, to, g, s, dx, a, b);
}
export function slope_geluTanh(from: usize, to: usize, g: usize, s: usize, dx: usize, a: f32, b: f32): void {
  map<GeluTanh>(from, to, g, s, dx, a, b);
}
