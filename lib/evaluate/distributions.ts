// Probabilities of the distributions that tests need, to about 13 digits, in the tails too.
import { erfc } from "../kernels/erf.ts";

/** P(Z > z) of a standard normal variable. */
export function normalTail(z: number): number {
  return erfc(z / Math.SQRT2) / 2;
}

/** P(χ² > x) with one degree of freedom: χ² is then the square of a standard normal variable. */
export function chiSquareTail(x: number): number {
  return erfc(Math.sqrt(x / 2));
}

// ln(n! / (√(2πn) (n/e)ⁿ)) for n = 0 … 15; n = 0 has no use.
const STIRLING: readonly number[] = [
  0, 0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.020790672103765093, 0.016644691189821193,
  0.013876128823070748, 0.01189670994589177, 0.010411265261972096, 0.009255462182712733, 0.00833056343336287,
  0.007573675487951841, 0.00694284010720953, 0.006408994188004207, 0.0059513701127588475,
  0.005554733551962801,
];

/** What Stirling's formula lacks of ln n!. */
function stirlingError(n: number): number {
  if (n <= 15) return STIRLING[n]!;
  const m = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / m) / m) / m) / m) / n;
}

/** x ln(x/m) + m − x, by a series where x is near m and the terms would cancel. */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let term = 2 * x * v;
  for (let j = 1; j < 1000; j++) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/**
 * P(X = k) for X ~ Binomial(n, p): the chance of k heads in n throws. By Loader's saddle-point expansion ("Fast and
 * accurate computation of binomial probabilities", 2000), which no factorial overflows.
 * @example binomialPmf(5, 10, 0.5) // 0.246
 */
export function binomialPmf(k: number, n: number, p: number): number {
  if (k < 0 || k > n || !Number.isInteger(k)) return 0;
  if (p === 0) return k === 0 ? 1 : 0;
  if (p === 1) return k === n ? 1 : 0;
  if (k === 0) return Math.exp(n * Math.log1p(-p));
  if (k === n) return Math.exp(n * Math.log(p));
  const error = stirlingError(n) - stirlingError(k) - stirlingError(n - k);
  const fit = deviance(k, n * p) + deviance(n - k, n * (1 - p));
  return Math.exp(error - fit) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}

/** P(X ≤ k), summed from the side that has less. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  const from = Math.floor(k);
  return from < n * p ? downwards(from, n, p) : 1 - upwards(from + 1, n, p);
}

/** P(X ≥ k). */
export function binomialTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n) return 0;
  const from = Math.ceil(k);
  return from > n * p ? upwards(from, n, p) : 1 - downwards(from - 1, n, p);
}

/** P(X = k) + P(X = k − 1) + …, until nothing is added: P(k − 1) = P(k) · k/(n − k + 1) · (1 − p)/p. */
function downwards(k: number, n: number, p: number): number {
  let [term, sum] = [binomialPmf(k, n, p), 0];
  for (let i = k; i >= 0 && sum + term !== sum; i--) {
    sum += term;
    term *= (i / (n - i + 1)) * ((1 - p) / p);
  }
  return sum;
}

function upwards(k: number, n: number, p: number): number {
  let [term, sum] = [binomialPmf(k, n, p), 0];
  for (let i = k; i <= n && sum + term !== sum; i++) {
    sum += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return sum;
}

/** ln Γ(x) for x > 0: Stirling's series, reached from small x by Γ(x) = Γ(x + 1) / x. */
function logGamma(x: number): number {
  let [at, shift] = [x, 0];
  while (at < 16) shift += Math.log(at++);
  const m = at * at;
  const error = (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / m) / m) / m) / m) / at;
  return (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + error - shift;
}

/**
 * The regularized incomplete beta function I_x(a, b), by its continued fraction with Lentz's method (Press et al.,
 * "Numerical Recipes", 6.4).
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a),
  );
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    for (const coefficient of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / away(1 + coefficient * d);
      c = away(1 + coefficient / c);
      fraction *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return front * fraction;
}

/** P(|T| > |t|) of Student's t with `freedom` degrees of freedom: I_{ν/(ν+t²)}(ν/2, 1/2). */
export function studentTails(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** The x at which a function that rises from below 0 to above 0 between `low` and `high` is 0, by bisection. */
export function rootOf(rising: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let i = 0; i < 200; i++) {
    const middle = (a + b) / 2;
    if (middle === a || middle === b) break;
    if (rising(middle) < 0) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}
