// (1 + 2z) e^{z²} erfc z for z ≥ 0 as a Chebyshev series in t = (z − 3.75) / (z + 3.75): M. Shepherd and J. Laframboise,
// "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞", Mathematics of Computation 36 (1981). The
// coefficients were worked out with 60 digits from the function's series and continued fraction.
const SERIES: readonly number[] = [
  1.1775789345674017, -0.0045900545806463995, -0.08424913336651799, 0.05920993999819197, -0.02665866843530588,
  0.009074997670705168, -0.002413163540417643, 0.0004907758365258541, -6.916973302505732e-5,
  4.139027985675201e-6, 7.740383065027619e-7, -2.188640102027562e-7, 1.076499954108523e-8,
  4.521959400135243e-9, -7.754401819010798e-10, -6.318076064496664e-11, 2.8687378861302903e-11,
  1.9455183991601288e-13, -9.652747351429625e-13, 3.275981916295301e-14, 3.366187537046095e-14,
  -1.6577451217303363e-15, -1.538916563625925e-15,
];

/** e^{z²} erfc z, z ≥ 0, by Clenshaw's recurrence. */
function scaledErfc(z: number): number {
  const t = z > 1e300 ? 1 : (z - 3.75) / (z + 3.75);
  let [next, afterNext] = [0, 0];
  for (let k = SERIES.length - 1; k > 0; k--) {
    const here = 2 * t * next - afterNext + SERIES[k]!;
    afterNext = next;
    next = here;
  }
  return (t * next - afterNext + SERIES[0]!) / (1 + 2 * z);
}

/** erfc x = 1 − erf x, with all its digits where it is small. */
export function erfc(x: number): number {
  const tail = Math.exp(-x * x) * scaledErfc(Math.abs(x));
  return x < 0 ? 2 - tail : tail;
}

/** erf x = 2/√π ∫₀ˣ e^{−t²} dt. */
export function erf(x: number): number {
  if (Math.abs(x) >= 0.5) return 1 - erfc(x);
  // The Taylor series: 1 − erfc x would lose the digits of a small result.
  const square = x * x;
  let [sum, term] = [x, x];
  for (let n = 1; n < 16; n++) {
    term *= -square / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** Φ(x), the normal distribution. */
export function normalBelow(x: number): number {
  return 0.5 * erfc(-x * Math.SQRT1_2);
}
