// The two 16-bit floats. float16 (IEEE 754 binary16): sign, 5 bits of exponent, 10 of fraction. bfloat16: the upper
// half of a float32. Reading is exact; writing rounds to the nearest, ties to even.
const word = new Uint32Array(1);
const asFloat = new Float32Array(word.buffer);

/** The value of a float16. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The float16 nearest to a value. A double is rounded once, not by way of float32. */
export function toHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  // Below the smallest normal number, 2^-14, the spacing stays 2^-24: count in units of it.
  if (magnitude < 2 ** -14) return sign | roundToEven(magnitude * 2 ** 24);
  // |x| = m · 2^e with 1 ≤ m < 2; a fraction that rounds up to 1024 carries into the exponent by itself.
  let exponent = 0;
  let m = magnitude;
  for (; m >= 2; m /= 2) exponent++;
  for (; m < 1; m *= 2) exponent--;
  return sign | (((exponent + 15) << 10) + roundToEven((m - 1) * 1024));
}

/** The value of a bfloat16. */
export function fromBrain(bits: number): number {
  word[0] = bits << 16;
  return asFloat[0]!;
}

/** The bfloat16 nearest to a float32. */
export function toBrain(value: number): number {
  asFloat[0] = value;
  const bits = word[0]!;
  if (Number.isNaN(value)) return (bits >>> 16) | 0x40;
  // Adds just under half a unit, and one more where the last kept bit is odd.
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

function roundToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return below + (rest > 0.5 ? 1 : 0);
  return below + (below & 1);
}
