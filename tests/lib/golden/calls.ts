// How each operation of ops.json is called here: with PyTorch's names and units turned into ours.
import {
  type Affine,
  crossEntropy,
  type GeluOptions,
  gelu,
  groupNorm,
  type HuberOptions,
  huber,
  instanceNorm,
  type LocalResponseOptions,
  layerNorm,
  localResponseNorm,
  silu,
  softplus,
  type Tensor,
} from "../../../lib/index.ts";

type Tensors = Readonly<Record<string, Tensor>>;

/** From a case's inputs and options to its output, or to several by name. */
export type Call = (inputs: Tensors, options: Readonly<Record<string, unknown>>) => Tensor | Tensors;

/** A call that takes options of type `O`. */
function call<O>(compute: (inputs: Tensors, options: O) => Tensor | Tensors): Call {
  return (inputs, options) => compute(inputs, options as O);
}

/** By the name in ops.json, which a row of the table of operations may give as `golden`. */
export const CALLS: Readonly<Record<string, Call>> = {
  crossEntropy: call<{ labelSmoothing: number }>(({ logits, labels, distribution }, { labelSmoothing }) =>
    crossEntropy(logits!, (labels ?? distribution)!, { smoothing: labelSmoothing }),
  ),
  gelu: call<GeluOptions>(({ x }, options) => gelu(x!, options)),
  groupNorm: call<{ groups: number; epsilon: number }>(({ x, ...affine }, { groups, epsilon }) =>
    groupNorm(x!, groups, { epsilon, ...(affine as Affine) }),
  ),
  huber: call<HuberOptions>(({ prediction, target }, options) => huber(prediction!, target!, options)),
  instanceNorm: call<{ epsilon: number }>(({ x, ...affine }, options) =>
    instanceNorm(x!, { ...options, ...(affine as Affine) }),
  ),
  layerNorm: call<{ epsilon: number }>(({ x, ...affine }, options) =>
    layerNorm(x!, { ...options, ...(affine as Affine) }),
  ),
  // PyTorch divides α by the size.
  localResponseNorm: call<LocalResponseOptions>(({ x }, { alpha, ...options }) =>
    localResponseNorm(x!, { ...options, alpha: alpha / options.size }),
  ),
  silu: call(({ x }) => silu(x!)),
  softplus: call<{ beta: number }>(({ x }, options) => softplus(x!, options)),
};
