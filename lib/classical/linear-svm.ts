// A linear support vector machine, by coordinate descent on its dual problem (Hsieh et al., "A dual coordinate descent
// method for large-scale linear SVM", ICML 2008), the way of LIBLINEAR.
import { argmax } from "../ops/choose.ts";
import { linear } from "../ops/linear.ts";
import type { Random } from "../random/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkWidth, labelsOf, like, type Points, pointsOf } from "./points.ts";

/** How errors count against the margin, and when to stop. */
export interface SvmOptions {
  readonly random: Random;
  /** C: how much a violation of the margin costs. */
  readonly cost?: number;
  readonly loss?: "hinge" | "squared-hinge";
  /** Stops when no step could gain more than this. */
  readonly tolerance?: number;
  /** The most passes over the examples. */
  readonly passes?: number;
}

/** A plane for each class against the rest. */
export interface LinearSvm {
  /** [d, classes] */
  readonly weights: Tensor;
  /** [classes] */
  readonly bias: Tensor;
  /** [n, classes]: how far on the class's side of its plane. */
  scores(x: Tensor): Tensor;
  /** int32 [n] */
  predict(x: Tensor): Tensor;
}

/**
 * For each class against the rest, the plane that minimizes ½(‖w‖² + b²) + C Σ max(0, 1 − y (w·x + b)), or the square of
 * each violation.
 *
 * @example
 * const svm = linearSvm(features, labels, { random, cost: 0.1 });
 * accuracy(testLabels, svm.predict(testFeatures))
 */
export function linearSvm(x: Tensor, labels: Tensor, options: SvmOptions): LinearSvm {
  const { cost = 1 } = options;
  if (!(cost > 0)) throw new RangeError(`linearSvm: the cost must be above 0; it is ${cost}.`);
  const points = pointsOf("linearSvm", x, 2);
  const { count, width } = points;
  const { y, classes } = labelsOf("linearSvm", count, labels);
  const [weights, bias] = [new Float64Array(width * classes), new Float64Array(classes)];
  for (let c = 0; c < classes; c++) {
    const plane = descend(
      points,
      Float64Array.from(y, (label) => (label === c ? 1 : -1)),
      options,
    );
    for (let j = 0; j < width; j++) weights[j * classes + c] = plane[j]!;
    bias[c] = plane[width]!;
  }
  const [w, b] = [like(x, weights, [width, classes]), like(x, bias, [classes])];
  const scores = (other: Tensor): Tensor => {
    checkWidth("linearSvm", other, width);
    return linear(other, w, b);
  };
  return { weights: w, bias: b, scores, predict: (other) => argmax(scores(other)) };
}

/** w and, last, b. Each step moves one example's multiplier α to where the dual problem is least, and w = Σ α y x with it. */
function descend(
  { count, width, data }: Points,
  y: Float64Array,
  { random, cost = 1, loss = "squared-hinge", tolerance = 1e-4, passes = 1000 }: SvmOptions,
): Float64Array {
  // The squared hinge adds 1/2C to the diagonal and lifts the bound.
  const [ridge, bound] = loss === "hinge" ? [0, cost] : [0.5 / cost, Number.POSITIVE_INFINITY];
  const alpha = new Float64Array(count);
  const w = new Float64Array(width + 1);
  const squares = Float64Array.from({ length: count }, (_, i) => {
    let sum = 1;
    for (let j = i * width; j < (i + 1) * width; j++) sum += data[j]! * data[j]!;
    return sum + ridge;
  });
  for (let pass = 0; pass < passes; pass++) {
    let worst = 0;
    for (const i of random.permutation(count).storage.array()) {
      let score = w[width]!;
      for (let j = 0; j < width; j++) score += w[j]! * data[i * width + j]!;
      const slope = y[i]! * score - 1 + ridge * alpha[i]!;
      const blocked = (alpha[i] === 0 && slope > 0) || (alpha[i] === bound && slope < 0);
      if (blocked) continue;
      worst = Math.max(worst, Math.abs(slope));
      const moved = Math.min(bound, Math.max(0, alpha[i]! - slope / squares[i]!));
      const step = (moved - alpha[i]!) * y[i]!;
      alpha[i] = moved;
      for (let j = 0; j < width; j++) w[j]! += step * data[i * width + j]!;
      w[width]! += step;
    }
    if (worst < tolerance) break;
  }
  return w;
}
