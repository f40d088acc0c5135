// Optimizers that give each parameter a rate of its own, by the size of its gradients.
import { adadeltaUpdate, scaledUpdate } from "../kernels/adaptive.ts";
import { checkNumber, type Optimizer, optimizer } from "./optimizer.ts";

export interface AdagradOptions {
  /** The learning rate η; 0.01 unless given. */
  readonly rate?: number;
  /** Keeps the division from 0; 1e-10 unless given. */
  readonly epsilon?: number;
  /** What the sum of squares starts from; 0 unless given (tfjs starts from 0.1). */
  readonly initial?: number;
  /** True, as in tfjs: divided by √(s + ε); false, as in the paper: by √s + ε. */
  readonly epsilonInside?: boolean;
}

/**
 * AdaGrad (Duchi, Hazan and Singer, 2011): s ← s + g², p ← p − η g / (√s + ε). Rarely moved parameters take longer
 * steps; as s only grows, all steps shrink like 1/√t. It has no memory of directions, so no momentum.
 *
 * @example const optimizer = adagrad({ rate: 0.1 });
 */
export function adagrad({
  rate = 0.01,
  epsilon = 1e-10,
  initial = 0,
  epsilonInside = false,
}: AdagradOptions = {}): Optimizer {
  checkNumber("adagrad", "epsilon", epsilon, 0, Infinity);
  checkNumber("adagrad", "initial", initial, 0, Infinity);
  return optimizer("adagrad", rate, (p, g, _, rate, memory) => {
    const how = { rate, keep: 1, rest: 1, part: 1, more: initial, epsilon, epsilonInside };
    scaledUpdate(p.storage, g.storage, memory("squares").storage, how);
  });
}

export interface RmspropOptions {
  /** The learning rate η; 0.001 unless given. */
  readonly rate?: number;
  /** β: how slowly the mean of the squares forgets; 0.9 unless given. */
  readonly decay?: number;
  /** Keeps the division from 0; 1e-8 unless given. */
  readonly epsilon?: number;
  /** True, as in tfjs: divided by √(s + ε); false, as in PyTorch: by √s + ε. */
  readonly epsilonInside?: boolean;
  /** μ: momentum on the scaled gradients; 0 unless given. */
  readonly momentum?: number;
  /** Divides by the standard deviation of the gradients, √(s − mean²), instead of their root mean square. */
  readonly centered?: boolean;
  /** Divides s by 1 − βᵗ, because an average that starts at 0 is too small at first. */
  readonly correctBias?: boolean;
}

/**
 * RMSProp (Hinton, Coursera lecture 6e, 2012): s ← β s + (1 − β) g², p ← p − η g / (√s + ε): AdaGrad that forgets.
 * With momentum v ← μ v + g / (√s + ε) and p ← p − η v.
 *
 * @example const optimizer = rmsprop({ rate: 1e-3, decay: 0.99 });
 */
export function rmsprop({
  rate = 1e-3,
  decay = 0.9,
  epsilon = 1e-8,
  epsilonInside = false,
  momentum = 0,
  centered = false,
  correctBias = false,
}: RmspropOptions = {}): Optimizer {
  checkNumber("rmsprop", "decay", decay, 0, 1);
  checkNumber("rmsprop", "epsilon", epsilon, 0, Infinity);
  checkNumber("rmsprop", "momentum", momentum, 0, 1);
  const plain = momentum === 0 && !centered;
  return optimizer("rmsprop", rate, (p, g, step, rate, memory) => {
    if (plain) {
      const part = correctBias ? 1 / (1 - decay ** step) : 1;
      const how = { rate, keep: decay, rest: 1 - decay, part, more: 0, epsilon, epsilonInside };
      scaledUpdate(p.storage, g.storage, memory("square").storage, how);
      return;
    }
    const kept = [memory("square"), centered ? memory("mean") : undefined];
    const velocity = momentum > 0 ? memory("velocity") : undefined;
    const [at, slope, v] = [p.storage.array(), g.storage.array(), velocity?.storage.array()];
    const [s, m] = kept.map((tensor) => tensor?.storage.array());
    const past = correctBias ? 1 - decay ** step : 1;
    for (let i = 0; i < at.length; i++) {
      const d = slope[i]!;
      s![i] = decay * s![i]! + (1 - decay) * d * d;
      let spread = s![i]! / past;
      if (m) {
        m[i] = decay * m[i]! + (1 - decay) * d;
        spread = Math.max(0, spread - (m[i]! / past) ** 2);
      }
      const scaled = d / root(spread, epsilon, epsilonInside);
      if (v) v[i] = momentum * v[i]! + scaled;
      at[i] = at[i]! - rate * (v ? v[i]! : scaled);
    }
  });
}

export interface AdadeltaOptions {
  /** Scales each update; 1 unless given, as in the paper, which has no rate. */
  readonly rate?: number;
  /** ρ: how slowly both means forget; 0.9 unless given. */
  readonly decay?: number;
  /** Keeps the division from 0, and makes the first updates possible; 1e-6 unless given. */
  readonly epsilon?: number;
}

/**
 * Adadelta (Zeiler, 2012): s ← ρ s + (1 − ρ) g², Δ = g √(u + ε) / √(s + ε), u ← ρ u + (1 − ρ) Δ², p ← p − η Δ. The
 * updates have the parameters' units, which is why it needs no rate.
 *
 * @example const optimizer = adadelta({ decay: 0.95 });
 */
export function adadelta({ rate = 1, decay = 0.9, epsilon = 1e-6 }: AdadeltaOptions = {}): Optimizer {
  checkNumber("adadelta", "decay", decay, 0, 1);
  checkNumber("adadelta", "epsilon", epsilon, 0, Infinity);
  return optimizer("adadelta", rate, (p, g, _, rate, memory) => {
    const [squares, updates] = [memory("square").storage, memory("update").storage];
    adadeltaUpdate(p.storage, g.storage, squares, updates, { rate, decay, epsilon });
  });
}

function root(square: number, epsilon: number, inside: boolean): number {
  return inside ? Math.sqrt(square + epsilon) : Math.sqrt(square) + epsilon;
}
