import type { Params } from "../../autodiff/grad.ts";
import { readSafetensors, type SafetensorsOptions, writeSafetensors } from "../../io/safetensors.ts";
import { formatShape, type Shape, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Variables } from "../initialize.ts";
import type { Module } from "../module.ts";
import { shapesOf, trace } from "../trace.ts";

/**
 * Writes a model's variables as a safetensors file.
 * @example saveWeights("lenet.safetensors", { parameters, state }, { metadata: { lesson: "10" } })
 */
export function saveWeights(
  path: string,
  { parameters, state }: Variables,
  options: SafetensorsOptions = {},
): void {
  writeSafetensors(path, { ...parameters, ...state }, options);
}

/**
 * Reads variables from a safetensors file, for a model and the shape of its input; every name and shape must fit.
 * @example const variables = loadWeights("lenet.safetensors", lenet5(), [1, 32, 32, 1]);
 */
export function loadWeights(path: string, model: Module, inputs: Shape | readonly Shape[]): Variables {
  return variablesFrom(readSafetensors(path).tensors, model, inputs, { source: path });
}

export interface VariablesFromOptions {
  /** What errors call the tensors' origin. */
  readonly source?: string;
  /** Whether names that the model does not know are passed over, such as those of a head that is not wanted. */
  readonly ignoreOthers?: boolean;
  /** Parameters whose names begin so may be missing, and are then left out: for a head that is to be new. */
  readonly without?: readonly string[];
}

/**
 * Sorts named tensors into a model's variables, and checks that none is missing, left over, or of another shape.
 * @example const pretrained = variablesFrom(tensors, model, [1, 224, 224, 3], { without: ["fc"] });
 */
export function variablesFrom(
  tensors: Params,
  model: Module,
  inputs: Shape | readonly Shape[],
  { source = "variablesFrom", ignoreOthers = false, without = [] }: VariablesFromOptions = {},
): Variables {
  const parameters: Record<string, Tensor> = {};
  const state: Record<string, Tensor> = {};
  const wanted = trace(model, shapesOf(inputs)).parameters;
  const missing: string[] = [];
  for (const [name, { shape, learned = true }] of Object.entries(wanted)) {
    const found = tensors[name];
    if (found === undefined) {
      if (!without.some((path) => name === path || name.startsWith(`${path}.`))) missing.push(name);
    } else if (!sameShape(found.shape, shape)) {
      throw new RangeError(
        `${source}: "${name}" has shape ${formatShape(found.shape)}, and the model wants ${formatShape(shape)}.`,
      );
    } else (learned ? parameters : state)[name] = found;
  }
  const others = ignoreOthers ? [] : Object.keys(tensors).filter((name) => !(name in wanted));
  if (missing.length === 0 && others.length === 0) return { parameters, state };
  throw new RangeError(
    `${source}: the names do not fit the model. ${named("Missing", missing)}${named("Left over", others)}` +
      "Is it another model, or are its parts named otherwise?",
  );
}

function named(what: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return `${what}: ${names.slice(0, 5).join(", ")}${more}. `;
}
