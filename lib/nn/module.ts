// What networks are made of. A **layer** is a computation that may have parameters; it says which, from the shapes of its
// inputs, so that nothing need be said twice. A **block** puts layers and blocks together, and is written once, for
// values of any kind: run over tensors it computes, run over shapes it finds the sizes of everything and allocates
// nothing (`initialize`, `summary`).
import type { Random } from "../random/random.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Makes a parameter as it is before training; the initializers of `init` are such functions. */
export type Start = (shape: Shape, random: Random, options: { readonly dtype: DType }) => Tensor;

/** A parameter of a layer. */
export interface Parameter {
  readonly shape: Shape;
  readonly start: Start;
  /** False: kept and saved, but not learned, such as the running mean of batch norm. Default true. */
  readonly learned?: boolean;
}

/** What a layer knows of the run it is part of. */
export interface Call {
  readonly training: boolean;
  /** How many steps of each sequence count, as handed to `run`. */
  readonly lengths: readonly number[] | undefined;
  /** Whether attention weights are to be kept. */
  readonly attentionMaps: boolean;
  /** The seed of what is random here, another at each call; throws where `run` was given no random numbers. */
  seed(): number;
  /** A new value for a parameter that is not learned. */
  update(name: string, value: Tensor): void;
  /** Hands something out beside the result, under this layer's name. */
  keep(name: string, value: Tensor): void;
  /** Whether this run takes part in a row of runs that hand on what they remember. */
  readonly remembers: boolean;
  /** What this layer remembered in the run before. */
  recall(name: string): Tensor | undefined;
  remember(name: string, value: Tensor): void;
}

/** A computation with parameters of its own. */
export interface Layer {
  readonly kind: string;
  /** What it learns, by name, from the shapes of its inputs. */
  parameters?(inputs: readonly Shape[]): Readonly<Record<string, Parameter>>;
  /** The shapes of its results; the first is the result, for who asks for one. */
  outputs(inputs: readonly Shape[]): readonly Shape[];
  /** How many products of two numbers are added up. */
  multiplyAdds?(inputs: readonly Shape[], outputs: readonly Shape[]): number;
  /** How many numbers a call keeps for the way back, its results among them; those alone where nothing is said. */
  kept?(inputs: readonly Shape[], outputs: readonly Shape[]): number;
  apply(own: Readonly<Record<string, Tensor>>, inputs: readonly Tensor[], call: Call): readonly Tensor[];
  /** Another layer whose parameters this one uses, under the same name. */
  readonly shares?: Layer;
}

/** Layers and blocks put together. `V` is a tensor, or a shape. */
export interface Block {
  readonly kind: string;
  forward<V extends object>(net: Net<V>, ...inputs: V[]): V;
}

export type Module = Layer | Block;

/** Through which a block calls its parts. A name called again with the same module shares its parameters. */
export interface Net<V extends object> {
  call(name: string, module: Module, ...inputs: V[]): V;
  /** All results of a layer. */
  callAll(name: string, layer: Layer, ...inputs: V[]): readonly V[];
  /** A layer without parameters, which needs no name. */
  use(layer: Layer, ...inputs: V[]): V;
  /** Parts under a name of their own. */
  within<R>(name: string, part: (net: Net<V>) => R): R;
  /** Hands something out beside the result: `run(…).kept[name]`. */
  keep(name: string, value: V): void;
  shapeOf(value: V): Shape;
}

export function isBlock(module: Module): module is Block {
  return "forward" in module;
}

/** A block from a function. @example block("twice", (net, x) => net.use(add(), x, x)) */
export function block(kind: string, forward: <V extends object>(net: Net<V>, ...inputs: V[]) => V): Block {
  return { kind, forward };
}
