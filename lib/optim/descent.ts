import { mapParams, valueAndGrad } from "../autodiff/grad.ts";
import { add } from "../ops/add.ts";
import { mul } from "../ops/mul.ts";
import { checkNumber, type Minimizer, type Optimizer, optimizer } from "./optimizer.ts";
import { sgd } from "./sgd.ts";

/**
 * Gradient descent (Cauchy, 1847): p ← p − η g with the gradient over **all** examples. `sgd` is the same update with
 * the gradient over a few of them.
 *
 * @example
 * const optimizer = gradientDescent({ rate: 0.1 });
 * optimizer.minimize(({ W }) => loss(W, everything), { W });
 */
export function gradientDescent({ rate }: { readonly rate: number }): Optimizer {
  checkNumber("gradientDescent", "rate", rate, 0, Infinity);
  return sgd({ rate });
}

/** The three updates that go by the name of momentum. */
export type MomentumForm = "sum" | "average" | "velocity";

export interface MomentumOptions {
  /** The learning rate η. */
  readonly rate: number;
  /** μ: how much of the past stays; 0.9 unless given. */
  readonly momentum?: number;
  /** Which update; "sum" unless given. */
  readonly form?: MomentumForm;
  /** Only for "average": divides by 1 − μᵗ, because an average that starts at 0 is too small at first. */
  readonly correctBias?: boolean;
}

/**
 * Momentum (Polyak, 1964) in three forms:
 *
 * - `sum`: v ← μ v + g, p ← p − η v. The sum of past gradients, as in PyTorch and tfjs.
 * - `average`: v ← μ v + (1 − μ) g, p ← p − η v. Their exponentially weighted average: `sum` with the rate η (1 − μ).
 * - `velocity`: v ← μ v − η g, p ← p + v. The rate is inside v: at a constant rate the same as `sum`, but after a
 *   change of rate the steps before it still go on at the old one.
 *
 * @example
 * const optimizer = momentum({ rate: 0.1, form: "average", correctBias: true });
 */
export function momentum({
  rate,
  momentum = 0.9,
  form = "sum",
  correctBias = false,
}: MomentumOptions): Optimizer {
  checkNumber("momentum", "momentum", momentum, 0, 1);
  if (form === "sum" && !correctBias) return sgd({ rate, momentum });
  if (correctBias && form !== "average") {
    throw new RangeError(
      `momentum: correctBias is for the form "average"; a ${form} has no bias to correct.`,
    );
  }
  return optimizer("momentum", rate, (p, g, step, rate, memory) => {
    const velocity = memory("velocity");
    const [at, slope, v] = [p.storage.array(), g.storage.array(), velocity.storage.array()];
    const past = correctBias ? 1 - momentum ** step : 1;
    for (let i = 0; i < at.length; i++) {
      if (form === "velocity") {
        v[i] = momentum * v[i]! - rate * slope[i]!;
        at[i] = at[i]! + v[i]!;
      } else {
        v[i] = momentum * v[i]! + (1 - momentum) * slope[i]!;
        at[i] = at[i]! - (rate * v[i]!) / past;
      }
    }
  });
}

export interface NesterovOptions {
  /** The learning rate η. */
  readonly rate: number;
  /** μ: how much of the last step goes into this one; 0.9 unless given. */
  readonly momentum?: number;
}

/**
 * Nesterov's momentum as it is told (Nesterov, 1983; Sutskever et al., 2013): the gradient is taken where the momentum
 * is about to lead, g = ∇L(p + μ v), v ← μ v − η g, p ← p + v. So there is `minimize`, which computes that gradient,
 * and no `step`, which would be given another; the value and gradients that it returns are those ahead.
 *
 * `sgd({ nesterov: true })` keeps x = p + μ v instead of p, which is the same walk seen from the other point and works
 * with gradients taken at x.
 *
 * @example
 * const optimizer = nesterov({ rate: 0.01 });
 * optimizer.minimize(loss, params);
 */
export function nesterov({ rate, momentum = 0.9 }: NesterovOptions): Minimizer {
  checkNumber("nesterov", "momentum", momentum, 0, 1);
  const walk = optimizer("nesterov", rate, (p, g, _, rate, memory) => {
    const velocity = memory("velocity");
    const [at, slope, v] = [p.storage.array(), g.storage.array(), velocity.storage.array()];
    for (let i = 0; i < at.length; i++) {
      v[i] = momentum * v[i]! - rate * slope[i]!;
      at[i] = at[i]! + v[i]!;
    }
  });
  return {
    rate,
    minimize(loss, params) {
      const { tensors } = walk.state();
      const ahead = mapParams(params, (p, name) => {
        const velocity = tensors[`${name}.velocity`];
        return velocity === undefined ? p : add(p, mul(velocity, momentum));
      });
      const { value, grads } = valueAndGrad(loss, ahead);
      walk.rate = this.rate;
      walk.step(params, grads);
      return { value, grads };
    },
    state() {
      return { ...walk.state(), rate: this.rate };
    },
    restore(state) {
      walk.restore(state);
      this.rate = state.rate;
    },
  };
}
