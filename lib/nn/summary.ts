import { showAs, table } from "../display.ts";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.ts";
import { figure, megabytes } from "./figures.ts";
import { keptBy } from "./memory.ts";
import type { Module } from "./module.ts";
import { shapesOf, type Traced, trace } from "./trace.ts";

/** A layer's line. */
export interface LayerSummary {
  readonly name: string;
  readonly kind: string;
  readonly output: Shape;
  /** Of a layer that is called again, none: its first call has them. */
  readonly parameters: number;
  /** Whether its parameters are those of an earlier call. */
  readonly shared: boolean;
  readonly multiplyAdds: number;
}

export interface SummaryOptions {
  /** How many names deep parts have lines of their own; as many as give 40 lines, if nothing is said. */
  readonly depth?: number;
}

/** More lines than that nobody reads. */
const READABLE = 40;

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
  /** In float32: of the weights, and of what the forward pass keeps for the way back; see `memoryEstimate`. */
  readonly bytes: { readonly weights: number; readonly activations: number };

  readonly #depth: number | undefined;

  constructor(layers: readonly Traced[], output: Shape, { depth }: SummaryOptions = {}) {
    this.#depth = depth;
    this.layers = layers.map(({ path, layer, inputs, outputs, parameters, multiplyAdds }) => ({
      name: path,
      kind: layer.kind,
      output: outputs[0]!,
      parameters: count(parameters, true),
      shared:
        Object.keys(parameters).length === 0 && Object.keys(layer.parameters?.(inputs) ?? {}).length > 0,
      multiplyAdds,
    }));
    this.output = output;
    this.parameters = layers.reduce((sum, { parameters }) => sum + count(parameters, true), 0);
    this.state = layers.reduce((sum, { parameters }) => sum + count(parameters, false), 0);
    this.multiplyAdds = layers.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
    const values = layers.reduce((sum, layer) => sum + keptBy(layer), 0);
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
      `${figure(this.multiplyAdds)} multiply-adds, ${megabytes(bytes.weights)} of weights, ` +
      `${megabytes(bytes.activations)} of activations`;
    const lines = this.#depth === undefined ? readable(this.layers) : folded(this.layers, this.#depth);
    const rows = lines.map(({ name, kind, output, parameters, shared, multiplyAdds }) => [
      name,
      kind,
      formatShape(output),
      parameters === 0 ? (shared ? "shared" : "") : figure(parameters),
      multiplyAdds === 0 ? "" : figure(multiplyAdds),
    ]);
    const more = lines.length < this.layers.length && this.#depth === undefined;
    const hint = `; { depth: Infinity } shows all ${this.layers.length} layers`;
    return table(
      more ? caption + hint : caption,
      ["layer", "kind", "output", "parameters", "multiply-adds"],
      rows,
    );
  }
}

showAs(Summary, (it) => ({ "text/plain": String(it), "text/html": it.toHtml() }));

/** As deep as leaves it readable. */
function readable(layers: readonly LayerSummary[]): readonly LayerSummary[] {
  const deepest = Math.max(0, ...layers.map(({ name }) => name.split(".").length));
  let lines = layers;
  for (let depth = deepest; lines.length > READABLE && depth >= 1; depth--) lines = folded(layers, depth);
  return lines;
}

/** Neighbours whose names begin alike, so many parts of them, as one line: the last one's result, and all their costs. */
function folded(layers: readonly LayerSummary[], depth: number): LayerSummary[] {
  const runs: LayerSummary[][] = [];
  const under = ({ name }: LayerSummary): string | undefined => {
    const parts = name.split(".");
    return parts.length > depth ? parts.slice(0, depth).join(".") : undefined;
  };
  for (const layer of layers) {
    const [run, part] = [runs.at(-1), under(layer)];
    if (run !== undefined && part !== undefined && under(run[0]!) === part) run.push(layer);
    else runs.push([layer]);
  }
  return runs.map((run) => {
    const total = (of: (layer: LayerSummary) => number): number =>
      run.reduce((sum, layer) => sum + of(layer), 0);
    return run.length === 1
      ? run[0]!
      : {
          name: under(run[0]!)!,
          kind: `${run.length} layers`,
          output: run.at(-1)!.output,
          parameters: total(({ parameters }) => parameters),
          shared: run.some(({ shared }) => shared),
          multiplyAdds: total(({ multiplyAdds }) => multiplyAdds),
        };
  });
}

function count(parameters: Traced["parameters"], learned: boolean): number {
  return Object.values(parameters)
    .filter((parameter) => (parameter.learned ?? true) === learned)
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/**
 * The layers of a model, their shapes, parameters and multiply-adds, and the memory they take, for an input of this shape
 * (or several inputs). Nothing is allocated, however large the model. Of a large one, blocks have a line each; `layers`
 * has them all.
 * @example summary(models.vgg16(), [1, 224, 224, 3]).parameters // 138,357,544
 */
export function summary(
  model: Module,
  inputs: Shape | readonly Shape[],
  options: SummaryOptions = {},
): Summary {
  if (options.depth !== undefined && !(options.depth >= 1)) {
    throw new RangeError(
      `summary: depth is ${options.depth}; it must be 1 or more, or Infinity for every layer.`,
    );
  }
  const { layers, output } = trace(model, shapesOf(inputs));
  return new Summary(layers, output, options);
}
