// Gradients cut to size before an optimizer uses them: exploding ones (recurrent networks) would throw it far away.
import { type Grads, mapParams, type Params } from "../autodiff/grad.ts";
import { clip } from "../ops/clip.ts";
import { mul } from "../ops/mul.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Each component cut to [−limit, limit]. This may turn the gradient.
 * @example optimizer.step(params, clipByValue(grads, 5));
 */
export function clipByValue<P extends Params>(grads: P, limit: number): P {
  checkLimit("clipByValue", limit);
  return mapParams(grads, (g) => clip(g, -limit, limit));
}

/**
 * Each parameter's gradient scaled down to norm `limit` where it is longer (Pascanu, Mikolov and Bengio, 2013):
 * g · limit / max(‖g‖, limit). The direction within each parameter stays.
 *
 * @example optimizer.step(params, clipByNorm(grads, 1));
 */
export function clipByNorm<P extends Params>(grads: P, limit: number): P {
  checkLimit("clipByNorm", limit);
  return mapParams(grads, (g) => shrunk(g, Math.sqrt(sumOfSquares(g)), limit));
}

/**
 * All gradients scaled down together, so that the one long vector they make has norm `limit` at most. The direction
 * stays.
 *
 * @example optimizer.step(params, clipByGlobalNorm(grads, 1));
 */
export function clipByGlobalNorm<P extends Params>(grads: P, limit: number): P {
  checkLimit("clipByGlobalNorm", limit);
  const length = globalNorm(grads);
  return mapParams(grads, (g) => shrunk(g, length, limit));
}

/** ‖g‖ of all gradients as one long vector. */
export function globalNorm(grads: Grads<Params>): number {
  return Math.sqrt(Object.values(grads).reduce((total, g) => total + sumOfSquares(g), 0));
}

function shrunk(g: Tensor, length: number, limit: number): Tensor {
  return length > limit ? mul(g, limit / length) : g;
}

function sumOfSquares({ storage }: Tensor): number {
  let total = 0;
  for (const x of storage.array()) total += x * x;
  return total;
}

function checkLimit(op: string, limit: number): void {
  if (limit > 0) return;
  throw new RangeError(`${op}: the limit is ${limit}; it must be above 0, such as 1 or 5.`);
}
