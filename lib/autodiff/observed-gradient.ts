import type { Tensor } from "../tensor/tensor.ts";
import { type Grads, type Params, type ScalarFunction, valueAndGrad } from "./grad.ts";
import { observed, type Sight } from "./observer.ts";

/**
 * A loss and its gradient, with somebody watching. The operations that a rule is made of are not shown, only what it
 * comes to.
 */
export function observedGradient<P extends Params>(
  saw: Sight,
  fn: ScalarFunction<P>,
  params: P,
): { readonly value: Tensor; readonly grads: Grads<P> } {
  let back = false;
  const run = (): { readonly value: Tensor; readonly grads: Grads<P> } =>
    valueAndGrad((at: P) => {
      const value = fn(at);
      back = true;
      return value;
    }, params);
  return observed((op, way, ...seen) => {
    if (!back || way === "backward") saw(op, way, ...seen);
  }, run);
}
