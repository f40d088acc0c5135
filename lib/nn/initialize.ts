import type { Params } from "../autodiff/grad.ts";
import { Random } from "../random/random.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Module } from "./module.ts";
import { shapesOf, trace } from "./trace.ts";

/**
 * All tensors of a model, by the names of its parts joined with dots ("layer1.0.conv1.weight"): gradients, optimizers
 * and files take them as they are, and `nested` shows them as records in records.
 */
export interface Variables {
  /** What is learned. */
  readonly parameters: Params;
  /** What is kept beside: running statistics. */
  readonly state: Params;
}

export interface InitializeOptions {
  /** Where the numbers come from: a source, or the seed of one; default 0. */
  readonly random?: Random | number;
  /** float64 to check gradients; default float32. */
  readonly dtype?: DType;
}

/**
 * The variables of a model before training. How large they are follows from the shape of its input, batch first (the
 * batch's own size does not matter), or of its several inputs.
 *
 * @example
 * const model = sequential({ hidden: linear(64, { relu: true }), logits: linear(10) });
 * const { parameters, state } = initialize(model, [1, 784], { random: 7 });
 * parameters["hidden.weight"]; // [784, 64]
 */
export function initialize(
  model: Module,
  inputs: Shape | readonly Shape[],
  { random = 0, dtype = "float32" }: InitializeOptions = {},
): Variables {
  const source = typeof random === "number" ? new Random(random) : random;
  const parameters: Record<string, Tensor> = {};
  const state: Record<string, Tensor> = {};
  for (const [name, { shape, start, learned = true }] of Object.entries(
    trace(model, shapesOf(inputs)).parameters,
  )) {
    (learned ? parameters : state)[name] = start(shape, source, { dtype });
  }
  return { parameters, state };
}

/** Records in records, as the names say. */
export interface Nested {
  readonly [name: string]: Tensor | Nested;
}

/** @example nested({ "conv1.weight": w }) // { conv1: { weight: w } } */
export function nested(params: Params): Nested {
  interface Growing {
    [name: string]: Tensor | Growing;
  }
  const root: Growing = {};
  for (const [name, tensor] of Object.entries(params)) {
    const path = name.split(".");
    const last = path.pop()!;
    let at = root;
    for (const step of path) {
      at[step] ??= {};
      at = at[step] as Growing;
    }
    at[last] = tensor;
  }
  return root;
}

/** The parts of a record whose names begin so, without that beginning. @example under(parameters, "encoder") */
export function under(params: Params, path: string): Params {
  const inside = Object.entries(params).filter(([name]) => name.startsWith(`${path}.`));
  return Object.fromEntries(inside.map(([name, tensor]) => [name.slice(path.length + 1), tensor]));
}
