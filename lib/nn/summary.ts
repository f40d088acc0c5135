import { showAs, table } from "../display.ts";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.ts";
import type { Module } from "./module.ts";
import { shapesOf, type Traced, trace } from "./trace.ts";

/** A layer's line. */
export interface LayerSummary {
  readonly name: string;
  readonly kind: string;
  readonly output: Shape;
  readonly parameters: number;
  readonly multiplyAdds: number;
}

/** What a model is made of, and what it costs. In a notebook it is a table. */
export class Summary {
  readonly layers: readonly LayerSummary[];
  readonly output: Shape;
  /** How many numbers are learned. */
  readonly parameters: number;
  /** How many are kept beside: running statistics. */
  readonly state: number;
  /** Of one forward pass over the batch that was given. */
  readonly multiplyAdds: number;
  /** In float32: of the weights, and of every layer's result, as training keeps them for the way back. */
  readonly bytes: { readonly weights: number; readonly activations: number };

  constructor(layers: readonly Traced[], output: Shape) {
    this.layers = layers.map(({ path, layer, outputs, parameters, multiplyAdds }) => ({
      name: path,
      kind: layer.kind,
      output: outputs[0]!,
      parameters: count(parameters, true),
      multiplyAdds,
    }));
    this.output = output;
    this.parameters = layers.reduce((sum, { parameters }) => sum + count(parameters, true), 0);
    this.state = layers.reduce((sum, { parameters }) => sum + count(parameters, false), 0);
    this.multiplyAdds = layers.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
    const values = layers.reduce(
      (sum, { outputs }) => sum + outputs.reduce((n, shape) => n + sizeOf(shape), 0),
      0,
    );
    this.bytes = { weights: 4 * (this.parameters + this.state), activations: 4 * values };
  }

  toString(): string {
    return this.#table().text;
  }

  toHtml(): string {
    return this.#table().html;
  }

  #table(): { html: string; text: string } {
    const { bytes } = this;
    const caption =
      `${figure(this.parameters)} parameters${this.state > 0 ? ` and ${figure(this.state)} running statistics` : ""}, ` +
      `${figure(this.multiplyAdds)} multiply-adds, ${mega(bytes.weights)} of weights, ` +
      `${mega(bytes.activations)} of activations`;
    const rows = this.layers.map(({ name, kind, output, parameters, multiplyAdds }) => [
      name,
      kind,
      formatShape(output),
      parameters === 0 ? "" : figure(parameters),
      multiplyAdds === 0 ? "" : figure(multiplyAdds),
    ]);
    return table(caption, ["layer", "kind", "output", "parameters", "multiply-adds"], rows);
  }
}

showAs(Summary, (it) => ({ "text/plain": String(it), "text/html": it.toHtml() }));

function count(parameters: Traced["parameters"], learned: boolean): number {
  return Object.values(parameters)
    .filter((parameter) => (parameter.learned ?? true) === learned)
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

const figure = (n: number): string => n.toLocaleString("en-US");
const mega = (bytes: number): string => {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toLocaleString("en-US", { maximumFractionDigits: 1 })} MB`;
};

/**
 * The layers of a model, their shapes, parameters and multiply-adds, and the memory they take, for an input of this shape
 * (or several inputs). Nothing is allocated, however large the model.
 * @example summary(models.vgg16(), [1, 224, 224, 3]).parameters // 138,357,544
 */
export function summary(model: Module, inputs: Shape | readonly Shape[]): Summary {
  const { layers, output } = trace(model, shapesOf(inputs));
  return new Summary(layers, output);
}
