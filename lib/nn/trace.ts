import { checkShape, formatShape, type Shape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Layer, Module, Parameter } from "./module.ts";
import { join, start } from "./scope.ts";

/** One layer of a model, as it is called for inputs of certain shapes. */
export interface Traced {
  readonly path: string;
  readonly layer: Layer;
  readonly inputs: readonly Shape[];
  readonly outputs: readonly Shape[];
  /** Its parameters by their full names; none, where an earlier call brought them. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly multiplyAdds: number;
}

export interface Trace {
  readonly layers: readonly Traced[];
  readonly output: Shape;
  /** By full name, in the order in which layers are called. */
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/** Runs a model over shapes: nothing is computed or allocated. */
export function trace(model: Module, inputs: readonly Shape[]): Trace {
  for (const shape of inputs) checkShape("the input", shape);
  const layers: Traced[] = [];
  const all: Record<string, Parameter> = {};
  const output = start<Shape>(
    {
      layer(path, layer, shapes) {
        // First, because it says best what does not fit.
        const outputs = layer.outputs(shapes);
        for (const output of outputs) checkShape(layer.kind, output);
        const own = layer.parameters?.(shapes) ?? {};
        const added: Record<string, Parameter> = {};
        for (const [name, parameter] of Object.entries(own)) {
          checkShape(`${layer.kind}: ${name}`, parameter.shape);
          const full = join(path, name);
          const before = all[full];
          if (before === undefined) {
            all[full] = parameter;
            added[full] = parameter;
          } else if (!sameShape(before.shape, parameter.shape)) {
            throw new ShapeError(
              `${layer.kind}: ${full} is shared and has shape ${formatShape(before.shape)}; for inputs ` +
                `${shapes.map(formatShape).join(" and ")} it would be ${formatShape(parameter.shape)}. Shared layers ` +
                `need inputs of one width.`,
            );
          }
        }
        const multiplyAdds = layer.multiplyAdds?.(shapes, outputs) ?? 0;
        layers.push({ path, layer, inputs: shapes, outputs, parameters: added, multiplyAdds });
        return outputs;
      },
      keep() {},
      shapeOf: (shape) => shape,
    },
    model,
    inputs,
  );
  return { layers, output, parameters: all };
}

/** One shape, or several, as a list. */
export function shapesOf(inputs: Shape | readonly Shape[]): readonly Shape[] {
  if (!Array.isArray(inputs)) {
    throw new TypeError(
      `a model's shapes follow from its input's, such as [1, 28, 28, 1], or a list of such; this is ${String(inputs)}.`,
    );
  }
  return inputs.length > 0 && typeof inputs[0] !== "number"
    ? (inputs as readonly Shape[])
    : [inputs as Shape];
}
