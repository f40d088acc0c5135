import { batchNormInference, batchNorm as batchNormOp } from "../../ops/batch-norm.ts";
import { groupNorm as groupNormOp, instanceNorm as instanceNormOp } from "../../ops/group-norm.ts";
import { layerNorm as layerNormOp } from "../../ops/layer-norm.ts";
import { type LocalResponseOptions, localResponseNorm as lrnOp } from "../../ops/local-response-norm.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Layer, Parameter, Start } from "../module.ts";
import { one, zero } from "../starts.ts";

function affine(x: Shape, scale: Start = one): Record<string, Parameter> {
  const shape = [x.at(-1)!];
  return { gamma: { shape, start: scale }, beta: { shape, start: zero } };
}

export interface BatchNormLayerOptions {
  /** The share that a new batch has in the running statistics; default 0.1. */
  readonly momentum?: number;
  /** Default 1e-5. */
  readonly epsilon?: number;
  /** How γ begins: 1, or 0 to begin a residual body as nothing (Goyal et al., 2017). */
  readonly start?: Start;
}

/**
 * Batch norm (Ioffe and Szegedy, 2015) of the last axis: by the batch's statistics in training, by the running ones
 * after. It learns `gamma` and `beta`; `mean` and `variance` are state.
 */
export function batchNorm({ momentum = 0.1, epsilon = 1e-5, start }: BatchNormLayerOptions = {}): Layer {
  return {
    kind: "batchNorm",
    parameters: ([x]) => ({
      ...affine(x!, start),
      mean: { shape: [x!.at(-1)!], start: zero, learned: false },
      variance: { shape: [x!.at(-1)!], start: one, learned: false },
    }),
    outputs: ([x]) => [x!],
    apply({ gamma, beta, mean, variance }, [x], call) {
      const running = { mean: mean!, variance: variance! };
      const own = { gamma: gamma!, beta: beta!, epsilon };
      if (!call.training) return [batchNormInference(x!, running, own)];
      const result = batchNormOp(x!, { ...own, running, momentum });
      call.update("mean", result.running.mean);
      call.update("variance", result.running.variance);
      return [result.y];
    },
  };
}

/** Layer norm of the last axis (Ba, Kiros and Hinton, 2016): the same in training and after. */
export function layerNorm({ epsilon = 1e-5 }: { readonly epsilon?: number } = {}): Layer {
  return {
    kind: "layerNorm",
    parameters: ([x]) => affine(x!),
    outputs: ([x]) => [x!],
    apply: ({ gamma, beta }, [x]) => [layerNormOp(x!, { gamma: gamma!, beta: beta!, epsilon })],
  };
}

/** Group norm (Wu and He, 2018). @example groupNorm(8) */
export function groupNorm(groups: number, { epsilon = 1e-5 }: { readonly epsilon?: number } = {}): Layer {
  return {
    kind: "groupNorm",
    parameters: ([x]) => affine(x!),
    outputs: ([x]) => [x!],
    apply: ({ gamma, beta }, [x]) => [groupNormOp(x!, groups, { gamma: gamma!, beta: beta!, epsilon })],
  };
}

/** Instance norm (Ulyanov et al., 2016). */
export function instanceNorm({ epsilon = 1e-5 }: { readonly epsilon?: number } = {}): Layer {
  return {
    kind: "instanceNorm",
    parameters: ([x]) => affine(x!),
    outputs: ([x]) => [x!],
    apply: ({ gamma, beta }, [x]) => [instanceNormOp(x!, { gamma: gamma!, beta: beta!, epsilon })],
  };
}

/** Local response normalization, as in AlexNet. */
export function localResponseNorm(options: Partial<LocalResponseOptions> = {}): Layer {
  return {
    kind: "localResponseNorm",
    outputs: ([x]) => [x!],
    kept: ([x]) => 3 * sizeOf(x!), // and the base, and its power
    apply: (_, [x]) => [lrnOp(x!, options)],
  };
}
