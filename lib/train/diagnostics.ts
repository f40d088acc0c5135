// What goes on inside a network: how activations and gradients are spread, which units are dead.
import type { Params, ScalarFunction } from "../autodiff/grad.ts";
import { observedGradient } from "../autodiff/observed-gradient.ts";
import type { OpName } from "../ops/names.ts";
import { adopt } from "../tensor/create.ts";
import { formatShape, type Shape, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** How numbers are spread. What is not finite is counted apart. */
export interface Spread {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** The share of exact zeros. */
  readonly zeros: number;
  readonly notFinite: number;
  /** `counts[i]` numbers lie from `edges[i]` up to `edges[i + 1]`. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/**
 * Mean, standard deviation and histogram of a tensor's numbers.
 * @example spreadOf(grads.W, { bins: 50 }).std
 */
export function spreadOf(
  { storage }: Tensor,
  { bins = 40, range }: { readonly bins?: number; readonly range?: readonly [number, number] } = {},
): Spread {
  if (!(Number.isInteger(bins) && bins >= 1)) {
    throw new RangeError(`spreadOf: bins is ${bins}; a histogram has a whole number of them, 1 or more.`);
  }
  if (range !== undefined && !(range[0] < range[1] && Number.isFinite(range[1] - range[0]))) {
    throw new RangeError(
      `spreadOf: the range [${range.join(", ")}] does not go from a lower to a higher number.`,
    );
  }
  const values = storage.array();
  let [count, sum, zeros, min, max] = [0, 0, 0, Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    count++;
    sum += value;
    zeros += Number(value === 0);
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = sum / count;
  const middle = count === 0 ? 0 : min;
  const [low, high] = range ?? (min < max ? [min, max] : [middle - 0.5, middle + 0.5]);
  const counts = new Array<number>(bins).fill(0);
  let squares = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    squares += (value - mean) ** 2;
    const bin = value === high ? bins - 1 : Math.floor((bins * (value - low)) / (high - low));
    if (bin >= 0 && bin < bins) counts[bin]!++;
  }
  const edges = Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
  const std = Math.sqrt(squares / count);
  return { mean, std, min, max, zeros: zeros / count, notFinite: values.length - count, edges, counts };
}

/** One activation, as a run of the loss showed it. */
export interface LayerReport {
  /** Such as "relu 1", counted in the order of computation. */
  readonly name: string;
  readonly shape: Shape;
  readonly activation: Spread;
  /** Of the loss with respect to the activation; missing where none came back. */
  readonly gradient?: Spread;
  /** The share of units (along the last axis) that are 0 or less for every example: those of a ReLU are dead. */
  readonly dead: number;
}

export interface InspectOptions {
  /** Which operations are looked at; activations, unless given. `linear` and `conv2d` with a bias are, for their fused ReLU. */
  readonly ops?: readonly OpName[];
  readonly bins?: number;
}

const ACTIVATIONS: readonly OpName[] = [
  "relu",
  "leakyRelu",
  "prelu",
  "elu",
  "gelu",
  "silu",
  "sigmoid",
  "softplus",
  "tanh",
  "maxout",
  "linear",
  "conv2dBias",
];

/**
 * The distributions of activations and gradients, layer by layer, in one run of a loss and its gradient.
 *
 * @example
 * const { layers, parameters } = inspectLayers(({ W1, W2 }) => loss(W1, W2, batch), params);
 * layers.map(({ name, activation, dead }) => [name, activation.std, dead]);
 */
export function inspectLayers<P extends Params>(
  fn: ScalarFunction<P>,
  params: P,
  { ops = ACTIVATIONS, bins = 40 }: InspectOptions = {},
): {
  readonly layers: readonly LayerReport[];
  /** The gradient of each parameter. */
  readonly parameters: Readonly<Record<string, Spread>>;
} {
  const names = new Set<string>(ops);
  const layers: { -readonly [K in keyof LayerReport]: LayerReport[K] }[] = [];
  const layerOf = new WeakMap<Tensor, (typeof layers)[number]>();
  const { grads } = observedGradient(
    (op, way, inputs, _, output) => {
      if (!names.has(op)) return;
      if (way === "backward") {
        const layer = layerOf.get(output);
        if (layer) layer.gradient ??= spreadOf(inputs[0]!, { bins });
        return;
      }
      const name = `${op} ${layers.length + 1}`;
      const layer = {
        name,
        shape: output.shape,
        activation: spreadOf(output, { bins }),
        dead: deadUnits(output),
      };
      layers.push(layer);
      layerOf.set(output, layer);
    },
    fn,
    params,
  );
  const entries = Object.entries(grads).map(([name, g]) => [name, spreadOf(g, { bins })]);
  return { layers, parameters: Object.fromEntries(entries) };
}

/**
 * The share of units, along the last axis, that are 0 or less for every example.
 * @example deadUnits(relu(matmul(x, W)))
 */
export function deadUnits({ shape, storage }: Tensor): number {
  const units = shape.at(-1) ?? 1;
  const alive = new Uint8Array(units);
  const values = storage.array();
  for (let i = 0; i < values.length; i++) if (!(values[i]! <= 0)) alive[i % units] = 1;
  return units === 0 ? 0 : alive.reduce((dead, is) => dead + 1 - is, 0) / units;
}

/**
 * The weights of each unit of a first layer [inputs, units] as a picture: [units, ...shape], the same scale for all,
 * 0 in the middle of 0 … 1.
 *
 * @example image(firstLayer(params.W1, [28, 28]))
 */
export function firstLayer(W: Tensor, shape: Shape): Tensor {
  const [inputs, units] = W.shape;
  if (W.rank !== 2 || inputs === undefined || units === undefined || inputs !== sizeOf(shape)) {
    throw new ShapeError(
      `firstLayer: weights [inputs, units] of ${sizeOf(shape)} inputs make pictures ${formatShape(shape)}; these are ` +
        `${formatShape(W.shape)}.`,
    );
  }
  const values = W.storage.array();
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  const data = new Float32Array(values.length);
  for (let unit = 0; unit < units; unit++) {
    for (let i = 0; i < inputs; i++) {
      data[unit * inputs + i] = most === 0 ? 0.5 : 0.5 + values[i * units + unit]! / (2 * most);
    }
  }
  return adopt(data, [units, ...shape]);
}
