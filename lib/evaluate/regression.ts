import { pairsOf, type Values } from "./values.ts";

/**
 * √(1/n Σ (y − ŷ)²): the typical error, in the unit of y.
 * @example rmse(prices, predicted)
 */
export function rmse(truth: Values, predicted: Values): number {
  const [y, guess] = pairsOf("rmse", ["truth", "prediction"], truth, predicted);
  return Math.sqrt(y.reduce((sum, value, i) => sum + (value - guess[i]!) ** 2, 0) / y.length);
}

/**
 * R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)²: the share of the variance that the prediction explains; below 0 it is worse than the
 * mean. Where y never varies, 1 for a perfect prediction and 0 for any other.
 * @example rSquared(prices, predicted)
 */
export function rSquared(truth: Values, predicted: Values): number {
  const [y, guess] = pairsOf("rSquared", ["truth", "prediction"], truth, predicted);
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const left = y.reduce((sum, value, i) => sum + (value - guess[i]!) ** 2, 0);
  const total = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (total === 0) return left === 0 ? 1 : 0;
  return 1 - left / total;
}
