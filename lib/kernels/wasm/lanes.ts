// Functions of four float32 numbers at once. Polynomials and range reductions are those of the Cephes library
// (netlib.org/cephes, single precision) where no other source is named; the error stays within a few units in the
// last place, and ±∞, NaN, denormal results and overflow come out as IEEE 754 has them.

/** Methods, because the compiler inlines what is marked so, and a mark can stand only in a class. */
export class Lanes {
  /** The first `count` (1 to 3) numbers at `from`, zeros behind them. */
  @inline static loadPart(from: usize, count: usize): v128 {
    if (count == 1) return v128.load32_zero(from);
    const two = v128.load64_zero(from);
    return count == 2 ? two : v128.load_lane<f32>(from + 8, two, 2);
  }

  /** The other way: the first `count` (1 to 3) numbers to `to`. */
  @inline static storePart(to: usize, x: v128, count: usize): void {
    v128.store_lane<f32>(to, x, 0);
    if (count > 1) v128.store_lane<f32>(to + 4, x, 1);
    if (count > 2) v128.store_lane<f32>(to + 8, x, 2);
  }

  /** Four numbers, or as many as there are. */
  @inline static part(from: usize, count: usize): v128 {
    if (count >= 4) return v128.load(from);
    return Lanes.loadPart(from, count);
  }

  @inline static keep(to: usize, x: v128, count: usize): void {
    if (count >= 4) v128.store(to, x);
    else Lanes.storePart(to, x, count);
  }

  /** a·b + c: one rounding where the engine has relaxed SIMD (a fused multiply-add), else two. */
  @inline static madd(a: v128, b: v128, c: v128): v128 {
    if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
    return f32x4.add(f32x4.mul(a, b), c);
  }

  /** a·x + c with numbers for a step of Horner's scheme. */
  @inline static step(a: v128, x: v128, c: f32): v128 {
    return Lanes.madd(a, x, f32x4.splat(c));
  }

  @inline static sum(x: v128): f32 {
    return (
      f32x4.extract_lane(x, 0) +
      f32x4.extract_lane(x, 2) +
      (f32x4.extract_lane(x, 1) + f32x4.extract_lane(x, 3))
    );
  }

  @inline static greatest(x: v128): f32 {
    return max(
      max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
      max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
    );
  }

