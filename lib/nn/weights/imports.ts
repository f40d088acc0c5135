// Weights of other libraries by name. Layers are the same everywhere; their tensors have other names and other orders of
// axes, which follow from the kind of layer.
import type { Params } from "../../autodiff/grad.ts";
import { add } from "../../ops/add.ts";
import { concat, split } from "../../ops/concat.ts";
import { reshape } from "../../ops/reshape.ts";
import { rows } from "../../ops/rows.ts";
import { slice } from "../../ops/slice.ts";
import { transpose } from "../../ops/transpose.ts";
import { zeros } from "../../tensor/create.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
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
 * The tensors that a layer of some kind has elsewhere, as this library's. `get` throws where one is missing; `wanted` gives
 * the shape of the layer's parameter of this name here, if it has one, and `path` its name.
 */
type Convert = (
  get: (name: string) => Tensor,
  has: (name: string) => boolean,
  wanted: (name: string) => Shape | undefined,
  path: string,
) => Record<string, Tensor>;

/** A norm's scale and shift, which it may be without; one that is only there is then left over, and refused. */
const affine =
  (gamma: string, beta: string): Convert =>
  (get, has, wanted) => ({
    ...(wanted("gamma") || has(gamma) ? { gamma: get(gamma) } : {}),
    ...(wanted("beta") || has(beta) ? { beta: get(beta) } : {}),
  });

/** The gates z, r, n of Keras in the order r, z, n. */
function resetFirst(x: Tensor): Tensor {
  const axis = x.rank - 1;
  const [z, r, n] = split(x, 3, { axis }) as [Tensor, Tensor, Tensor];
  return concat([r, z, n], { axis });
}

/**
 * PyTorch keeps all layers and directions of an LSTM under one name, with "_l1" and "_reverse" at the end. Here they have names
 * of their own, whose last number and "backward" tell which is meant: `body.1.backward` renamed to "lstm" is its "_l1_reverse".
 */
function recurrentEnd(path: string, has: (name: string) => boolean): string {
  const parts = path.split(".");
  const level = `_l${parts.findLast((part) => /^\d+$/.test(part)) ?? 0}`;
  const end = has(`weight_ih${level}`) ? level : "_l0";
  const onlyWay = !parts.includes("forward") && has(`weight_ih${end}_reverse`) && !has(`weight_ih${end}`);
  return parts.includes("backward") || onlyWay ? `${end}_reverse` : end;
}

const recurrentTorch =
  (gates: "joined" | "apart"): Convert =>
  (get, has, wanted, path) => {
    const end = recurrentEnd(path, has);
    const [wx, wh] = [transpose(get(`weight_ih${end}`)), transpose(get(`weight_hh${end}`))];
    const biased = has(`bias_ih${end}`);
    const [bx, bh] = biased
      ? [get(`bias_ih${end}`), get(`bias_hh${end}`)]
      : [zeros([wx.shape[1]!], wx.dtype), zeros([wx.shape[1]!], wx.dtype)];
    if (gates === "joined") return { wx, wh, b: add(bx, bh) };
    return wanted("bh") === undefined ? { wx, wh, bx: add(bx, bh) } : { wx, wh, bx, bh };
  };

/**
 * A matrix with the output first; or its part of the joined `in_proj` of a multi-head attention, queries, keys and values
 * below each other: as many rows as are wanted, one width from the top (queries), two from the bottom, or all three.
 */
const linearTorch: Convert = (get, has, wanted) => {
  if (has("weight") || !has("in_proj_weight")) {
    return { weight: transpose(get("weight")), ...(has("bias") ? { bias: get("bias") } : {}) };
  }
  const joined = get("in_proj_weight");
  const [all = 0, width = 0] = joined.shape;
  const units = wanted("weight")?.[1] ?? all;
  const [from, to] = units === width ? [0, width] : [all - units, all];
  return {
    weight: transpose(rows(joined, from, to)),
    ...(has("in_proj_bias") ? { bias: slice(get("in_proj_bias"), [from, to]) } : {}),
  };
};

const convolved: Convert = (get, has) => ({
  weight: transpose(get("weight"), [2, 3, 1, 0]),
  ...(has("bias") ? { bias: get("bias") } : {}),
});

/** How PyTorch keeps them: matrices and filters with the output first. */
const PYTORCH: Readonly<Record<string, Convert>> = {
  linear: linearTorch,
  conv2d: convolved,
  conv1d: (get, has) => ({
    weight: transpose(get("weight"), [2, 1, 0]),
    ...(has("bias") ? { bias: get("bias") } : {}),
  }),
  // [channels · multiplier, 1, height, width] there.
  depthwiseConv2d: (get, has, wanted) => ({
    weight: reshape(
      transpose(get("weight"), [2, 3, 0, 1]),
      fitting(get("weight"), wanted("weight")) ?? [
        ...get("weight").shape.slice(2),
        get("weight").shape[0]!,
        1,
      ],
    ),
    ...(has("bias") ? { bias: get("bias") } : {}),
  }),
  // [in, out, height, width] there, [height, width, out, in] here.
  conv2dTranspose: (get, has) => ({
    weight: transpose(get("weight"), [2, 3, 1, 0]),
    ...(has("bias") ? { bias: get("bias") } : {}),
  }),
  batchNorm: (get, has, wanted, path) => ({
    ...affine("weight", "bias")(get, has, wanted, path),
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

/** The wanted shape, if it holds as many numbers. */
function fitting(tensor: Tensor, shape: Shape | undefined): Shape | undefined {
  return shape !== undefined && sizeOf(shape) === tensor.size ? shape : undefined;
}

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
  // The second half of a separable convolution is named so.
  conv2d: (get, has, ...more) =>
    kernelAndBias(has("pointwise_kernel") ? "pointwise_kernel" : "kernel")(get, has, ...more),
  conv2dTranspose: kernelAndBias("kernel"),
  // Of a separable convolution, the bias is the second half's.
  depthwiseConv2d: (get, has) => ({
    weight: get("depthwise_kernel"),
    ...(has("bias") && !has("pointwise_kernel") ? { bias: get("bias") } : {}),
  }),
  batchNorm: (get, has, wanted, path) => ({
    ...affine("gamma", "beta")(get, has, wanted, path),
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
 * Several parts here may be one there: rename the layers and directions of a recurrent network to the name of theirs, and
 * `qkv` (or `query` and `keyValue`) to that of the multi-head attention, whose `in_proj` is then taken apart.
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
      (name) => traced.parameters[join(path, name)]?.shape,
      path,
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
