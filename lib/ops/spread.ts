// How far values lie apart; made of operations, so their gradients are those of their parts.
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxesOptions, folding } from "./axes.ts";
import { div } from "./div.ts";
import { mean } from "./mean.ts";
import { sqrt } from "./sqrt.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

/** `correction` is taken off the count: 1 for the unbiased estimate from a sample. */
export interface VarianceOptions extends AxesOptions {
  readonly correction?: number;
}

/** Σ (x − x̄)² / (n − correction). @example variance(activations, { axis: 0 }) */
export function variance(x: Tensor, { correction = 0, ...options }: VarianceOptions = {}): Tensor {
  const { count } = folding("variance", x, options);
  if (count <= correction) {
    throw new ShapeError(
      `variance: shape ${formatShape(x.shape)} has ${count} elements to fold, and with correction ${correction} it ` +
        `needs more than that.`,
    );
  }
  const { axis, keepDims = false } = options;
  const centre = mean(x, axis === undefined ? { keepDims: true } : { axis, keepDims: true });
  return div(
    sum(square(sub(x, centre)), axis === undefined ? { keepDims } : { axis, keepDims }),
    count - correction,
  );
}

/** The square root of the variance. */
export function std(x: Tensor, options: VarianceOptions = {}): Tensor {
  return sqrt(variance(x, options));
}
