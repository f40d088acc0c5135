import { batchNormInference, batchNorm as batchNormOp } from "../../ops/batch-norm.ts";
import { groupNorm as groupNormOp, instanceNorm as instanceNormOp } from "../../ops/group-norm.ts";
import { layerNorm as layerNormOp } from "../../ops/layer-norm.ts";
import { type LocalResponseOptions, localResponseNorm as lrnOp } from "../../ops/local-response-norm.ts";
import { alongAxis } from "../../ops/softmax.ts";
import { formatShape, resolveAxes, type Shape, ShapeError, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Layer, Parameter, Start } from "../module.ts";
import { one, zero } from "../starts.ts";

/** What all norms take. */
export interface NormLayerOptions {
  /** What is added to the variance under the root; default 1e-5, as in PyTorch (Keras has 1e-3). */
  readonly epsilon?: number;
  /** Whether a scale γ is learned; default true. PyTorch's affine=False is { scale: false, bias: false }. */
  readonly scale?: boolean;
  /** Whether a shift β is learned; default true. */
  readonly bias?: boolean;
}

/** Of norms that keep channels apart. */
export interface ChannelNormOptions extends NormLayerOptions {
  /** Where the channels are; the last axis unless given, 1 in PyTorch's order. */
  readonly axis?: number;
}

/** γ and β of this shape, as far as they are wanted. */
function affine(
  shape: Shape,
  { scale = true, bias = true }: NormLayerOptions,
  start: Start = one,
): Record<string, Parameter> {
  return {
    ...(scale ? { gamma: { shape, start } } : {}),
    ...(bias ? { beta: { shape, start: zero } } : {}),
  };
}

/** γ and β as an operation takes them: without those that there are not. */
function given({ gamma, beta }: Readonly<Record<string, Tensor>>): Partial<Record<"gamma" | "beta", Tensor>> {
  return { ...(gamma ? { gamma } : {}), ...(beta ? { beta } : {}) };
}

function channelsAt(kind: string, shape: Shape, axis: number): Shape {
  return [shape[resolveAxes(kind, axis, shape.length)[0]!]!];
}

export interface BatchNormLayerOptions extends ChannelNormOptions {
  /** The share that a new batch has in the running statistics; default 0.1, as in PyTorch (Keras says 1 − that, 0.99). */
  readonly momentum?: number;
  /** How γ begins: 1, or 0 to begin a residual body as nothing (Goyal et al., 2017). */
  readonly start?: Start;
}

/**
 * Batch norm (Ioffe and Szegedy, 2015): y = γ(x − μ)/√(σ² + ε) + β, μ and σ² of each channel over the batch and all places;
 * by the batch's statistics in training, by the running ones after. It learns `gamma` and `beta`; `mean` and `variance` are
 * state.
 * @example batchNorm({ epsilon: 1e-3, scale: false })
 */
export function batchNorm({
  momentum = 0.1,
  epsilon = 1e-5,
  axis = -1,
  start,
  ...options
}: BatchNormLayerOptions = {}): Layer {
  return {
    kind: "batchNorm",
    parameters([x]) {
      const shape = channelsAt("batchNorm", x!, axis);
      return {
        ...affine(shape, options, start),
        mean: { shape, start: zero, learned: false },
        variance: { shape, start: one, learned: false },
      };
    },
    outputs: ([x]) => [x!],
    apply({ mean, variance, ...learned }, [x], call) {
      const running = { mean: mean!, variance: variance! };
      const own = { ...given(learned), epsilon };
      const norm = (channelsLast: Tensor): Tensor => {
        if (!call.training) return batchNormInference(channelsLast, running, own);
        const result = batchNormOp(channelsLast, { ...own, running, momentum });
        call.update("mean", result.running.mean);
        call.update("variance", result.running.variance);
        return result.y;
      };
      return [alongAxis("batchNorm", x!, axis, norm)];
    },
  };
}

export interface LayerNormLayerOptions extends NormLayerOptions {
  /** Which axes are normalized together, the last unless given: two of PyTorch's `normalized_shape` are [-2, -1]. */
  readonly axis?: number | readonly number[];
}

/**
 * Layer norm (Ba, Kiros and Hinton, 2016): y = γ(x − μ)/√(σ² + ε) + β, μ and σ² over the last axis, or over several, of each
 * example; the same in training and after. `gamma` and `beta` have the shape of those axes.
 * @example layerNorm({ axis: [-2, -1] })
 */
export function layerNorm({ epsilon = 1e-5, axis = -1, ...options }: LayerNormLayerOptions = {}): Layer {
  return {
    kind: "layerNorm",
    parameters: ([x]) =>
      affine(
        resolveAxes("layerNorm", axis, x!.length).map((at) => x![at]!),
        options,
      ),
    outputs: ([x]) => [x!],
    apply: (own, [x]) => [layerNormOp(x!, { ...given(own), epsilon, axis })],
  };
}

/**
 * Group norm (Wu and He, 2018): y = γ(x − μ)/√(σ² + ε) + β, μ and σ² over all places and one group of channels of each
 * example.
 * @example groupNorm(8)
 */
export function groupNorm(
  groups: number,
  { epsilon = 1e-5, axis = -1, ...options }: ChannelNormOptions = {},
): Layer {
  return {
    kind: "groupNorm",
    parameters: ([x]) => affine(channelsAt("groupNorm", x!, axis), options),
    outputs([x]) {
      const [channels] = channelsAt("groupNorm", x!, axis);
      if (Number.isInteger(groups) && groups > 0 && channels! % groups === 0) return [x!];
      throw new ShapeError(
        `groupNorm: the ${channels} channels of ${formatShape(x!)} do not divide into ${groups} groups.`,
      );
    },
    apply: (own, [x]) => [
      alongAxis("groupNorm", x!, axis, (y) => groupNormOp(y, groups, { ...given(own), epsilon })),
    ],
  };
}

/**
 * Instance norm (Ulyanov et al., 2016): y = γ(x − μ)/√(σ² + ε) + β, μ and σ² over the places of each channel of each
 * example. PyTorch's has neither γ nor β unless asked.
 * @example instanceNorm({ scale: false, bias: false })
 */
export function instanceNorm({ epsilon = 1e-5, axis = -1, ...options }: ChannelNormOptions = {}): Layer {
  return {
    kind: "instanceNorm",
    parameters: ([x]) => affine(channelsAt("instanceNorm", x!, axis), options),
    outputs: ([x]) => [x!],
    apply: (own, [x]) => [
      alongAxis("instanceNorm", x!, axis, (y) => instanceNormOp(y, { ...given(own), epsilon })),
    ],
  };
}

/**
 * Local response normalization: y_c = x_c / (k + α Σ_j x_j²)^β over the `size` channels around c (Krizhevsky et al., 2012, 3.3).
 * PyTorch divides α by the size.
 */
export function localResponseNorm(options: Partial<LocalResponseOptions> = {}): Layer {
  return {
    kind: "localResponseNorm",
    outputs: ([x]) => [x!],
    kept: ([x]) => 3 * sizeOf(x!), // and the base, and its power
    apply: (_, [x]) => [lrnOp(x!, options)],
  };
}
