import type { Shape } from "../tensor/shape.ts";
import { ShapeError } from "../tensor/shape.ts";
import { isBlock, type Layer, type Module, type Net } from "./module.ts";

/** What differs between computing and measuring: how a layer is called, and what a value's shape is. */
export interface Interpreter<V extends object> {
  layer(path: string, layer: Layer, inputs: readonly V[]): readonly V[];
  keep(path: string, value: V): void;
  shapeOf(value: V): Shape;
}

/** The net of a block at this path. Names are joined by dots: "layer1.0.conv1.weight". */
export function scope<V extends object>(interpreter: Interpreter<V>, path = ""): Net<V> {
  const called = new Map<string, Module>();
  const enter = (name: string, module?: Module): string => {
    if (name === "" || (module !== undefined && name.includes("."))) {
      throw new RangeError(
        `${path || "model"}: "${name}" is no name for a part; names have no dots and are not empty.`,
      );
    }
    const before = called.get(name);
    const shares = module !== undefined && "shares" in module ? module.shares : undefined;
    if (module !== undefined && before !== undefined && before !== module && before !== shares) {
      throw new RangeError(
        `${path || "model"}: two parts are called "${name}" (${before.kind} and ${module.kind}); ` +
          `give one another name, or call the same one twice to share its parameters.`,
      );
    }
    if (module !== undefined && before === undefined) called.set(name, module);
    return path === "" ? name : `${path}.${name}`;
  };
  const callAll = (at: string, layer: Layer, inputs: readonly V[]): readonly V[] => {
    checkInputs(at, inputs);
    try {
      return interpreter.layer(at, layer, inputs);
    } catch (error) {
      if (!(error instanceof ShapeError) || error.message.startsWith("at ")) throw error;
      throw new ShapeError(`at ${at}: ${error.message}`, { cause: error });
    }
  };
  const net: Net<V> = {
    call(name, module, ...inputs) {
      const at = enter(name, module);
      checkInputs(at, inputs);
      return isBlock(module)
        ? module.forward(scope(interpreter, at), ...inputs)
        : callAll(at, module, inputs)[0]!;
    },
    callAll: (name, layer, ...inputs) => callAll(enter(name, layer), layer, inputs),
    use: (layer, ...inputs) => callAll(path === "" ? layer.kind : `${path}.${layer.kind}`, layer, inputs)[0]!,
    within: (name, part) => part(scope(interpreter, enter(name))),
    keep: (name, value) => interpreter.keep(path === "" ? name : `${path}.${name}`, value),
    shapeOf(value) {
      checkInputs(path || "the model", [value]);
      return interpreter.shapeOf(value);
    },
  };
  return net;
}

/** Throws where an input is missing, as when a model of two inputs is run with one. */
function checkInputs(at: string, inputs: readonly (object | undefined)[]): void {
  const missing = inputs.length === 0 ? 0 : inputs.indexOf(undefined);
  if (missing < 0) return;
  throw new TypeError(
    `at ${at}: input ${missing + 1} is missing; a model with several inputs takes them, or their shapes, as a list.`,
  );
}

/** Calls the whole model: a layer's parameters then have no path before their names. */
export function start<V extends object>(interpreter: Interpreter<V>, model: Module, inputs: readonly V[]): V {
  checkInputs("the model", inputs);
  if (isBlock(model)) return model.forward(scope(interpreter), ...inputs);
  return interpreter.layer("", model, inputs)[0]!;
}

/** "conv1" and "weight" → "conv1.weight". */
export function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
