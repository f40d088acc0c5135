// How much memory a training step takes, before the first is taken.
import { showAs, table } from "../display.ts";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.ts";
import { megabytes } from "./figures.ts";
import type { Module } from "./module.ts";
import { shapesOf, type Traced, trace } from "./trace.ts";

/** Numbers that an optimizer keeps for each parameter, made with its defaults. */
const KEPT_BY = {
  gradientDescent: 0,
  sgd: 0,
  momentum: 1,
  nesterov: 1,
  adagrad: 1,
  rmsprop: 1,
  adadelta: 2,
  adam: 2,
  adamw: 2,
} as const;

/** An optimizer whose memory is known. */
export type OptimizerName = keyof typeof KEPT_BY;

export interface MemoryOptions {
  /** Examples in a batch, in place of the first axis of the inputs that are given. */
  readonly batch?: number;
  /** Its name, or how many numbers it keeps for each parameter (of RMSProp with momentum, 2); default "adam". */
  readonly optimizer?: OptimizerName | number;
}

/** Bytes of a training step in float32, by what they are for. In a notebook it is a table. */
export class MemoryEstimate {
  readonly inputs: readonly Shape[];
  readonly input: number;
  readonly parameters: number;
  /** Running statistics. */
  readonly state: number;
  /** Of the parameters. */
  readonly gradients: number;
  readonly optimizer: number;
  /** What the forward pass keeps for the way back. */
  readonly activations: number;
  /** Gradients of the activations, which the way back frees when it has ended. */
  readonly back: number;
  readonly total: number;

  constructor(inputs: readonly Shape[], layers: readonly Traced[], perParameter: number) {
    const sum = (of: (layer: Traced) => number): number =>
      4 * layers.reduce((total, layer) => total + of(layer), 0);
    this.inputs = inputs;
    this.input = 4 * sizes(inputs);
    this.parameters = sum(numbers(true));
    this.state = sum(numbers(false));
    this.gradients = this.parameters;
    this.optimizer = perParameter * this.parameters;
    this.activations = sum(keptBy);
    this.back = this.activations;
    this.total =
      this.input +
      this.parameters +
      this.state +
      this.gradients +
      this.optimizer +
      this.activations +
      this.back;
  }

  toString(): string {
    return this.#table().text;
  }

  toHtml(): string {
    return this.#table().html;
  }

  #table(): { html: string; text: string } {
    const rows = (
      [
        ["input", this.input],
        ["parameters", this.parameters],
        ["running statistics", this.state],
        ["gradients", this.gradients],
        ["optimizer", this.optimizer],
        ["activations", this.activations],
        ["their gradients", this.back],
      ] as const
    ).filter(([, bytes]) => bytes > 0);
    const caption = `${megabytes(this.total)} for a training step on ${this.inputs.map(formatShape).join(" and ")}`;
    return table(
      caption,
      ["for", "memory"],
      rows.map(([what, bytes]) => [what, megabytes(bytes)]),
    );
  }
}

showAs(MemoryEstimate, (it) => ({ "text/plain": String(it), "text/html": it.toHtml() }));

/** How many numbers a layer keeps for the way back. */
export function keptBy({ layer, inputs, outputs }: Traced): number {
  return layer.kept?.(inputs, outputs) ?? sizes(outputs);
}

const sizes = (shapes: readonly Shape[]): number => shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);

const numbers =
  (isLearned: boolean) =>
  ({ parameters }: Traced): number =>
    sizes(
      Object.values(parameters)
        .filter(({ learned = true }) => learned === isLearned)
        .map(({ shape }) => shape),
    );

/**
 * How many bytes a step of training takes in float32, for inputs of this shape (or several): parameters, their gradients,
 * what the optimizer keeps, the activations that the forward pass keeps for the way back, and their gradients. Nothing is
 * allocated, however large the model. The kernels' scratch memory comes on top, and what garbage is not yet collected.
 * @example memoryEstimate(models.vgg16(), [1, 224, 224, 3], { batch: 32, optimizer: "momentum" })
 */
export function memoryEstimate(
  model: Module,
  inputs: Shape | readonly Shape[],
  { batch, optimizer = "adam" }: MemoryOptions = {},
): MemoryEstimate {
  if (batch !== undefined && !(Number.isInteger(batch) && batch >= 1)) {
    throw new RangeError(
      `memoryEstimate: batch is ${batch}; it must be a whole number of examples, 1 or more.`,
    );
  }
  const perParameter = typeof optimizer === "number" ? optimizer : KEPT_BY[optimizer];
  if (!(perParameter >= 0)) {
    throw new RangeError(
      `memoryEstimate: optimizer is ${String(optimizer)}; it is ${Object.keys(KEPT_BY).join(", ")}, or how many numbers it ` +
        `keeps for each parameter.`,
    );
  }
  const shapes = shapesOf(inputs).map((shape) => (batch === undefined ? shape : [batch, ...shape.slice(1)]));
  return new MemoryEstimate(shapes, trace(model, shapes).layers, perParameter);
}
