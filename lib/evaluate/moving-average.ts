import { type Values, valuesOf } from "./values.ts";

/**
 * The exponentially weighted mean v_t = β v_{t−1} + (1 − β) x_t, v_0 = 0, of about the last 1/(1 − β) values. Over 1 − βᵗ,
 * unless told otherwise, because it begins at 0 and else stays too small at first.
 *
 * @example movingAverage([4, 4, 4], 0.9)                      // 4, 4, 4
 * @example movingAverage([4, 4, 4], 0.9, { corrected: false }) // 0.4, 0.76, 1.084
 */
export function movingAverage(
  values: Values,
  beta: number,
  { corrected = true }: { readonly corrected?: boolean } = {},
): Float64Array {
  if (!(beta >= 0 && beta < 1)) {
    throw new RangeError(`movingAverage: β must be 0 or more and below 1; it is ${beta}.`);
  }
  let [mean, weight] = [0, 0];
  return valuesOf("movingAverage", "value", values).map((value) => {
    mean = beta * mean + (1 - beta) * value;
    weight = beta * weight + (1 - beta);
    return corrected ? mean / weight : mean;
  });
}
