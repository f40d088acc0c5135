import type { TypedArray } from "../tensor/dtype.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { exactLog } from "./normal.ts";

/**
 * The class with the largest logit + g, where g = −ln(−ln u) follows Gumbel's distribution: each comes up with probability
 * softmax(logits) (Gumbel, 1954; Maddison, Tarlow and Minka, "A* sampling", 2014). No exponential is needed, which
 * differs from machine to machine.
 */
export function gumbelMax(logits: TypedArray, start: number, classes: number, draw: () => number): number {
  let best = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < classes; c++) {
    const logit = logits[start + c]!;
    if (Number.isNaN(logit) || logit === Number.POSITIVE_INFINITY) {
      throw new RangeError(`categorical: logit ${start + c} is ${logit}; a logit is finite or -Infinity.`);
    }
    // Drawn for −∞ too, so that a mask does not move what comes after.
    const value = logit - exactLog(-exactLog(draw()));
    if (value > highest) {
      best = c;
      highest = value;
    }
  }
  if (best < 0) throw new RangeError("categorical: every logit is -Infinity, so no class can be drawn.");
  return best;
}

/** Classes by weights: a number from [0, 1) falls into one. */
export class Categories {
  readonly #upTo: Float64Array;
  readonly #total: number;

  constructor(op: string, weights: Tensor) {
    if (weights.rank !== 1) {
      throw new ShapeError(
        `${op}: the weights are a vector [classes]; these are ${formatShape(weights.shape)}.`,
      );
    }
    let total = 0;
    this.#upTo = Float64Array.from(weights.data, (weight, c) => {
      if (!(weight >= 0) || weight === Number.POSITIVE_INFINITY) {
        throw new RangeError(`${op}: weight ${c} is ${weight}; weights are finite and not negative.`);
      }
      total += weight;
      return total;
    });
    this.#total = total;
    if (!(total > 0))
      throw new RangeError(`${op}: the weights sum to ${total}; one at least must be above 0.`);
  }

  /** The first class whose cumulative weight is above u · total. */
  at(u: number): number {
    const wanted = u * this.#total;
    let [low, high] = [0, this.#upTo.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#upTo[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
