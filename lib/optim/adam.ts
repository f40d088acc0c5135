import { adamUpdate } from "../kernels/optimizers.ts";
import { checkNumber, type Optimizer, optimizer } from "./optimizer.ts";

export interface AdamOptions {
  /** The learning rate η; 0.001 unless given. */
  readonly rate?: number;
  /** How slowly the mean of the gradients forgets; 0.9 unless given. */
  readonly beta1?: number;
  /** How slowly the mean of their squares forgets; 0.999 unless given. */
  readonly beta2?: number;
  /** Keeps the division from 0; 1e-8 unless given. */
  readonly epsilon?: number;
  /** λ; 0 unless given. */
  readonly weightDecay?: number;
  /** True, as in AdamW: p shrinks by ηλp beside the step. False: λp is a part of the gradient. True unless given. */
  readonly decoupled?: boolean;
  /** m̂ and v̂ make up for the start at 0; false, as in some lecture notes: the first steps are far too long. */
  readonly correctBias?: boolean;
  /** True: divided by √(v̂ + ε); false, as in the paper: by √v̂ + ε. Where v̂ = 0 that is √ε or ε. */
  readonly epsilonInside?: boolean;
}

/**
 * Adam (Kingma and Ba, 2015): m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − η m̂ / (√v̂ + ε), where
 * m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) make up for the start at 0. Its weight decay is AdamW's
 * (Loshchilov and Hutter, 2019) unless `decoupled` is false.
 *
 * @example
 * const optimizer = adam({ rate: 1e-3 });
 * for (const batch of batches) optimizer.step(params, grad((at) => loss(at, batch), params));
 */
export function adam({
  rate = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0,
  decoupled = true,
  correctBias = true,
  epsilonInside = false,
}: AdamOptions = {}): Optimizer {
  checkNumber("adam", "beta1", beta1, 0, 1);
  checkNumber("adam", "beta2", beta2, 0, 1);
  checkNumber("adam", "epsilon", epsilon, 0, Infinity);
  checkNumber("adam", "weightDecay", weightDecay, 0, Infinity);
  return optimizer("adam", rate, (p, g, step, rate, memory) => {
    const [mean, square] = [memory("mean").storage, memory("square").storage];
    const how = { rate, beta1, beta2, epsilon, weightDecay, decoupled, correctBias, epsilonInside, step };
    adamUpdate(p.storage, g.storage, mean, square, p.storage, how);
  });
}

/**
 * Adam with weights that shrink by ηλ in each step, beside the adaptive update instead of within it (Loshchilov and
 * Hutter, 2019); λ is 0.01 unless given.
 *
 * @example const optimizer = adamw({ rate: 1e-3, weightDecay: 0.05 });
 */
export function adamw(options: Omit<AdamOptions, "decoupled"> = {}): Optimizer {
  return adam({ weightDecay: 0.01, ...options, decoupled: true });
}
