@final
@unmanaged
class Add {
  @inline at(x: v128, y: v128): v128 {
    return f32x4.add(x, y);
  }
}
@final
@unmanaged
class Sub {
  @inline at(x: v128, y: v128): v128 {
    return f32x4.sub(x, y);
  }
}
@final
@unmanaged
class Mul {
  @inline at(x: v128, y: v128): v128 {
    return f32x4.mul(x, y);
  }
}
@final
@unmanaged
class Div {
  @inline at(x: v128, y: v128): v128 {
    return f32x4.div(x, y);
  }
}
@final
@unmanaged
class Maximum {
  @inline at(x: v128, y: v128): v128 {
    return f32x4.max(x, y);
  }
}
@final
@unmanaged
class Minimum {
  @inline at(x: v128, y: v128): v128 {
    return f32x4.min(x, y);
  }
}
/** One lane after the other, inside in doubles: e^{y ln x} in float32 would lose digits where y ln x is large. */
@final
@unmanaged
class Pow {
  @inline at(x: v128, y: v128): v128 {
    let z = f32x4.splat(power(f32x4.extract_lane(x, 0), f32x4.extract_lane(y, 0)));
    z = f32x4.replace_lane(z, 1, power(f32x4.extract_lane(x, 1), f32x4.extract_lane(y, 1)));
    z = f32x4.replace_lane(z, 2, power(f32x4.extract_lane(x, 2), f32x4.extract_lane(y, 2)));
    return f32x4.replace_lane(z, 3, power(f32x4.extract_lane(x, 3), f32x4.extract_lane(y, 3)));
  }
}

/** (±1) to the power of ±∞ or NaN is NaN, as in JavaScript; C says 1. */
function power(x: f32, y: f32): f32 {
  if (abs(x) == 1 && y - y != 0) return f32.NaN;
  return NativeMathf.pow(x, y);
}

/** `count` results from neighbours (step 1) or from one number that stays (step 0). */
function span<F>(count: usize, x: usize, stepX: usize, y: usize, stepY: usize, z: usize): void {
  const f = changetype<F>(0);
  const end = count << 2;
  let at: usize = 0;
  if (stepX != 0 && stepY != 0) {
    for (; at + 16 <= end; at += 16) v128.store(z + at, f.at(v128.load(x + at), v128.load(y + at)));
  } else if (stepX != 0) {
    const right = v128.load32_splat(y);
    for (; at + 16 <= end; at += 16) v128.store(z + at, f.at(v128.load(x + at), right));
  } else {
    const left = v128.load32_splat(x);
    for (; at + 16 <= end; at += 16) {
      v128.store(z + at, f.at(left, stepY != 0 ? v128.load(y + at) : v128.load32_splat(y)));
    }
  }
  for (; at < end; at += 4) {
    store<f32>(
      z + at,
      f32x4.extract_lane(f.at(v128.load32_splat(x + at * stepX), v128.load32_splat(y + at * stepY)), 0),
    );
  }
}

/**
 * Rows [from, to) of `width` results; from row to row an operand goes on by `rowX`, `rowY` elements. Rows of one result
 * are one long axis: then these are 0 or 1, as the steps along a row are.
 */
function rows<F>(
  from: usize,
  to: usize,
  width: usize,
  x: usize,
  rowX: usize,
  stepX: usize,
  y: usize,
  rowY: usize,
  stepY: usize,
  z: usize,
): void {
  if (width == 1) {
    span<F>(to - from, x + 4 * from * rowX, rowX, y + 4 * from * rowY, rowY, z + 4 * from);
    return;
  }
  for (let row = from; row < to; row++) {
    span<F>(width, x + 4 * row * rowX, stepX, y + 4 * row * rowY, stepY, z + 4 * row * width);
  }
}

export function binary_add(
  from: usize,
  to: usize,
  width: usize,
  x: usize,
  rowX: usize,
  stepX: usize,
  y: usize,
  rowY: usize,
  stepY: usize,
  z: usize,
): void {
  rows<Add>(from, to, width, x, rowX, stepX, y, rowY, stepY, z);
}
export function binary_sub(
  from: usize,
  to: usize,
  width: usize,
  x: usize,
  rowX: usize,
  stepX: usize,
  y: usize,
  rowY: usize,
  stepY: usize,
  z: usize,
): void {
  rows<Sub>(from, to, width, x, rowX, stepX, y, rowY, stepY, z);
}
export function binary_mul(
  from: usize,
  to: usize,
  width: usize,
  x: usize,
  rowX: usize,
  stepX: usize,
  y: usize,
  rowY: usize,
  stepY: usize,
  z: usize,
): void {
  rows<Mul>(from, to, width, x, rowX, stepX, y, rowY, stepY, z);
}
export function binary_div(
  from: usize,
  to: usize,
  width: usize,
  x: usize,
  rowX: usize,
  stepX: usize,
  y: usize,
  rowY: usize,
  stepY: usize,
  z: usize,
): void {
  rows<Div>(from, to, width, x, rowX, stepX, y, rowY, stepY, z);
}
export function binary_maximum(
  from: usize,
  to: usize,
  width: usize,
  x: usize,
  rowX: usize,
  stepX: usize,
  y: usize,
  rowY: usize,
  stepY: usize,
  z: usize,
): void {
  rows<Maximum>(from, to, width, x, rowX, stepX, y, rowY, stepY, z);
}
export function binary_minimum(
  from: usize,
  to: usize,
  width: usize,
  x: usize,
  rowX: usize,
  stepX: usize,
  y: usize,
  rowY: usize,
  stepY: usize,
  z: usize,
): void {
  rows<Minimum>(from, to, width, x, rowX, stepX, y, rowY, stepY, z);
}
export function binary_pow(
  from: usize,
  to: usize,
  width: usize,
  x: usize,
  rowX: usize,
  stepX: usize,
  y: usize,
  rowY: usize,
  stepY: usize,
  z: usize,
): void {
  rows<Pow>(from, to, width, x, rowX, stepX, y, rowY, stepY, z);
}
