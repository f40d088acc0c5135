import { add } from "../../ops/add.ts";
import { cast } from "../../ops/cast.ts";
import { less } from "../../ops/compare.ts";
import { matmul } from "../../ops/matmul.ts";
import { mean } from "../../ops/mean.ts";
import { mul } from "../../ops/mul.ts";
import { neg } from "../../ops/neg.ts";
import { sigmoid } from "../../ops/sigmoid.ts";
import { softplus } from "../../ops/softplus.ts";
import { sub } from "../../ops/sub.ts";
import { sum } from "../../ops/sum.ts";
import { transpose } from "../../ops/transpose.ts";
import type { Random } from "../../random/random.ts";
import { zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * A restricted Boltzmann machine with binary units (Smolensky, 1986; Hinton, 2002):
 * p(v, h) ∝ exp(v·b + h·c + v·W·h), with W [visible, hidden].
 */
export type RbmParameters = {
  readonly weight: Tensor;
  readonly visible: Tensor;
  readonly hidden: Tensor;
};

/** Small Gaussian weights and no biases (Hinton's practical guide, 2010). */
export function rbm(
  visible: number,
  hidden: number,
  random: Random,
  { std = 0.01, dtype = "float32" }: { readonly std?: number; readonly dtype?: DType } = {},
): RbmParameters {
  return {
    weight: random.normal([visible, hidden], { std, dtype }),
    visible: zeros([visible], dtype),
    hidden: zeros([hidden], dtype),
  };
}

/** p(h = 1 | v) = σ(v·W + c), for v [batch, visible]. */
export function rbmHidden({ weight, hidden }: RbmParameters, v: Tensor): Tensor {
  return sigmoid(add(matmul(v, weight), hidden));
}

/** p(v = 1 | h) = σ(h·Wᵀ + b). */
export function rbmVisible({ weight, visible }: RbmParameters, h: Tensor): Tensor {
  return sigmoid(add(matmul(h, transpose(weight)), visible));
}

/** The free energy of each example, F(v) = −v·b − Σ_j softplus(v·W_j + c_j): p(v) ∝ exp(−F(v)). */
export function rbmFreeEnergy({ weight, visible, hidden }: RbmParameters, v: Tensor): Tensor {
  const bias = sum(mul(v, visible), { axis: 1 });
  return neg(add(bias, sum(softplus(add(matmul(v, weight), hidden)), { axis: 1 })));
}

/** 1 where a uniform number lies below the probability. */
export function sampleBinary(p: Tensor, random: Random): Tensor {
  return cast(less(random.uniform(p.shape, { dtype: p.dtype }), p), p.dtype);
}

/** Steps of Gibbs sampling from v: hidden from visible, visible from hidden. */
export function rbmGibbs(parameters: RbmParameters, v: Tensor, steps: number, random: Random): Tensor {
  let at = v;
  for (let i = 0; i < steps; i++) {
    const h = sampleBinary(rbmHidden(parameters, at), random);
    at = sampleBinary(rbmVisible(parameters, h), random);
  }
  return at;
}

/**
 * The loss whose gradient is that of contrastive divergence: mean F(data) − mean F(fantasy), where `fantasy` came of Gibbs
 * sampling from the data and counts as constant.
 * @example grad((p) => rbmLoss(p, images, rbmGibbs(parameters, images, 1, random)), parameters)
 */
export function rbmLoss(parameters: RbmParameters, data: Tensor, fantasy: Tensor): Tensor {
  return sub(mean(rbmFreeEnergy(parameters, data)), mean(rbmFreeEnergy(parameters, fantasy)));
}
