import { along, dot, type Slope } from "./flat.ts";

/** A point on the line p + t d: where, how high, how steep along d. */
interface OnLine extends Slope {
  readonly t: number;
  readonly slope: number;
}

/** What a line search found. */
export interface Found extends Slope {
  readonly t: number;
}

/** Armijo's constant c₁ and the curvature's c₂, as Nocedal and Wright advise for quasi-Newton directions. */
const DECREASE = 1e-4;
const CURVATURE = 0.9;
const MOST_TRIALS = 25;

/**
 * A step t along the direction d that fulfils the strong Wolfe conditions,
 * f(p + t d) ≤ f(p) + c₁ t dᵀ∇f(p) and |dᵀ∇f(p + t d)| ≤ c₂ |dᵀ∇f(p)|:
 * low enough, and flat enough that the next direction learns something about the curvature. First steps grow until
 * such points are bracketed, then the bracket shrinks (Nocedal and Wright, "Numerical Optimization", algorithms 3.5
 * and 3.6), each time at the minimum of the cubic through two values and slopes. The safeguards are those of Schmidt's
 * minFunc (2005), which PyTorch's `LBFGS` has too.
 */
export function strongWolfe(
  evaluate: (point: Float64Array) => Slope,
  point: Float64Array,
  direction: Float64Array,
  start: Slope,
  firstStep: number,
): Found {
  const at = (t: number): OnLine => {
    const found = evaluate(along(point, t, direction));
    return { ...found, t, slope: dot(found.gradient, direction) };
  };
  const origin: OnLine = { ...start, t: 0, slope: dot(start.gradient, direction) };
  const tooHigh = ({ t, value }: OnLine): boolean => !(value <= origin.value + DECREASE * t * origin.slope);
  const flat = ({ slope }: OnLine): boolean => Math.abs(slope) <= -CURVATURE * origin.slope;

  let trials = 0;
  let before = origin;
  let here = at(firstStep);
  for (; ; trials++) {
    if (trials === MOST_TRIALS) return lower(origin, here);
    if (tooHigh(here) || (trials > 1 && here.value >= before.value)) break;
    if (flat(here)) return here;
    if (here.slope >= 0) break;
    const [low, high] = [here.t + 0.01 * (here.t - before.t), 10 * here.t];
    const next = at(cubicMinimum(before, here, low, high));
    [before, here] = [here, next];
  }

  // Between these two lies a good point; `low` is the lower of them.
  // (A value that is no number is never the lower one.)
  let [low, high] = here.value < before.value ? [here, before] : [before, here];
  let crept = false;
  const longest = direction.reduce((most, d) => Math.max(most, Math.abs(d)), 0);
  for (; trials < MOST_TRIALS; trials++) {
    const [left, right] = [Math.min(low.t, high.t), Math.max(low.t, high.t)];
    if ((right - left) * longest < 1e-9) break;
    let t = cubicMinimum(low, high, left, right);
    // Twice in a row next to an end is no progress: then a tenth of the bracket away from it.
    const margin = 0.1 * (right - left);
    const near = Math.min(right - t, t - left) < margin;
    const forced: boolean = near && (crept || t >= right || t <= left);
    if (forced) t = right - t < t - left ? right - margin : left + margin;
    crept = near && !forced;
    const middle = at(t);
    if (tooHigh(middle) || middle.value >= low.value) {
      high = middle;
      if (high.value < low.value) [low, high] = [high, low];
      continue;
    }
    if (flat(middle)) return middle;
    if (middle.slope * (high.t - low.t) >= 0) high = low;
    low = middle;
  }
  return low;
}

const lower = (a: OnLine, b: OnLine): OnLine => (b.value < a.value ? b : a);

/** Where the cubic with these two values and slopes is lowest, within the bounds; their middle where it has no minimum. */
function cubicMinimum(a: OnLine, b: OnLine, low: number, high: number): number {
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const d1 = left.slope + right.slope - (3 * (left.value - right.value)) / (left.t - right.t);
  const square = d1 * d1 - left.slope * right.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const t = right.t - (right.t - left.t) * ((right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2));
  return Math.min(Math.max(t, low), high);
}
