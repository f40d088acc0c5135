import { Lanes } from "./lanes";

// One class a function: the loop below is compiled once for each of them, with `at` in line. a and b are the
// function's parameters, 0 where it has none.

@final
@unmanaged
class Exp {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return Lanes.exp(x);
  }
}
@final
@unmanaged
class Expm1 {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return Lanes.expm1(x);
  }
}
@final
@unmanaged
class Log {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return Lanes.log(x);
  }
}
@final
@unmanaged
class Log1p {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return Lanes.log1p(x);
  }
}
@final
@unmanaged
class Tanh {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return Lanes.tanh(x);
  }
}
@final
@unmanaged
class Sigmoid {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return Lanes.sigmoid(x);
  }
}
@final
@unmanaged
class Erf {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return Lanes.erf(x);
  }
}
@final
@unmanaged
class Sin {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return Lanes.sineAnywhere(x, 0);
  }
}
@final
@unmanaged
class Cos {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return Lanes.sineAnywhere(x, 2);
  }
}
@final
@unmanaged
class Sqrt {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return f32x4.sqrt(x);
  }
}
@final
@unmanaged
class Rsqrt {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  }
}
@final
@unmanaged
class Square {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return f32x4.mul(x, x);
  }
}
@final
@unmanaged
class Reciprocal {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return f32x4.div(f32x4.splat(1), x);
  }
}
@final
@unmanaged
class Neg {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return f32x4.neg(x);
  }
}
@final
@unmanaged
class Abs {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return f32x4.abs(x);
  }
}
@final
@unmanaged
class Floor {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return f32x4.floor(x);
  }
}
@final
@unmanaged
class Ceil {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return f32x4.ceil(x);
  }
}
/** ax + b, rounded after each step, as the plain twin does. */
@final
@unmanaged
class Affine {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return f32x4.add(f32x4.mul(x, a), b);
  }
}
@final
@unmanaged
class Clip {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return f32x4.min(f32x4.max(x, a), b);
  }
}
/** NaN, 0 and −0 stay. */
@final
@unmanaged
class Sign {
  @inline at(x: v128, a: v128, b: v128): v128 {
    const one = v128.or(v128.and(x, i32x4.splat(0x80000000)), f32x4.splat(1));
    const zero = f32x4.splat(0);
    return v128.bitselect(one, x, v128.or(f32x4.lt(x, zero), f32x4.gt(x, zero)));
  }
}
/** `pmax` is the one-instruction maximum and keeps NaN when it comes first. */
@final
@unmanaged
class Relu {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return f32x4.pmax(x, f32x4.splat(0));
  }
}
@final
@unmanaged
class Leaky {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return v128.bitselect(x, f32x4.mul(x, a), f32x4.gt(x, f32x4.splat(0)));
  }
}
@final
@unmanaged
class Elu {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return v128.bitselect(x, f32x4.mul(a, Lanes.expm1(x)), f32x4.gt(x, f32x4.splat(0)));
  }
}
/** max(x, 0) + ln (1 + e^{−|x|}). */
@final
@unmanaged
class Softplus {
  @inline at(x: v128, a: v128, b: v128): v128 {
    const rest = Lanes.log1p(Lanes.exp(f32x4.neg(f32x4.abs(x))));
    return f32x4.add(f32x4.max(x, f32x4.splat(0)), rest);
  }
}
/** −∞ · 0 must be the limit, 0, and not NaN: hence the greatest finite number. */
@final
@unmanaged
class Silu {
  @inline at(x: v128, a: v128, b: v128): v128 {
    return f32x4.mul(f32x4.max(x, f32x4.splat(-f32.MAX_VALUE)), Lanes.sigmoid(x));
  }
}
@final
@unmanaged
class Gelu {
  @inline at(x: v128, a: v128, b: v128): v128 {
    const inside = Lanes.within(x, 100);
    return f32x4.mul(f32x4.max(x, f32x4.splat(-f32.MAX_VALUE)), Lanes.normal(inside, Lanes.bell(inside)));
  }
}
/** ½ x (1 + tanh u) = x σ(2u), u = √(2/π) (x + 0.044715 x³). */
@final
@unmanaged
class GeluTanh {
  @inline at(x: v128, a: v128, b: v128): v128 {
    const cubic = Lanes.step(f32x4.mul(f32x4.mul(x, x), f32x4.splat(0.044715)), f32x4.splat(1), 1);
    const twice = f32x4.mul(f32x4.mul(x, f32x4.splat(1.5957691216057308)), cubic);
    return f32x4.mul(f32x4.max(x, f32x4.splat(-f32.MAX_VALUE)), Lanes.sigmoid(twice));
  }
}

function map<F>(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  const f = changetype<F>(0);
  const left = f32x4.splat(a);
  const right = f32x4.splat(b);
  let at = from << 2;
  const end = to << 2;
  for (; at + 16 <= end; at += 16) v128.store(y + at, f.at(v128.load(x + at), left, right));
  if (at < end) {
    const count = (end - at) >> 2;
    Lanes.storePart(y + at, f.at(Lanes.loadPart(x + at, count), left, right), count);
  }
}

// y[i] = f(x[i]; a, b) for i from `from` to `to`.
export function unary_exp(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Exp>(from, to, x, y, a, b);
}
export function unary_expm1(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Expm1>(from, to, x, y, a, b);
}
export function unary_log(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Log>(from, to, x, y, a, b);
}
export function unary_log1p(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Log1p>(from, to, x, y, a, b);
}
export function unary_tanh(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Tanh>(from, to, x, y, a, b);
}
export function unary_sigmoid(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Sigmoid>(from, to, x, y, a, b);
}
export function unary_erf(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Erf>(from, to, x, y, a, b);
}
export function unary_sin(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Sin>(from, to, x, y, a, b);
}
export function unary_cos(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Cos>(from, to, x, y, a, b);
}
export function unary_sqrt(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Sqrt>(from, to, x, y, a, b);
}
export function unary_rsqrt(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Rsqrt>(from, to, x, y, a, b);
}
export function unary_square(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Square>(from, to, x, y, a, b);
}
export function unary_reciprocal(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Reciprocal>(from, to, x, y, a, b);
}
export function unary_neg(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Neg>(from, to, x, y, a, b);
}
export function unary_abs(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Abs>(from, to, x, y, a, b);
}
export function unary_floor(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Floor>(from, to, x, y, a, b);
}
export function unary_ceil(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Ceil>(from, to, x, y, a, b);
}
export function unary_affine(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Affine>(from, to, x, y, a, b);
}
export function unary_clip(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Clip>(from, to, x, y, a, b);
}
export function unary_relu(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Relu>(from, to, x, y, a, b);
}
export function unary_leaky(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Leaky>(from, to, x, y, a, b);
}
export function unary_elu(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Elu>(from, to, x, y, a, b);
}
export function unary_softplus(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Softplus>(from, to, x, y, a, b);
}
export function unary_silu(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Silu>(from, to, x, y, a, b);
}
export function unary_gelu(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Gelu>(from, to, x, y, a, b);
}
export function unary_geluTanh(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<GeluTanh>(from, to, x, y, a, b);
}
export function unary_sign(from: usize, to: usize, x: usize, y: usize, a: f32, b: f32): void {
  map<Sign>(from, to, x, y, a, b);
}
