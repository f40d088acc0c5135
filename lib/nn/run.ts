import type { Params } from "../autodiff/grad.ts";
import { depth } from "../autodiff/tape.ts";
import type { Random } from "../random/random.ts";
import { formatShape, type Shape } from "../tensor/shape.ts";
import { inArena } from "../tensor/storage.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Variables } from "./initialize.ts";
import type { Call, Layer, Module } from "./module.ts";
import { join, start } from "./scope.ts";

export interface RunOptions {
  /** Whether dropout drops and batch norm takes the batch's own statistics; default false. */
  readonly training?: boolean;
  /** What dropout draws from; needed where the model has dropout and is trained. */
  readonly random?: Random;
  /** How many steps of each sequence count; the others are padding. */
  readonly lengths?: readonly number[];
  /** What the run before remembered, `{}` before the first: the keys and values of a KV cache, a recurrent state. */
  readonly memory?: Params;
  /** Whether attention weights are kept, under the attention's name and "weights"; default false. */
  readonly attentionMaps?: boolean;
  /** Is shown every layer's result, such as for histograms of activations. */
  readonly observe?: (path: string, output: Tensor, layer: Layer) => void;
}

export interface Result {
  readonly output: Tensor;
  /** The running statistics after this run; the old ones, unless it trained. */
  readonly state: Params;
  /** What blocks handed out beside the result: auxiliary heads, attention maps, last states. */
  readonly kept: Params;
  /** For the next run's `memory`. */
  readonly memory: Params;
}

/**
 * Computes a model's result. It changes nothing: what training updates comes back in `state`.
 *
 * @example
 * const { value, grads, aux } = valueAndGrad((parameters) => {
 *   const { output, state } = run(model, { parameters, state: before }, images, { training: true, random });
 *   return { value: crossEntropy(output, labels), aux: state };
 * }, parameters);
 */
export function run(
  model: Module,
  variables: Variables,
  inputs: Tensor | readonly Tensor[],
  options: RunOptions = {},
): Result {
  const { parameters } = variables;
  const given = inputs instanceof Tensor ? [inputs] : inputs;
  given.forEach((input, i) => {
    if (input instanceof Tensor) return;
    throw new TypeError(
      `run: input ${i + 1} is no tensor but ${typeof input}; tensor(…) makes one of arrays.`,
    );
  });
  const state: Record<string, Tensor> = { ...variables.state };
  const kept: Record<string, Tensor> = {};
  const memory: Record<string, Tensor> = { ...options.memory };
  const output = start<Tensor>(
    {
      layer(path, layer, given) {
        const own = tensorsOf(path, layer, given, parameters, variables.state);
        const outputs = layer.apply(own, given, callOf(path, options, state, kept, memory));
        options.observe?.(path, outputs[0]!, layer);
        return outputs;
      },
      keep(path, value) {
        kept[path] = value;
      },
      shapeOf: ({ shape }) => shape,
    },
    model,
    given,
  );
  return { output, state, kept, memory };
}

/**
 * The model's result as it is used after training. What layers compute on the way is freed at once, unless a gradient
 * follows or somebody observes: a picture through a large network would else leave hundreds of MB to be collected.
 * @example argmax(predict(model, variables, images))
 */
export function predict(
  model: Module,
  variables: Variables,
  inputs: Tensor | readonly Tensor[],
  options: Omit<RunOptions, "training" | "random"> = {},
): Tensor {
  const compute = (): Tensor => run(model, variables, inputs, options).output;
  const isUsed = depth() > 0 || options.observe !== undefined;
  return isUsed ? compute() : inArena(compute, ({ storage }) => [storage]);
}

function callOf(
  path: string,
  { training = false, random, lengths, memory: before, attentionMaps = false }: RunOptions,
  state: Record<string, Tensor>,
  kept: Record<string, Tensor>,
  memory: Record<string, Tensor>,
): Call {
  return {
    training,
    lengths,
    attentionMaps,
    seed() {
      if (random !== undefined) return random.integer(2 ** 31);
      throw new TypeError(
        `run: ${path || "the model"} draws random numbers in training and was given none; add { random: new Random(seed) }.`,
      );
    },
    update(name, value) {
      state[join(path, name)] = value;
    },
    keep(name, value) {
      kept[join(path, name)] = value;
    },
    remembers: before !== undefined,
    recall: (name) => before?.[join(path, name)],
    remember(name, value) {
      memory[join(path, name)] = value;
    },
  };
}

const NONE: Readonly<Record<string, Tensor>> = {};

/** A layer's tensors by their short names; throws where one is missing. */
function tensorsOf(
  path: string,
  layer: Layer,
  inputs: readonly Tensor[],
  parameters: Params,
  state: Params,
): Readonly<Record<string, Tensor>> {
  if (layer.parameters === undefined) return NONE;
  const shapes: readonly Shape[] = inputs.map(({ shape }) => shape);
  const own: Record<string, Tensor> = {};
  for (const [name, { shape, learned = true }] of Object.entries(layer.parameters(shapes))) {
    const full = join(path, name);
    const found = (learned ? parameters : state)[full];
    if (found === undefined) {
      throw new RangeError(
        `run: there is no ${learned ? "parameter" : "state"} "${full}" of shape ${formatShape(shape)}; make the ` +
          `variables with initialize(model, inputShape), or load them from a file of this model.`,
      );
    }
    own[name] = found;
  }
  return own;
}
