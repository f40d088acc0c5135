import { mapParams, type Params } from "../autodiff/grad.ts";
import { copyOf, type Minimizer } from "../optim/optimizer.ts";
import type { Random } from "../random/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { batches, countOf, type Examples } from "./batches.ts";

export interface FindRateOptions<P extends Params, B extends Examples> {
  /** Copies are trained; these stay as they are. */
  readonly params: P;
  readonly loss: (params: P, batch: B) => Tensor;
  readonly data: B;
  readonly random: Random;
  /** A fresh one. */
  readonly optimizer: Minimizer;
  readonly low?: number;
  readonly high?: number;
  readonly steps?: number;
  readonly batchSize?: number;
}

/**
 * The learning-rate range test (Smith, 2017): from step to step the rate grows by a constant factor, until the loss
 * explodes. `suggestion` is where the smoothed loss was lowest, divided by 10: the greatest rates before that are
 * already unsteady.
 *
 * @example const { rates, losses, suggestion } = findRate({ params, loss, data, random, optimizer: sgd({ rate: 1 }) });
 */
export function findRate<P extends Params, B extends Examples>({
  params,
  loss,
  data,
  random,
  optimizer,
  low = 1e-6,
  high = 10,
  steps = 100,
  batchSize = 64,
}: FindRateOptions<P, B>): {
  readonly rates: readonly number[];
  readonly losses: readonly number[];
  readonly suggestion: number;
} {
  if (!(low > 0 && low < high && high < Infinity)) {
    throw new RangeError(
      `findRate: low is ${low} and high ${high}; they must be above 0 and finite, low below high.`,
    );
  }
  if (!Number.isInteger(steps) || steps < 2) {
    throw new RangeError(`findRate: steps is ${steps}; from low to high it takes 2 or more.`);
  }
  if (countOf("findRate", data) === 0) throw new RangeError("findRate: data has no examples.");
  const copies = mapParams(params, copyOf);
  const [rates, losses]: [number[], number[]] = [[], []];
  let [average, best, at] = [0, Infinity, low];
  let epoch = batches(data, { size: batchSize, random });
  for (let step = 0; step < steps; step++) {
    let next = epoch.next();
    if (next.done) {
      epoch = batches(data, { size: batchSize, random });
      next = epoch.next();
    }
    optimizer.rate = low * (high / low) ** (step / (steps - 1));
    const value = optimizer.minimize((p) => loss(p, next.value as B), copies).value.item();
    average = 0.9 * average + 0.1 * value;
    const smooth = average / (1 - 0.9 ** (step + 1));
    if (!Number.isFinite(value) && step === 0) {
      throw new RangeError(
        `findRate: the loss is ${value} at the first step, before any rate could matter; traceNaN names the operation.`,
      );
    }
    if (!Number.isFinite(value) || exploded(smooth, best, losses[0]!)) break;
    rates.push(optimizer.rate);
    losses.push(smooth);
    if (smooth < best) [best, at] = [smooth, optimizer.rate];
  }
  return { rates, losses, suggestion: at / 10 };
}

/** Four times the best loss; below 0 there is no such multiple, and how far it had fallen stands in. */
function exploded(smooth: number, best: number, first: number): boolean {
  return smooth > (best > 0 ? 4 * best : best + 3 * Math.max(-best, first - best));
}
