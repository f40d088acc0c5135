// Features brought to one scale before training. What is measured on the training set is applied to all others: a test set
// that is scaled by its own numbers is not the one that the model was trained for.
import { add } from "../ops/add.ts";
import { div } from "../ops/div.ts";
import { mul } from "../ops/mul.ts";
import { sub } from "../ops/sub.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkWidth, like, meanOf, pointsOf } from "./points.ts";

/** A scale for each feature: x → (x − shift) / width. */
export interface Scaling {
  /** [d] */
  readonly shift: Tensor;
  /** [d]; 1 for a feature that never varies, which then is the same number everywhere, and not NaN. */
  readonly width: Tensor;
  /** Examples [n, d] on the new scale. Has gradients. */
  apply(x: Tensor): Tensor;
  /** Back to the old one. */
  invert(scaled: Tensor): Tensor;
}

/**
 * z = (x − μ) / σ of each feature of examples [n, d]. σ is that of the examples as a whole population (over n), as in
 * scikit-learn, or as a sample of one (over n − 1); the two differ by √(n / (n − 1)).
 *
 * @example
 * const scale = standardize(training);
 * fit(scale.apply(training)); evaluate(scale.apply(test));
 */
export function standardize(
  x: Tensor,
  { over = "population" }: { readonly over?: "population" | "sample" } = {},
): Scaling {
  const points = pointsOf("standardize", x, over === "sample" ? 2 : 1);
  const mean = meanOf(points);
  const variance = new Float64Array(points.width);
  const divisor = points.count - (over === "sample" ? 1 : 0);
  points.data.forEach((value, at) => {
    variance[at % points.width]! += (value - mean[at % points.width]!) ** 2 / divisor;
  });
  return scaling("standardize", x, mean, variance.map(Math.sqrt));
}

/**
 * Each feature of examples [n, d] from its least and greatest value to the range that is asked, 0 to 1 unless said;
 * 0.01 to 0.99 keeps targets out of a sigmoid's flat ends. Other examples may fall outside.
 *
 * @example rescale(training, { range: [-0.99, 0.99] }).apply(test)
 */
export function rescale(
  x: Tensor,
  { range: [low, high] = [0, 1] }: { readonly range?: readonly [low: number, high: number] } = {},
): Scaling {
  if (!(low < high && high - low < Infinity)) {
    throw new RangeError(`rescale: the range goes from ${low} to ${high}; the first must be the smaller.`);
  }
  const { width, data } = pointsOf("rescale", x);
  const least = new Float64Array(width).fill(Infinity);
  const most = new Float64Array(width).fill(-Infinity);
  data.forEach((value, at) => {
    least[at % width] = Math.min(least[at % width]!, value);
    most[at % width] = Math.max(most[at % width]!, value);
  });
  const unit = most.map((value, j) => (value - least[j]!) / (high - low));
  return scaling(
    "rescale",
    x,
    least.map((value, j) => value - low * (unit[j]! || 1)),
    unit,
  );
}

function scaling(op: string, x: Tensor, shifts: Float64Array, widths: Float64Array): Scaling {
  const features = shifts.length;
  const shift = like(x, shifts, [features]);
  const width = like(
    x,
    widths.map((value) => (value > 0 ? value : 1)),
    [features],
  );
  return {
    shift,
    width,
    apply(other) {
      checkWidth(`${op}.apply`, other, features);
      return div(sub(other, shift), width);
    },
    invert(scaled) {
      checkWidth(`${op}.invert`, scaled, features);
      return add(mul(scaled, width), shift);
    },
  };
}
