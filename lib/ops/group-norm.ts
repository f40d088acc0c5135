import { type Groups, groupNormGrad, groupNorm as groupNormKernel } from "../kernels/group-norm.ts";
import { empty } from "../tensor/create.ts";
import { formatShape, type Shape, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import {
  type Affine,
  channelsOf,
  checkEpsilon,
  type EpsilonOptions,
  NORM_SHAPES,
  normInputs,
  normSamples,
} from "./affine.ts";
import { div } from "./div.ts";
import { mean } from "./mean.ts";
import { mul } from "./mul.ts";
import { apply, Kept, type Op } from "./op.ts";
import { reshape } from "./reshape.ts";
import { sqrt } from "./sqrt.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";

/** Into how many groups of neighbours the channels are cut. */
export interface GroupNormOptions extends EpsilonOptions {
  readonly groups: number;
}

/**
 * y = γ(x − μ)/√(σ² + ε) + β, μ and σ² over all places and one group of channels of each example of [n, …, channels]
 * (Wu and He, 2018). The gradients are those of layer norm, with the means taken over the group.
 */
export const groupNormOp: Op<"groupNorm", readonly [Tensor, Tensor, Tensor], GroupNormOptions> = {
  name: "groupNorm",
  formula: "\\gamma \\frac{x - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}} + \\beta",
  inputs: ["x", "gamma", "beta"],
  forward([x, gamma, beta], { groups, epsilon }, wanted) {
    const layout = layoutOf(x.shape, groups);
    const y = empty(x.shape, x.dtype);
    const [means, variances] = [empty([x.shape[0]!, groups], x.dtype), empty([x.shape[0]!, groups], x.dtype)];
    const affine = [gamma.storage, beta.storage] as const;
    groupNormKernel(x.storage, layout, ...affine, epsilon, y.storage, means.storage, variances.storage);
    if (wanted) return new Kept(y, [means, variances]);
    means.storage.free();
    variances.storage.free();
    return y;
  },
  backward(g, { inputs: [x, gamma], options: { groups, epsilon }, saved: [means, variances] }) {
    const [dx, dgamma, dbeta] = [
      empty(x.shape, x.dtype),
      empty(gamma.shape, x.dtype),
      empty(gamma.shape, x.dtype),
    ];
    const kept = [means!.storage, variances!.storage] as const;
    const made = [dx.storage, dgamma.storage, dbeta.storage] as const;
    groupNormGrad(g.storage, x.storage, layoutOf(x.shape, groups), gamma.storage, epsilon, ...kept, ...made);
    return [dx, dgamma, dbeta];
  },
  decomposed([x, gamma, beta], { groups, epsilon }) {
    const { samples, rows, channels } = layoutOf(x.shape, groups);
    const cut = reshape(x, [samples, rows, groups, channels / groups]);
    const centred = sub(cut, mean(cut, { axis: [1, 3], keepDims: true }));
    const variance = mean(square(centred), { axis: [1, 3], keepDims: true });
    const normal = reshape(div(centred, sqrt(add(variance, epsilon))), x.shape);
    return add(mul(gamma, normal), beta);
  },
  samples: (random) =>
    normSamples(random, NORM_SHAPES, (at) => {
      const channels = NORM_SHAPES[at]!.at(-1)!;
      const fitting = [1, 2, 3, channels].filter((groups) => channels % groups === 0);
      return { groups: fitting[at % fitting.length]!, epsilon: at % 2 === 0 ? 0.1 : 0.05 };
    }),
  reference(tf, [x, gamma, beta], { groups, epsilon }) {
    const { samples, rows, channels } = layoutOf(x.shape, groups);
    const cut = tf.reshape(x, [samples, rows, groups, channels / groups]);
    const { mean, variance } = tf.moments(cut, [1, 3], true);
    const normal = tf.reshape(tf.div(tf.sub(cut, mean), tf.sqrt(tf.add(variance, epsilon))), x.shape);
    return tf.add(tf.mul(gamma, normal), beta);
  },
};

function layoutOf(shape: Shape, groups: number): Groups {
  return { samples: shape[0]!, rows: sizeOf(shape.slice(1, -1)), channels: shape.at(-1)!, groups };
}

/**
 * The channels of [n, …, channels] in groups, each brought to mean 0 and variance 1 over an example's places.
 * @example groupNorm(images, 4, { gamma, beta }) // [n, 28, 28, 16]
 */
export function groupNorm(
  x: Tensor,
  groups: number,
  { epsilon = 1e-5, ...affine }: Affine & Partial<EpsilonOptions> = {},
): Tensor {
  checkEpsilon("groupNorm", epsilon);
  const channels = channelsOf("groupNorm", x);
  if (!(Number.isInteger(groups) && groups > 0 && channels % groups === 0)) {
    const fits = Array.from({ length: channels }, (_, i) => i + 1).filter((n) => channels % n === 0);
    throw new ShapeError(
      `groupNorm: the ${channels} channels of ${formatShape(x.shape)} do not divide into ${groups} groups; ` +
        `${fits.join(", ")} would fit.`,
    );
  }
  checkPlaces("groupNorm", x);
  return apply(groupNormOp, normInputs("groupNorm", x, affine), { groups, epsilon });
}

/**
 * Each channel of each example brought to mean 0 and variance 1 over its places (Ulyanov et al., 2016): group norm
 * with a group for every channel.
 * @example instanceNorm(images) // [n, 28, 28, 3]
 */
export function instanceNorm(
  x: Tensor,
  { epsilon = 1e-5, ...affine }: Affine & Partial<EpsilonOptions> = {},
): Tensor {
  checkEpsilon("instanceNorm", epsilon);
  const groups = channelsOf("instanceNorm", x);
  checkPlaces("instanceNorm", x);
  return apply(groupNormOp, normInputs("instanceNorm", x, affine), { groups, epsilon });
}

function checkPlaces(op: string, { shape }: Tensor): void {
  if (shape[0] === 0 || !shape.slice(1).includes(0)) return;
  throw new ShapeError(
    `${op}: the examples of shape ${formatShape(shape)} have no places to take a mean of.`,
  );
}
