// Weights of other libraries by name. Layers are the same everywhere; their tensors have other names and other orders of
// axes, which follow from the kind of layer.
import type { Params } from "../../autodiff/grad.ts";
import { add } from "../../ops/add.ts";
import { concat, split } from "../../ops/concat.ts";
import { transpose } from "../../ops/transpose.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Variables } from "../initialize.ts";
import type { Module } from "../module.ts";
import { join } from "../scope.ts";
import { shapesOf, type Traced, trace } from "../trace.ts";
import { variablesFrom } from "./files.ts";

/** From the name that a layer has here to the one that it has there. */
export type Rename = (path: string) => string;

export interface ImportOptions {
  /** Where parts are named otherwise; by default their names are taken to be the same. */
  readonly rename?: Rename | Readonly<Record<string, string>>;
  /** Layers that are to be new: they are left out. */
  readonly without?: readonly string[];
}

/**
 * The tensors that a layer of some kind has elsewhere, as this library's. `get` throws where one is missing; `wants` says
 * whether the layer here has a parameter of this name.
 */
type Convert = (
  get: (name: string) => Tensor,
  has: (name: string) => boolean,
  wants: (name: string) => boolean,
) => Record<string, Tensor>;

/** A norm's scale and shift, which it may be without; one that is only there is then left over, and refused. */
const affine =
  (gamma: string, beta: string): Convert =>
  (get, has, wants) => ({
    ...(wants("gamma") || has(gamma) ? { gamma: get(gamma) } : {}),
    ...(wants("beta") || has(beta) ? { beta: get(beta) } : {}),
  });

/** The gates z, r, n of Keras in the order r, z, n. */
function resetFirst(x: Tensor): Tensor {
  const axis = x.rank - 1;
  const [z, r, n] = split(x, 3, { axis }) as [Tensor, Tensor, Tensor];
  return concat([r, z, n], { axis });
}

const recurrentTorch =
  (gates: "joined" | "apart"): Convert =>
  (get, has) => {
    const end = has("weight_ih_l0_reverse") ? "_reverse" : "";
    const [wx, wh] = [transpose(get(`weight_ih_l0${end}`)), transpose(get(`weight_hh_l0${end}`))];
    const [bx, bh] = [get(`bias_ih_l0${end}`), get(`bias_hh_l0${end}`)];
    return gates === "joined" ? { wx, wh, b: add(bx, bh) } : { wx, wh, bx, bh };
  };

const convolved: Convert = (get, has) => ({
  weight: transpose(get("weight"), [2, 3, 1, 0]),
  ...(has("bias") ? { bias: get("bias") } : {}),
});

/** How PyTorch keeps them: matrices and filters with the output first. */
const PYTORCH: Readonly<Record<string, Convert>> = {
  linear: (get, has) => ({ weight: transpose(get("weight")), ...(has("bias") ? { bias: get("bias") } : {}) }),
  conv2d: convolved,
  conv1d: (get, has) => ({
    weight: transpose(get("weight"), [2, 1, 0]),
    ...(has("bias") ? { bias: get("bias") } : {}),
  }),
  depthwiseConv2d: (get, has) => ({
    weight: transpose(get("weight"), [2, 3, 0, 1]),
    ...(has("bias") ? { bias: get("bias") } : {}),
  }),
  // [in, out, height, width] there, [height, width, out, in] here.
  conv2dTranspose: (get, has) => ({
    weight: transpose(get("weight"), [2, 3, 1, 0]),
    ...(has("bias") ? { bias: get("bias") } : {}),
  }),
  batchNorm: (get, has, wants) => ({
    ...affine("weight", "bias")(get, has, wants),
    mean: get("running_mean"),
    variance: get("running_var"),
  }),
  layerNorm: affine("weight", "bias"),
  groupNorm: affine("weight", "bias"),
  instanceNorm: affine("weight", "bias"),
  embedding: (get) => ({ weight: get("weight") }),
  learnedPositions: (get) => ({ weight: get("weight") }),
  prelu: (get) => ({ slope: get("weight") }),
  rnn: recurrentTorch("joined"),
  lstm: recurrentTorch("joined"),
  gru: recurrentTorch("apart"),
};

const kernelAndBias =
  (kernel: string): Convert =>
  (get, has) => ({ weight: get(kernel), ...(has("bias") ? { bias: get("bias") } : {}) });

