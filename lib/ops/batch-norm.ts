import { channelStatistics } from "../kernels/channels.ts";
import { groupNormGrad, normalizeChannels, normalizeChannelsGrad } from "../kernels/group-norm.ts";
import { adopt, empty } from "../tensor/create.ts";
import { formatShape, type Shape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import {
  type Affine,
  checkChannels,
  checkEpsilon,
  type EpsilonOptions,
  NORM_SHAPES,
  normInputs,
  normSamples,
} from "./affine.ts";
import { div } from "./div.ts";
import { mean } from "./mean.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { apply, Kept, type Op } from "./op.ts";
import { pow } from "./pow.ts";
import { draw } from "./samples.ts";
import { sqrt } from "./sqrt.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

/** Mean and variance of every channel, of shape [channels]. */
export interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** `seen` is shown the batch's statistics, which are gone when it returns. */
export interface BatchNormOptions extends EpsilonOptions {
  readonly seen?: (batch: Statistics) => void;
}

/**
 * y = γ(x − μ)/√(σ² + ε) + β, μ and σ² of each channel over the batch and all places (Ioffe and Szegedy, 2015). As
 * both depend on every x, ∂L/∂x = γ(g − mean g − n · mean gn)/√(σ² + ε) with n = (x − μ)/√(σ² + ε).
 */
export const batchNormOp: Op<"batchNorm", readonly [Tensor, Tensor, Tensor], BatchNormOptions> = {
  name: "batchNorm",
  formula: "\\gamma \\frac{x - \\mu_B}{\\sqrt{\\sigma_B^2 + \\epsilon}} + \\beta",
  inputs: ["x", "gamma", "beta"],
  forward([x, gamma, beta], { epsilon, seen }, wanted) {
    const y = empty(x.shape, x.dtype);
    const [mean, variance] = [empty(gamma.shape, x.dtype), empty(gamma.shape, x.dtype)];
    if (x.size > 0) {
      channelStatistics(x.storage, gamma.size, mean.storage, variance.storage);
      const given = [mean.storage, variance.storage, gamma.storage, beta.storage] as const;
      normalizeChannels(x.storage, ...given, epsilon, y.storage);
      seen?.({ mean, variance });
    }
    if (wanted) return new Kept(y, [mean, variance]);
    mean.storage.free();
    variance.storage.free();
    return y;
  },
  backward(g, { inputs: [x, gamma], options: { epsilon }, saved: [mean, variance] }) {
    const [dx, dgamma, dbeta] = [
      empty(x.shape, x.dtype),
      empty(gamma.shape, x.dtype),
      empty(gamma.shape, x.dtype),
    ];
    const channels = gamma.size;
    const layout = { samples: x.size === 0 ? 0 : 1, rows: x.size / channels, channels, groups: channels };
    const kept = [mean!.storage, variance!.storage] as const;
    const made = [dx.storage, dgamma.storage, dbeta.storage] as const;
    groupNormGrad(g.storage, x.storage, layout, gamma.storage, epsilon, ...kept, ...made);
    return [dx, dgamma, dbeta];
  },
  decomposed([x, gamma, beta], { epsilon }) {
    if (x.size === 0) return add(mul(gamma, x), beta);
    const axis = outer(x.shape);
    const centred = sub(x, mean(x, { axis }));
    return add(mul(gamma, div(centred, sqrt(add(mean(square(centred), { axis }), epsilon)))), beta);
  },
  samples: (random) => normSamples(random, NORM_SHAPES, (at) => ({ epsilon: at % 2 === 0 ? 0.1 : 0.05 })),
  reference(tf, [x, gamma, beta], { epsilon }) {
    const { mean, variance } = tf.moments(x, outer(x.shape));
    return tf.add(tf.mul(gamma, tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)))), beta);
  },
};

/** All axes but the last. */
const outer = (shape: Shape): number[] => [...shape.keys()].slice(0, -1);

/**
 * The same with statistics that are given, such as those of the training set: an affine function of x. The
 * statistics have gradients too, with s = √(σ² + ε): ∂L/∂μ = −Σ gγ/s and ∂L/∂σ² = −½ Σ gγ(x − μ)/s³.
 */
export const batchNormInferenceOp: Op<
  "batchNormInference",
  readonly [Tensor, Tensor, Tensor, Tensor, Tensor],
  EpsilonOptions
