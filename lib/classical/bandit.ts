// A taste of reinforcement learning: learning from rewards what to do (Sutton and Barto, "Reinforcement learning", 2018).

import { cast } from "../ops/cast.ts";
import { oneHot } from "../ops/choose.ts";
import { logSoftmax } from "../ops/log-softmax.ts";
import { mean } from "../ops/mean.ts";
import { mul } from "../ops/mul.ts";
import { neg } from "../ops/neg.ts";
import { sum } from "../ops/sum.ts";
import type { Random } from "../random/random.ts";
import { adopt } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Chooses among arms, and learns from what they give. */
export interface BanditPolicy {
  choose(random: Random): number;
  learn(arm: number, reward: number): void;
}

const best = (values: ArrayLike<number>): number => {
  let at = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[at]!) at = i;
  return at;
};

/** The mean reward of each arm so far. */
class Means {
  readonly values: Float64Array;
  readonly counts: Float64Array;

  constructor(arms: number) {
    if (!Number.isSafeInteger(arms) || arms < 1) {
      throw new RangeError(`a bandit has 1 arm or more, not ${arms}.`);
    }
    this.values = new Float64Array(arms);
    this.counts = new Float64Array(arms);
  }

  add(arm: number, reward: number): void {
    this.counts[arm]! += 1;
    this.values[arm]! += (reward - this.values[arm]!) / this.counts[arm]!;
  }
}

/** The best arm so far, but with chance ε any. @example epsilonGreedy(10, 0.1) */
export function epsilonGreedy(arms: number, epsilon: number): BanditPolicy {
  const means = new Means(arms);
  return {
    choose: (random) => (random.next() < epsilon ? random.integer(arms) : best(means.values)),
    learn: (arm, reward) => means.add(arm, reward),
  };
}

/**
 * The arm that could be best: mean + c √(ln t / n), every arm once at first (UCB1: Auer, Cesa-Bianchi and Fischer, 2002).
 * @example upperConfidenceBound(10)
 */
export function upperConfidenceBound(arms: number, c: number = Math.SQRT2): BanditPolicy {
  const means = new Means(arms);
  let steps = 0;
  return {
    choose() {
      const untried = means.counts.indexOf(0);
      if (untried >= 0) return untried;
      return best(
        means.values.map((value, arm) => value + c * Math.sqrt(Math.log(steps) / means.counts[arm]!)),
      );
    },
    learn(arm, reward) {
      steps++;
      means.add(arm, reward);
    },
  };
}

/**
 * A softmax over preferences h that follows the policy gradient: h_a += η (r − r̄) (1[a chosen] − π_a), r̄ the mean reward.
 * @example gradientBandit(10, 0.1)
 */
export function gradientBandit(arms: number, rate: number): BanditPolicy {
  const preferences = new Float64Array(new Means(arms).values);
  let [baseline, steps] = [0, 0];
  const policy = (): Float64Array => {
    const largest = preferences[best(preferences)]!;
    const weights = preferences.map((h) => Math.exp(h - largest));
    const total = weights.reduce((all, weight) => all + weight, 0);
    return weights.map((weight) => weight / total);
  };
  return {
    choose: (random) => random.categorical(adopt(Float64Array.from(preferences), [arms])).item(),
    learn(chosen, reward) {
      const chances = policy();
      for (let arm = 0; arm < arms; arm++) {
        preferences[arm]! += rate * (reward - baseline) * (Number(arm === chosen) - chances[arm]!);
      }
      steps++;
      baseline += (reward - baseline) / steps;
    },
  };
}

/** What a policy got. */
export interface BanditRun {
  readonly choices: Int32Array;
  readonly rewards: Float64Array;
  /** By how much the mean rewards of the arms chosen fall short of the best arm's, in all. */
  readonly regret: number;
}

/**
 * Plays arms whose rewards are Gaussian with these means and variance 1.
 * @example playBandit([0, 0.5, 1], epsilonGreedy(3, 0.1), { steps: 1000, random }).regret
 */
export function playBandit(
  means: readonly number[],
  policy: BanditPolicy,
  { steps, random }: { readonly steps: number; readonly random: Random },
): BanditRun {
  const [choices, rewards] = [new Int32Array(steps), new Float64Array(steps)];
  const highest = Math.max(...means);
  let regret = 0;
  for (let t = 0; t < steps; t++) {
    const arm = policy.choose(random);
    const reward = means[arm]! + random.normal([], { dtype: "float64" }).item();
    policy.learn(arm, reward);
    choices[t] = arm;
    rewards[t] = reward;
    regret += highest - means[arm]!;
  }
  return { choices, rewards, regret };
}

/**
 * G_t = r_t + γ r_{t+1} + γ² r_{t+2} + …: what each step of an episode led to.
 * @example discountedReturns([0, 0, 1], 0.9) // 0.81, 0.9, 1
 */
export function discountedReturns(rewards: ArrayLike<number>, discount: number): Float64Array {
  const returns = Float64Array.from(rewards);
  for (let t = returns.length - 2; t >= 0; t--) returns[t]! += discount * returns[t + 1]!;
  return returns;
}

/**
 * −(1/N) Σ_n A_n ln π(a_n | s_n), whose gradient is the policy gradient (REINFORCE: Williams, 1992), for logits [N, actions],
 * the actions taken int32 [N], and their advantages A [N] (returns less a baseline), which are held constant.
 *
 * @example grad(({ W }) => policyGradientLoss(matmul(states, W), actions, advantages), { W })
 */
export function policyGradientLoss(logits: Tensor, actions: Tensor, advantages: Tensor): Tensor {
  const [count, width] = logits.shape;
  if (logits.rank !== 2 || actions.rank !== 1 || actions.size !== count || advantages.size !== count) {
    const [z, a, r] = [logits, actions, advantages].map(({ shape }) => formatShape(shape));
    throw new ShapeError(
      `policyGradientLoss: logits ${z}, actions ${a} and advantages ${r} must be [N, actions], [N] and [N].`,
    );
  }
  const taken = cast(oneHot(actions, width!), logits.dtype);
  return neg(mean(mul(advantages, sum(mul(taken, logSoftmax(logits)), { axis: -1 }))));
}