  @inline static least(x: v128): f32 {
    return min(
      min(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
      min(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
    );
  }

  /** 2ⁿ for whole n from −126 to 127. */
  @inline static powerOfTwo(n: v128): v128 {
    return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
  }

  /** eʳ − 1 for |r| ≤ ½ ln 2. */
  @inline static smallExpm1(r: v128): v128 {
    let p = Lanes.step(f32x4.splat(1.98756915e-4), r, 1.3981999507e-3);
    p = Lanes.step(p, r, 8.3334519073e-3);
    p = Lanes.step(p, r, 4.1665795894e-2);
    p = Lanes.step(p, r, 1.6666665459e-1);
    p = Lanes.step(p, r, 5.0000001201e-1);
    return Lanes.madd(p, f32x4.mul(r, r), r);
  }

  /** n, the whole number nearest to x / ln 2. */
  @inline static exponent(x: v128): v128 {
    return f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  }

  /** x − n ln 2, with ln 2 in two parts of which the first times n is exact. */
  @inline static reduce(x: v128, n: v128): v128 {
    const r = Lanes.madd(n, f32x4.splat(-0.693359375), x);
    return Lanes.madd(n, f32x4.splat(2.1219444e-4), r);
  }

  /** eˣ = 2ⁿ eʳ. The factor 2ⁿ comes in two halves: n reaches from −150 (a denormal result) to 128 (∞). */
  @inline static exp(x: v128): v128 {
    const inside = f32x4.min(f32x4.max(x, f32x4.splat(-104)), f32x4.splat(89));
    const n = Lanes.exponent(inside);
    const power = f32x4.add(f32x4.splat(1), Lanes.smallExpm1(Lanes.reduce(inside, n)));
    const whole = i32x4.trunc_sat_f32x4_s(n);
    const half = i32x4.shr_s(whole, 1);
    return f32x4.mul(f32x4.mul(power, Lanes.powerOfTwo(half)), Lanes.powerOfTwo(i32x4.sub(whole, half)));
  }

  /** eˣ for x ≤ 0, 0 where eˣ would be denormal: what softmax needs, in one multiplication less. NaN stays NaN. */
  @inline static expNegative(x: v128): v128 {
    const inside = f32x4.max(x, f32x4.splat(-87.33654));
    const n = Lanes.exponent(inside);
    const power = f32x4.add(f32x4.splat(1), Lanes.smallExpm1(Lanes.reduce(inside, n)));
    const scaled = f32x4.mul(power, Lanes.powerOfTwo(i32x4.trunc_sat_f32x4_s(n)));
    return v128.andnot(scaled, f32x4.lt(x, f32x4.splat(-87.33654)));
  }

  /** eˣ − 1 without the loss of digits near 0: 2ⁿ (eʳ − 1) + (2ⁿ − 1), for x ≤ 88. */
  @inline static expm1(x: v128): v128 {
    const inside = f32x4.min(f32x4.max(x, f32x4.splat(-30)), f32x4.splat(88));
    const n = Lanes.exponent(inside);
    const scale = Lanes.powerOfTwo(i32x4.trunc_sat_f32x4_s(n));
    const near = Lanes.madd(
      scale,
      Lanes.smallExpm1(Lanes.reduce(inside, n)),
      f32x4.sub(scale, f32x4.splat(1)),
    );
    return v128.bitselect(Lanes.exp(x), near, f32x4.gt(x, f32x4.splat(87)));
  }

  /** ln x: x = m·2ᵉ with √½ ≤ m < √2. */
  @inline static log(x: v128): v128 {
    const denormal = f32x4.lt(x, f32x4.splat(1.17549435e-38));
    const lifted = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, denormal);
    const bits = i32x4.sub(lifted, i32x4.splat(0x3f3504f3));
    let e = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
    e = f32x4.sub(e, v128.and(denormal, f32x4.splat(23)));
    const m = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
    const r = f32x4.sub(m, f32x4.splat(1));
    const square = f32x4.mul(r, r);
    let p = Lanes.step(f32x4.splat(7.0376836292e-2), r, -1.151461031e-1);
    p = Lanes.step(p, r, 1.167699874e-1);
    p = Lanes.step(p, r, -1.2420140846e-1);
    p = Lanes.step(p, r, 1.4249322787e-1);
    p = Lanes.step(p, r, -1.6668057665e-1);
    p = Lanes.step(p, r, 2.0000714765e-1);
    p = Lanes.step(p, r, -2.4999993993e-1);
    p = Lanes.step(p, r, 3.3333331174e-1);
    p = f32x4.mul(f32x4.mul(p, r), square);
    p = Lanes.madd(e, f32x4.splat(-2.1219444e-4), p);
    p = Lanes.madd(square, f32x4.splat(-0.5), p);
    const y = Lanes.madd(e, f32x4.splat(0.693359375), f32x4.add(r, p));
    const infinite = f32x4.eq(x, f32x4.splat(f32.POSITIVE_INFINITY));
    const zero = f32x4.eq(x, f32x4.splat(0));
    // Neither zero nor above it: a negative number or NaN.
    const undefinedThere = v128.not(f32x4.ge(x, f32x4.splat(0)));
    let result = v128.bitselect(x, y, infinite);
    result = v128.bitselect(f32x4.splat(f32.NEGATIVE_INFINITY), result, zero);
    return v128.or(result, undefinedThere);
  }

  /** ln (1 + x), right near 0: the rounding error of u = 1 + x is undone by x / (u − 1) (W. Kahan). */
  @inline static log1p(x: v128): v128 {
    const u = f32x4.add(x, f32x4.splat(1));
    const difference = f32x4.sub(u, f32x4.splat(1));
    const y = f32x4.mul(Lanes.log(u), f32x4.div(x, difference));
    const same = v128.or(
      f32x4.eq(difference, f32x4.splat(0)),
      f32x4.eq(x, f32x4.splat(f32.POSITIVE_INFINITY)),
    );
    return v128.bitselect(x, y, same);
  }

  /** 1 / (1 + e⁻ˣ), as eˣ / (1 + eˣ) below 0, so that small results keep their digits. */
  @inline static sigmoid(x: v128): v128 {
    const e = Lanes.exp(f32x4.neg(f32x4.abs(x)));
    const one = f32x4.splat(1);
    const above = f32x4.ge(x, f32x4.splat(0));
    return f32x4.div(v128.bitselect(one, e, above), f32x4.add(one, e));
  }

  /** tanh x as x P(x²) / Q(x²), up to 7.9, where it rounds to 1; the minimax coefficients are Eigen's. */
  @inline static tanhRatio(x: v128): v128 {
    const inside = f32x4.max(f32x4.min(x, f32x4.splat(7.9053111)), f32x4.splat(-7.9053111));
    const s = f32x4.mul(inside, inside);
    let p = Lanes.step(f32x4.splat(-2.76076847742355e-16), s, 2.00018790482477e-13);
    p = Lanes.step(p, s, -8.60467152213735e-11);
    p = Lanes.step(p, s, 5.12229709037114e-8);
    p = Lanes.step(p, s, 1.48572235717979e-5);
    p = Lanes.step(p, s, 6.37261928875436e-4);
    p = Lanes.step(p, s, 4.89352455891786e-3);
    let q = Lanes.step(f32x4.splat(1.19825839466702e-6), s, 1.18534705686654e-4);
    q = Lanes.step(q, s, 2.268434632439e-3);
    q = Lanes.step(q, s, 4.89352518554385e-3);
    return f32x4.div(f32x4.mul(inside, p), q);
  }

  /** tanh x; near 0, x itself, which keeps the digits of the smallest. */
  @inline static tanh(x: v128): v128 {
    return v128.bitselect(x, Lanes.tanhRatio(x), f32x4.lt(f32x4.abs(x), f32x4.splat(4e-4)));
  }

  /** σ(x) = ½ + ½ tanh(x / 2) for gates: right to 1e-7, though not to the last digits of 1e-9; 0 and 1 far out. */
  @inline static gate(x: v128): v128 {
    const half = f32x4.splat(0.5);
    const inner = f32x4.mul(x, half);
    const far = v128.or(f32x4.splat(1), v128.and(x, i32x4.splat(0x80000000)));
    const y = v128.bitselect(far, Lanes.tanhRatio(inner), f32x4.gt(f32x4.abs(inner), f32x4.splat(9)));
    return Lanes.madd(y, half, half);
  }

  /**
   * e^{z²} erfc(z) for z ≥ 0: a polynomial in t = (z − 3.75) / (z + 3.75) divided by 1 + 2z
   * (M. Shepherd and J. Laframboise, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x", 1981).
   */
  @inline static erfcx(z: v128): v128 {
    const t = f32x4.div(f32x4.sub(z, f32x4.splat(3.75)), f32x4.add(z, f32x4.splat(3.75)));
    let p = Lanes.step(f32x4.splat(-2.241167464e-4), t, 3.963076129e-4);
    p = Lanes.step(p, t, 1.675912217e-3);
    p = Lanes.step(p, t, -9.84449486e-3);
    p = Lanes.step(p, t, 2.840925237e-2);
    p = Lanes.step(p, t, -5.864685874e-2);
    p = Lanes.step(p, t, 9.229076959e-2);
    p = Lanes.step(p, t, -1.088142701e-1);
    p = Lanes.step(p, t, 8.227841998e-2);
    p = Lanes.step(p, t, 3.586270394e-3);
    p = Lanes.step(p, t, -1.402406583e-1);
    p = Lanes.step(p, t, 1.237512619);
    return f32x4.div(p, f32x4.add(f32x4.splat(1), f32x4.add(z, z)));
  }

  /** e^{−x²/2}; what the rounding of x² loses comes back as a factor. */
  @inline static bell(x: v128): v128 {
    const half = f32x4.splat(0.5);
    const square = f32x4.mul(x, x);
    const high = v128.and(x, i32x4.splat(0xfffff000));
    const low = f32x4.sub(x, high);
    const lost = f32x4.add(
      f32x4.add(f32x4.sub(f32x4.mul(high, high), square), f32x4.mul(f32x4.add(high, high), low)),
      f32x4.mul(low, low),
    );
    const e = Lanes.exp(f32x4.neg(f32x4.mul(square, half)));
    return f32x4.sub(e, f32x4.mul(e, f32x4.mul(lost, half)));
  }

  /** Φ(x) = ½ erfc(−x / √2), the normal distribution, from bell(x); |x| ≤ 100. */
  @inline static normal(x: v128, bell: v128): v128 {
    const z = f32x4.mul(f32x4.abs(x), f32x4.splat(0.70710678118654752));
    const tail = f32x4.mul(f32x4.mul(f32x4.splat(0.5), Lanes.erfcx(z)), bell);
    return v128.bitselect(tail, f32x4.sub(f32x4.splat(1), tail), f32x4.lt(x, f32x4.splat(0)));
  }

  /** x kept within ±limit; NaN stays NaN. */
  @inline static within(x: v128, limit: f32): v128 {
    return f32x4.min(f32x4.max(x, f32x4.splat(-limit)), f32x4.splat(limit));
  }

  /** erf x = 1 − erfc x; near 0 its Taylor series. */
  @inline static erf(x: v128): v128 {
    const size = f32x4.min(f32x4.abs(x), f32x4.splat(10));
    const s = f32x4.mul(x, x);
    let p = Lanes.step(f32x4.splat(-8.548327023e-4), s, 5.223977625e-3);
    p = Lanes.step(p, s, -2.686617065e-2);
    p = Lanes.step(p, s, 1.128379167e-1);
    p = Lanes.step(p, s, -3.76126389e-1);
    p = Lanes.step(p, s, 1.128379167);
    const near = f32x4.mul(p, x);
    const e = Lanes.exp(f32x4.neg(f32x4.mul(size, size)));
    const far = f32x4.sub(f32x4.splat(1), f32x4.mul(Lanes.erfcx(size), e));
    const signed = v128.or(far, v128.and(x, i32x4.splat(0x80000000)));
    return v128.bitselect(near, signed, f32x4.lt(size, f32x4.splat(0.5)));
  }

  /** sin x, or with `quarter` 2 cos x, for |x| ≤ 8192: x is taken to within ±π/4 of the nearest even octant. */
  @inline static sine(x: v128, quarter: i32): v128 {
    const size = f32x4.abs(x);
    const octant = i32x4.trunc_sat_f32x4_s(f32x4.mul(size, f32x4.splat(1.27323954473516)));
    const even = v128.and(i32x4.add(octant, i32x4.splat(1)), i32x4.splat(-2));
    const n = f32x4.convert_i32x4_s(even);
    let r = f32x4.sub(size, f32x4.mul(n, f32x4.splat(0.78515625)));
    r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(2.4187564849853515625e-4)));
    r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(3.77489497744594108e-8)));
    const s = f32x4.mul(r, r);
    let sine = Lanes.step(f32x4.splat(-1.9515295891e-4), s, 8.3321608736e-3);
    sine = Lanes.step(sine, s, -1.6666654611e-1);
    sine = Lanes.madd(f32x4.mul(sine, s), r, r);
    let cosine = Lanes.step(f32x4.splat(2.443315711809948e-5), s, -1.388731625493765e-3);
    cosine = Lanes.step(cosine, s, 4.166664568298827e-2);
    cosine = f32x4.mul(f32x4.mul(cosine, s), s);
    cosine = f32x4.add(Lanes.madd(s, f32x4.splat(-0.5), cosine), f32x4.splat(1));
    const turned = i32x4.add(even, i32x4.splat(quarter));
    const useCosine = i32x4.ne(v128.and(turned, i32x4.splat(2)), i32x4.splat(0));
    const y = v128.bitselect(cosine, sine, useCosine);
    const flip = i32x4.shl(v128.and(turned, i32x4.splat(4)), 29);
    // The sine is odd, the cosine even.
    const odd = quarter == 0 ? v128.and(x, i32x4.splat(0x80000000)) : i32x4.splat(0);
    return v128.xor(y, v128.xor(flip, odd));
  }

  /** Lanes beyond ±8192 (rare) go the long way, by the double-precision function. */
  @inline static sineAnywhere(x: v128, quarter: i32): v128 {
    const y = Lanes.sine(x, quarter);
    // ∞ and NaN fail the comparison too.
    if (i32x4.all_true(f32x4.le(f32x4.abs(x), f32x4.splat(8192)))) return y;
    return farSine(x, y, quarter);
  }
}

function farSine(x: v128, y: v128, quarter: i32): v128 {
  let result = y;
  result = f32x4.replace_lane(
    result,
    0,
    oneSine(f32x4.extract_lane(x, 0), f32x4.extract_lane(y, 0), quarter),
  );
  result = f32x4.replace_lane(
    result,
    1,
    oneSine(f32x4.extract_lane(x, 1), f32x4.extract_lane(y, 1), quarter),
  );
  result = f32x4.replace_lane(
    result,
    2,
    oneSine(f32x4.extract_lane(x, 2), f32x4.extract_lane(y, 2), quarter),
  );
  return f32x4.replace_lane(result, 3, oneSine(f32x4.extract_lane(x, 3), f32x4.extract_lane(y, 3), quarter));
}

function oneSine(x: f32, near: f32, quarter: i32): f32 {
  if (abs(x) <= 8192) return near;
  return quarter == 0 ? NativeMathf.sin(x) : NativeMathf.cos(x);
}
