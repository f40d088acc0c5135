import { sgdUpdate } from "../kernels/optimizers.ts";
import { checkNumber, type Optimizer, optimizer } from "./optimizer.ts";

export interface SgdOptions {
  /** The learning rate η. */
  readonly rate: number;
  /** μ: how much of the last step goes into this one; 0 unless given. */
  readonly momentum?: number;
  /** Looks ahead: the step is taken from where the momentum leads (Nesterov, 1983; Sutskever et al., 2013). */
  readonly nesterov?: boolean;
  /** λ: p shrinks by ηλp in each step, which is the gradient of ½λp². */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent: p ← p − η g; with momentum v ← μ v + g and p ← p − η v, or p − η (g + μ v) with Nesterov.
 *
 * @example
 * const optimizer = sgd({ rate: 0.1, momentum: 0.9 });
 * const { value, grads } = valueAndGrad(loss, params);
 * optimizer.step(params, grads);
 */
export function sgd({ rate, momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions): Optimizer {
  checkNumber("sgd", "momentum", momentum, 0, 1);
  checkNumber("sgd", "weightDecay", weightDecay, 0, Infinity);
  if (nesterov && momentum === 0)
    throw new RangeError("sgd: nesterov needs a momentum above 0, such as 0.9.");
  return optimizer("sgd", rate, (p, g, _, rate, memory) => {
    const velocity = momentum === 0 ? undefined : memory("velocity").storage;
    const how = { rate, momentum, dampening: 0, weightDecay, nesterov };
    sgdUpdate(p.storage, g.storage, velocity, p.storage, how);
  });
}