> = {
  name: "batchNormInference",
  formula: "\\gamma \\frac{x - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}} + \\beta",
  inputs: ["x", "mean", "variance", "gamma", "beta"],
  forward([x, mean, variance, gamma, beta], { epsilon }) {
    const y = empty(x.shape, x.dtype);
    const given = [mean.storage, variance.storage, gamma.storage, beta.storage] as const;
    normalizeChannels(x.storage, ...given, epsilon, y.storage);
    return y;
  },
  backward(g, { inputs: [x, mean, variance, gamma], options: { epsilon }, wanted }) {
    const [dx, dgamma, dbeta] = [
      empty(x.shape, x.dtype),
      empty(gamma.shape, x.dtype),
      empty(gamma.shape, x.dtype),
    ];
    const given = [mean.storage, variance.storage, gamma.storage] as const;
    const made = [dx.storage, dgamma.storage, dbeta.storage] as const;
    normalizeChannelsGrad(g.storage, x.storage, ...given, epsilon, ...made);
    // From dγ = Σ g(x − μ)/s and dβ = Σ g.
    const inverse = div(gamma, sqrt(add(variance, epsilon)));
    const dmean = wanted[1] ? neg(mul(dbeta, inverse)) : undefined;
    const dvariance = wanted[2] ? mul(-0.5, div(mul(dgamma, gamma), add(variance, epsilon))) : undefined;
    return [dx, dmean, dvariance, dgamma, dbeta];
  },
  gradients: [
    (g, [, , variance, gamma], _, { epsilon }) => mul(g, div(gamma, sqrt(add(variance, epsilon)))),
    (g, [, , variance, gamma], _, { epsilon }) => neg(mul(over(g), div(gamma, sqrt(add(variance, epsilon))))),
    (g, [x, mean, variance, gamma], _, { epsilon }) =>
      mul(mul(-0.5, gamma), mul(over(mul(g, sub(x, mean))), pow(add(variance, epsilon), -1.5))),
    (g, [x, mean, variance], _, { epsilon }) => div(over(mul(g, sub(x, mean))), sqrt(add(variance, epsilon))),
    (g) => over(g),
  ],
  samples: (random) =>
    normSamples(random, NORM_SHAPES, (at) => ({ epsilon: at % 2 === 0 ? 0.1 : 1e-3 })).map(
      ({ inputs: [x, gamma, beta], options }) => {
        const statistics = [
          draw(random, gamma.shape),
          draw(random, gamma.shape, { low: 0.5, high: 2 }),
        ] as const;
        return { inputs: [x, ...statistics, gamma, beta], options };
      },
    ),
  reference: (tf, [x, mean, variance, gamma, beta], { epsilon }) =>
    tf.add(tf.mul(gamma, tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)))), beta),
};

/** Summed over all axes but the channels. */
const over = (x: Tensor): Tensor => sum(x, { axis: outer(x.shape) });

/** Of batch norm in training. */
export interface BatchNormTraining extends Affine, Partial<EpsilonOptions> {
  /** The statistics up to now; left out at the first step, which begins with its own. */
  readonly running?: Statistics;
  /** The share that the new batch has in the running statistics, 0.1 unless given. */
  readonly momentum?: number;
}

/**
 * The channels of [n, …, channels] brought to mean 0 and variance 1 by the batch's own statistics: batch norm as it
 * trains. `running` are the statistics to keep for `batchNormInference`: the old ones times 1 − momentum plus
 * momentum times the batch's, the variance with n − 1 in place of n (as in PyTorch; Keras keeps n). They are plain
 * numbers to every gradient. A batch with one value a channel has variance 0 and gives β.
 *
 * @example
 * const { y, running } = batchNorm(x, { gamma, beta, running: before });
 */
export function batchNorm(
  x: Tensor,
  { running, momentum = 0.1, epsilon = 1e-5, ...affine }: BatchNormTraining = {},
): { readonly y: Tensor; readonly running: Statistics } {
  checkEpsilon("batchNorm", epsilon);
  const inputs = normInputs("batchNorm", x, affine);
  if (running !== undefined) checkStatistics("batchNorm", running, x);
  if (!(momentum >= 0 && momentum <= 1)) {
    throw new RangeError(
      `batchNorm: momentum is ${momentum}; it must be from 0 (keep the old) to 1 (take the new).`,
    );
  }
  if (x.size === 0) {
    throw new ShapeError(
      `batchNorm: a batch of shape ${formatShape(x.shape)} is empty and has no statistics.`,
    );
  }
  const count = x.size / inputs[1].size;
  let updated = running;
  const seen = ({ mean, variance }: Statistics): void => {
    updated = {
      mean: mixed(running?.mean, mean, 1, momentum),
      variance: mixed(running?.variance, variance, count / Math.max(1, count - 1), momentum),
    };
  };
  const y = apply(batchNormOp, inputs, { epsilon, seen });
  return { y, running: updated! };
}

/** (1 − m)·old + m·factor·new, or factor·new where there is no old one; copied, as `fresh` does not last. */
function mixed(old: Tensor | undefined, fresh: Tensor, factor: number, momentum: number): Tensor {
  const [before, now] = [old?.storage.array(), fresh.storage.array()];
  const share = before === undefined ? 1 : momentum;
  const out = now.map((value, c) => (1 - share) * (before?.[c] ?? 0) + share * factor * value);
  return adopt(out, fresh.shape);
}

function checkStatistics(op: string, { mean, variance }: Statistics, x: Tensor): void {
  checkChannels(op, "the running mean", mean, x);
  checkChannels(op, "the running variance", variance, x);
}

/**
 * Batch norm once it is trained: the channels normalized by statistics that are given.
 * @example batchNormInference(x, running, { gamma, beta })
 */
export function batchNormInference(
  x: Tensor,
  statistics: Statistics,
  { epsilon = 1e-5, ...affine }: Affine & Partial<EpsilonOptions> = {},
): Tensor {
  checkEpsilon("batchNormInference", epsilon);
  const [, gamma, beta] = normInputs("batchNormInference", x, affine);
  checkStatistics("batchNormInference", statistics, x);
  return apply(batchNormInferenceOp, [x, statistics.mean, statistics.variance, gamma, beta], { epsilon });
}
