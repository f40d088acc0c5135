import { adopt } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount, classPairs, type Values } from "./values.ts";

/**
 * How often class i (the row) was taken for class j (the column): int32 [classes, classes]. The diagonal is right.
 * @example confusion([0, 1, 1], [0, 1, 0]) // [[1, 0], [1, 1]]
 */
export function confusion(
  truth: Values,
  predicted: Values,
  { classes }: { readonly classes?: number } = {},
): Tensor {
  const [y, guess] = classPairs("confusion", truth, predicted);
  const largest = Math.max(
    y.reduce((most, c) => Math.max(most, c), 0),
    guess.reduce((most, c) => Math.max(most, c), 0),
  );
  const width = classes ?? largest + 1;
  checkCount("confusion", "the number of classes", width, 1);
  if (largest >= width) {
    throw new RangeError(`confusion: class ${largest} is not one of the classes 0 … ${width - 1}.`);
  }
  const counts = new Int32Array(width * width);
  y.forEach((right, i) => {
    counts[right * width + guess[i]!]! += 1;
  });
  return adopt(counts, [width, width]);
}

/**
 * The share of predictions that are right.
 * @example accuracy(labels, argmax(logits))
 */
export function accuracy(truth: Values, predicted: Values): number {
  const [y, guess] = classPairs("accuracy", truth, predicted);
  return y.reduce((right, label, i) => right + (label === guess[i] ? 1 : 0), 0) / y.length;
}

/**
 * The mean over the classes of the share of each that was found: as accuracy, but rare classes count as much as
 * frequent ones.
 */
export function balancedAccuracy(truth: Values, predicted: Values): number {
  const { data, shape } = confusion(truth, predicted);
  const width = shape[0]!;
  let [sum, seen] = [0, 0];
  for (let c = 0; c < width; c++) {
    const row = data.subarray(c * width, (c + 1) * width);
    let support = 0;
    for (const count of row) support += count;
    if (support === 0) continue;
    sum += row[c]! / support;
    seen++;
  }
  return sum / seen;
}

/**
 * Matthews' correlation of truth and prediction, −1 to 1; 0 is what guessing gets, however rare a class is. For many
 * classes: (n·c − Σ t_k p_k) / √((n² − Σ p_k²)(n² − Σ t_k²)), c right, t_k and p_k true and predicted counts
 * (Gorodkin, 2004).
 */
export function matthewsCorrelation(truth: Values, predicted: Values): number {
  const { data, shape } = confusion(truth, predicted);
  const width = shape[0]!;
  const [t, p] = [new Float64Array(width), new Float64Array(width)];
  let [n, right] = [0, 0];
  data.forEach((count, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    n += count;
    if (i === j) right += count;
    t[i]! += count;
    p[j]! += count;
  });
  const dot = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, value, k) => sum + value * b[k]!, 0);
  const scale = Math.sqrt(n * n - dot(p, p)) * Math.sqrt(n * n - dot(t, t));
  return scale === 0 ? 0 : (n * right - dot(t, p)) / scale;
}
