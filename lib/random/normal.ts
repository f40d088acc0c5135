// The quantile of the standard normal distribution, Φ⁻¹(p), by rational functions: algorithm AS 241, PPND16
// (Wichura, "The percentage points of the normal distribution", Applied Statistics 37, 1988), right to about
// 1 part in 10^16. Lowest powers first; the paper's coefficients rounded to doubles.
const CENTRE = {
  top: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  bottom: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
} as const;
const SHOULDER = {
  top: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  bottom: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
} as const;
const TAIL = {
  top: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  bottom: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
} as const;

interface Rational {
  readonly top: readonly number[];
  readonly bottom: readonly number[];
}

/** The x below which a standard normal variable lies with probability `p`, 0 < p < 1. */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return evaluate(CENTRE, 0.180625 - q * q, q);
  const r = Math.sqrt(-exactLog(q < 0 ? p : 1 - p));
  const x = r <= 5 ? evaluate(SHOULDER, r - 1.6) : evaluate(TAIL, r - 5);
  return q < 0 ? -x : x;
}

function evaluate({ top, bottom }: Rational, x: number, factor = 1): number {
  return (horner(top, x) * factor) / horner(bottom, x);
}

/** Written out: as a loop it takes twice as long. */
function horner(c: readonly number[], x: number): number {
  const upper = (((c[7]! * x + c[6]!) * x + c[5]!) * x + c[4]!) * x + c[3]!;
  return ((upper * x + c[2]!) * x + c[1]!) * x + c[0]!;
}

// artanh t = t + t³/3 + t⁵/5 + …, highest power first. |t| ≤ 0.1716, and t^25 is below the last bit.
const ARTANH: readonly number[] = Array.from({ length: 13 }, (_, n) => 1 / (25 - 2 * n));

/**
 * ln x for x > 0, finite. `Math.log` may differ in the last bit from one engine or processor to the next; + − × ÷ may
 * not. With x = m·2^−k and m in [√½, √2): ln x = 2·artanh((m − 1)/(m + 1)) − k·ln 2.
 */
export function exactLog(x: number): number {
  let m = x;
  let k = 0;
  for (; m < Math.SQRT1_2; m *= 2) k++;
  for (; m >= Math.SQRT2; m /= 2) k--;
  const t = (m - 1) / (m + 1);
  let sum = 0;
  for (const coefficient of ARTANH) sum = sum * t * t + coefficient;
  return 2 * t * sum - k * Math.LN2;
}
