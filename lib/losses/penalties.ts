// What is added to a loss so that weights stay small (regularization), and what keeps them small beside it.

import { mapParams, type Params } from "../autodiff/grad.ts";
import { abs } from "../ops/abs.ts";
import { add } from "../ops/add.ts";
import { mul } from "../ops/mul.ts";
import { square } from "../ops/square.ts";
import { sum } from "../ops/sum.ts";
import { empty, zeros } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";

export interface PenaltyOptions {
  /** λ: how much the penalty weighs. */
  readonly strength: number;
  /**
   * m: the number of training examples, where λ is meant for the sum over them (λ/2m ‖W‖²) while the loss is their
   * mean. 1 unless given.
   */
  readonly examples?: number;
  /** Which parameters count; unless given, those with two axes or more: weights, and neither biases nor scales. */
  readonly only?: (name: string, parameter: Tensor) => boolean;
}

/**
 * λ/(2m) Σ W², weight decay's loss; its gradient is λ/m W. As a prior: weights are Gaussian (see `priorStrength`).
 * @example add(crossEntropy(logits, labels), l2Penalty({ W1, W2 }, { strength: 1e-3 }))
 */
export function l2Penalty(params: Params, options: PenaltyOptions): Tensor {
  const weight = share("l2Penalty", options);
  return total(params, options, (W) => mul(sum(square(W)), weight / 2));
}

/**
 * λ/m Σ |W|; its gradient has the same size for small and large weights, so that those of no use become 0 (at 0 it is
 * taken as 0).
 *
 * @example add(crossEntropy(logits, labels), l1Penalty({ W1, W2 }, { strength: 1e-4 }))
 */
export function l1Penalty(params: Params, options: PenaltyOptions): Tensor {
  const weight = share("l1Penalty", options);
  return total(params, options, (W) => mul(sum(abs(W)), weight));
}

/**
 * λ/m Σ (a |W| + (1 − a)/2 W²), the elastic net (Zou and Hastie, 2005): a = 1 is L1, a = 0 is L2.
 * @example elasticPenalty({ W }, { strength: 1e-3, ratio: 0.5 })
 */
export function elasticPenalty(params: Params, options: PenaltyOptions & { readonly ratio: number }): Tensor {
  const weight = share("elasticPenalty", options);
  const { ratio } = options;
  if (!(ratio >= 0 && ratio <= 1)) {
    throw new RangeError(
      `elasticPenalty: ratio is ${ratio}; it must be between 0 (L2 alone) and 1 (L1 alone).`,
    );
  }
  return total(params, options, (W) =>
    add(mul(sum(abs(W)), weight * ratio), mul(sum(square(W)), (weight * (1 - ratio)) / 2)),
  );
}

/**
 * The λ that a Gaussian prior stands for: the maximum of the posterior minimizes Σ (y − ŷ)²/2 + λ/2 ‖W‖² with
 * λ = σ²_noise / σ²_weights, the ratio of the noise's variance to that of the weights.
 *
 * @example priorStrength({ noise: 0.5, weights: 1 }) // 0.25
 */
export function priorStrength({
  noise,
  weights,
}: {
  readonly noise: number;
  readonly weights: number;
}): number {
  if (!(noise >= 0) || !(weights > 0)) {
    throw new RangeError(
      `priorStrength: noise and weights are standard deviations, 0 or more and above 0; they are ${noise} and ${weights}.`,
    );
  }
  return (noise / weights) ** 2;
}

export interface MaxNormOptions {
  /** c: the length that no unit's incoming weights may exceed; 3 or 4 are usual. */
  readonly limit: number;
  /** Which parameters are bound; unless given, those with two axes or more. */
  readonly only?: (name: string, parameter: Tensor) => boolean;
}

/**
 * Max-norm (Srebro and Shraibman, 2005; Srivastava et al., 2014): the weights that go into one unit (all axes but the
 * last) are scaled back to length c where they are longer. Changes the parameters in place; call it after each step.
 *
 * @example
 * optimizer.step(params, grads);
 * limitNorms(params, { limit: 3 });
 */
export function limitNorms(params: Params, { limit, only = isWeight }: MaxNormOptions): void {
  if (!(limit > 0)) throw new RangeError(`limitNorms: limit is ${limit}; it must be above 0, such as 3.`);
  for (const [name, W] of Object.entries(params)) {
    if (!only(name, W)) continue;
    W.storage.detach();
    const data = W.storage.array();
    const units = W.shape.at(-1) ?? 1;
    for (let unit = 0; unit < units; unit++) {
      let squares = 0;
      for (let i = unit; i < data.length; i += units) squares += data[i]! ** 2;
      const length = Math.sqrt(squares);
      if (!(length > limit)) continue;
      for (let i = unit; i < data.length; i += units) data[i]! *= limit / length;
    }
  }
}

/**
 * Gradients with λ W added where the parameter is a weight: the decay that an optimizer without one lacks. For SGD the
 * same as `l2Penalty`; for Adam it is not what AdamW does.
 *
 * @example optimizer.step(params, decayed(grads, params, { strength: 1e-4 }));
 */
export function decayed<P extends Params>(grads: P, params: P, options: PenaltyOptions): P {
  const weight = share("decayed", options);
  const { only = isWeight } = options;
  return mapParams(grads, (g, name) => {
    const W = params[name];
    if (W === undefined || !only(name, W)) return g;
    const sum = empty(g.shape, g.dtype);
    const [to, slope, values] = [sum.storage.array(), g.storage.array(), W.storage.array()];
    for (let i = 0; i < to.length; i++) to[i] = slope[i]! + weight * values[i]!;
    return sum;
  });
}

const isWeight = (_: string, { rank }: Tensor): boolean => rank >= 2;

function share(op: string, { strength, examples = 1 }: PenaltyOptions): number {
  if (!(strength >= 0 && strength < Infinity)) {
    throw new RangeError(`${op}: strength is ${strength}; it must be 0 or more, such as 1e-4.`);
  }
  if (!(examples >= 1)) throw new RangeError(`${op}: examples is ${examples}; it must be 1 or more.`);
  return strength / examples;
}

function total(params: Params, { only = isWeight }: PenaltyOptions, penalty: (W: Tensor) => Tensor): Tensor {
  const parts = Object.entries(params).flatMap(([name, W]) => (only(name, W) ? [penalty(W)] : []));
  return (
    parts.reduce<Tensor | undefined>((all, part) => (all ? add(all, part) : part), undefined) ?? zeros([])
  );
}
