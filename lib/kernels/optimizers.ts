import type { Block } from "./block.ts";
import { enter, GRAIN, leave, place, result, run, update } from "./dispatch.ts";

export interface SgdStep {
  readonly rate: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
}

/**
 * d = g + λp; v ← μv + (1 − τ) d; p′ = p − η v, or p − η (d + μv) with Nesterov; without a velocity p′ = p − η d.
 * `velocity` is updated in place, and `out` may be `p` itself.
 */
export function sgdUpdate(p: Block, g: Block, velocity: Block | undefined, out: Block, step: SgdStep): void {
  const { rate, momentum, dampening, weightDecay, nesterov } = step;
  const e = enter(p.length, [p, g, velocity, out]);
  if (e) {
    const args = [place(e, p), place(e, g), velocity ? update(e, velocity) : 0, result(out)];
    run(e, "sgd", p.length, GRAIN, ...args, rate, momentum, dampening, weightDecay, Number(nesterov));
    leave(e);
    return;
  }
  const [old, slope, v, next] = [p.array(), g.array(), velocity?.array(), out.array()];
  for (let i = 0; i < old.length; i++) {
    let d = slope[i]! + weightDecay * old[i]!;
    if (v) {
      const speed = momentum * v[i]! + (1 - dampening) * d;
      v[i] = speed;
      d = nesterov ? d + momentum * speed : speed;
    }
    next[i] = old[i]! - rate * d;
  }
}

export interface AdamStep {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** True: AdamW, p shrinks by ηλ; false: λp is a part of the gradient. */
  readonly decoupled: boolean;
  /** How many updates there have been, this one included: 1 at first. */
  readonly step: number;
  /** False: m̂ = m and v̂ = v. */
  readonly correctBias?: boolean;
  /** True: divided by √(v̂ + ε) instead of √v̂ + ε. */
  readonly epsilonInside?: boolean;
}

/**
 * m ← β₁m + (1 − β₁) g; v ← β₂v + (1 − β₂) g²; p′ = p − η m̂ / (√v̂ + ε), m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
 * m and v are updated in place, and `out` may be `p` itself.
 */
export function adamUpdate(p: Block, g: Block, m: Block, v: Block, out: Block, step: AdamStep): void {
  const { rate, beta1, beta2, epsilon, weightDecay, decoupled, correctBias = true, epsilonInside } = step;
  const size = correctBias ? rate / (1 - beta1 ** step.step) : rate;
  const root = correctBias ? 1 / Math.sqrt(1 - beta2 ** step.step) : 1;
  const keep = decoupled ? 1 - rate * weightDecay : 1;
  const decay = decoupled ? 0 : weightDecay;
  const e = epsilonInside ? undefined : enter(p.length, [p, g, m, v, out]);
  if (e) {
    const args = [place(e, p), place(e, g), update(e, m), update(e, v), result(out), size, root];
    run(e, "adam", p.length, GRAIN, ...args, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, keep, decay);
    leave(e);
    return;
  }
  const [old, slope, first, second, next] = [p.array(), g.array(), m.array(), v.array(), out.array()];
  for (let i = 0; i < old.length; i++) {
    const d = slope[i]! + decay * old[i]!;
    const m1 = beta1 * first[i]! + (1 - beta1) * d;
    const v1 = beta2 * second[i]! + (1 - beta2) * d * d;
    first[i] = m1;
    second[i] = v1;
    const scale = epsilonInside ? Math.sqrt(v1 * root * root + epsilon) : Math.sqrt(v1) * root + epsilon;
    next[i] = keep * old[i]! - (size * m1) / scale;
  }
}
