import { layerNormParameterGrads, layerNormRows, layerNormRowsGrad } from "../kernels/layer-norm.ts";
import { empty } from "../tensor/create.ts";
import { formatShape, resolveAxes, type Shape, ShapeError, sameShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import {
  type Affine,
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
import { transpose } from "./transpose.ts";

/**
 * y = γ(x − μ)/√(σ² + ε) + β, μ and σ² the mean and variance of each row of the last axis (Ba et al., 2016). With
 * n = (x − μ)/√(σ² + ε), h = γg: ∂L/∂x = (h − mean h − n · mean hn)/√(σ² + ε), ∂L/∂γ = Σ gn and ∂L/∂β = Σ g.
 */
export const layerNormOp: Op<"layerNorm", readonly [Tensor, Tensor, Tensor], EpsilonOptions> = {
  name: "layerNorm",
  formula: "\\gamma \\frac{x - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}} + \\beta",
  inputs: ["x", "gamma", "beta"],
  forward([x, gamma, beta], { epsilon }, wanted) {
    const width = x.shape.at(-1)!;
    const y = empty(x.shape, x.dtype);
    const [means, invs] = [empty([x.size / width], x.dtype), empty([x.size / width], x.dtype)];
    const affine = [gamma.storage, beta.storage] as const;
    layerNormRows(x.storage, width, ...affine, epsilon, y.storage, means.storage, invs.storage);
    if (wanted) return new Kept(y, [means, invs]);
    means.storage.free();
    invs.storage.free();
    return y;
  },
  backward(g, { inputs: [x, gamma], saved, wanted }) {
    const [means, invs] = saved.map(({ storage }) => storage) as [Tensor["storage"], Tensor["storage"]];
    const width = gamma.size;
    const dx = wanted[0] ? empty(x.shape, x.dtype) : undefined;
    if (dx) layerNormRowsGrad(g.storage, x.storage, width, gamma.storage, means, invs, dx.storage);
    if (!wanted[1] && !wanted[2]) return [dx, undefined, undefined];
    const [dgamma, dbeta] = [empty([width], x.dtype), empty([width], x.dtype)];
    layerNormParameterGrads(g.storage, x.storage, width, means, invs, dgamma.storage, dbeta.storage);
    return [dx, dgamma, dbeta];
  },
  decomposed([x, gamma, beta], { epsilon }) {
    const centred = sub(x, mean(x, { axis: -1, keepDims: true }));
    const variance = mean(square(centred), { axis: -1, keepDims: true });
    return add(mul(gamma, div(centred, sqrt(add(variance, epsilon)))), beta);
  },
  samples: (random) =>
    normSamples(random, [[5], ...NORM_SHAPES], (at) => ({ epsilon: at % 2 === 0 ? 0.1 : 0.01 })),
  reference(tf, [x, gamma, beta], { epsilon }) {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.add(tf.mul(gamma, tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)))), beta);
  },
};

export interface LayerNormOptions extends Affine, Partial<EpsilonOptions> {
  /** Which axes are normalized together; the last unless given. γ and β have their shape. */
  readonly axis?: number | readonly number[];
}

/**
 * Each row of the last axis (a token's features) brought to mean 0 and variance 1, then scaled by γ and shifted by β; or
 * each block of several axes, of which PyTorch's `normalized_shape` gives the lengths: the last two are { axis: [-2, -1] }.
 * @example layerNorm(tensor([[1, 2, 3]])) // [[-1.2247, 0, 1.2247]]
 */
export function layerNorm(
  x: Tensor,
  { epsilon = 1e-5, axis = -1, ...affine }: LayerNormOptions = {},
): Tensor {
  checkEpsilon("layerNorm", epsilon);
  if (x.rank === 0)
    throw new ShapeError(`layerNorm: x has shape ${formatShape(x.shape)}; it takes rows, [n, width].`);
  const axes = resolveAxes("layerNorm", axis, x.rank);
  const others = [...x.shape.keys()].filter((at) => !axes.includes(at));
  if (axes.length === 1 && axes[0] === x.rank - 1 && others.length > 0) {
    return apply(layerNormOp, normInputs("layerNorm", x, affine), { epsilon });
  }
  const order = [...others, ...axes];
  const lengths = (some: readonly number[]): Shape => some.map((at) => x.shape[at]!);
  const [inside, outside] = [lengths(axes), lengths(others)];
  const moved = order.every((at, i) => at === i) ? x : transpose(x, order);
  const rows = reshape(moved, [sizeOf(outside), sizeOf(inside)]);
  const flat = Object.fromEntries(
    Object.entries(affine).map(([name, given]) => [name, flatAffine(name, given, x, inside)]),
  );
  const y = reshape(apply(layerNormOp, normInputs("layerNorm", rows, flat), { epsilon }), moved.shape);
  if (moved === x) return y;
  return transpose(
    y,
    order.map((_, at) => order.indexOf(at)),
  );
}

/** γ or β for all the normalized axes in a row. */
function flatAffine(name: string, given: Tensor | undefined, x: Tensor, inside: Shape): Tensor | undefined {
  if (given === undefined) return undefined;
  if (sameShape(given.shape, inside)) return reshape(given, [given.size]);
  throw new ShapeError(
    `layerNorm: ${name} has shape ${formatShape(given.shape)} and x ${formatShape(x.shape)}; ${name} holds one number for ` +
      `each element of the normalized axes, so shape ${formatShape(inside)} would fit.`,
  );
}