const recurrentKeras: Convert = (get) => ({
  wx: get("kernel"),
  wh: get("recurrent_kernel"),
  b: get("bias"),
});

/** How Keras and tfjs layers keep them: in the same order as here, but for the gates of a GRU. */
const KERAS: Readonly<Record<string, Convert>> = {
  linear: kernelAndBias("kernel"),
  conv1d: kernelAndBias("kernel"),
  conv2d: kernelAndBias("kernel"),
  conv2dTranspose: kernelAndBias("kernel"),
  depthwiseConv2d: kernelAndBias("depthwise_kernel"),
  batchNorm: (get, has, wants) => ({
    ...affine("gamma", "beta")(get, has, wants),
    mean: get("moving_mean"),
    variance: get("moving_variance"),
  }),
  layerNorm: affine("gamma", "beta"),
  embedding: (get) => ({ weight: get("embeddings") }),
  prelu: (get) => ({ slope: get("alpha") }),
  rnn: recurrentKeras,
  lstm: recurrentKeras,
  // Reset before the product, with one bias: make the layer here with { reset: "before" }.
  gru: (get) => ({
    wx: resetFirst(get("kernel")),
    wh: resetFirst(get("recurrent_kernel")),
    bx: resetFirst(get("bias")),
  }),
};

/**
 * Variables from a PyTorch state dictionary, such as a safetensors file holds, for a model whose parts are named as there.
 * @example
 * const { tensors } = readSafetensors("resnet18.safetensors");
 * const variables = fromPyTorch(tensors, models.resnet18(), [1, 224, 224, 3]);
 */
export function fromPyTorch(
  tensors: Params,
  model: Module,
  inputs: Shape | readonly Shape[],
  options: ImportOptions = {},
): Variables {
  return imported("fromPyTorch", PYTORCH, ".", tensors, model, inputs, options);
}

/**
 * Variables from the tensors of a tfjs (or Keras) layers model, as `readTfjsWeights` gives them: "dense_1/kernel" and its
 * like, by the layers' names.
 * @example fromTfjsLayers(readTfjsWeights("model.json"), model, [1, 28, 28, 1], { rename: { hidden: "dense_1" } })
 */
export function fromTfjsLayers(
  tensors: Params,
  model: Module,
  inputs: Shape | readonly Shape[],
  options: ImportOptions = {},
): Variables {
  return imported("fromTfjsLayers", KERAS, "/", tensors, model, inputs, options);
}

function imported(
  op: string,
  kinds: Readonly<Record<string, Convert>>,
  separator: string,
  tensors: Params,
  model: Module,
  inputs: Shape | readonly Shape[],
  { rename = (path) => path, without = [] }: ImportOptions,
): Variables {
  const there: Rename = typeof rename === "function" ? rename : (path) => rename[path] ?? path;
  const found: Record<string, Tensor> = {};
  for (const traced of trace(model, shapesOf(inputs)).layers) {
    const { path } = traced;
    if (Object.keys(traced.parameters).length === 0) continue;
    if (without.some((left) => path === left || path.startsWith(`${left}.`))) continue;
    const convert = kinds[traced.layer.kind];
    if (convert === undefined)
      throw new RangeError(`${op}: it does not know layers of kind ${traced.layer.kind} (${path}).`);
    const prefix = there(path) === "" ? "" : `${there(path)}${separator}`;
    const own = convert(
      (name) => tensors[`${prefix}${name}`] ?? nothing(op, `${prefix}${name}`, traced, tensors),
      (name) => tensors[`${prefix}${name}`] !== undefined,
      (name) => traced.parameters[join(path, name)] !== undefined,
    );
    for (const [name, tensor] of Object.entries(own)) found[join(path, name)] = tensor;
  }
  return variablesFrom(found, model, inputs, { source: op, without });
}

function nothing(op: string, name: string, { path, layer }: Traced, tensors: Params): never {
  const names = Object.keys(tensors);
  throw new RangeError(
    `${op}: for ${path} (${layer.kind}) there should be a tensor "${name}" and is none. There are ` +
      `${names.slice(0, 6).join(", ")}${names.length > 6 ? ` and ${names.length - 6} more` : ""}; ` +
      `{ rename } says what the layer is called there.`,
  );
}
