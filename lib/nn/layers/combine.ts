// Layers without parameters that take several inputs.
import { add as addOp } from "../../ops/add.ts";
import { concat as concatOp } from "../../ops/concat.ts";
import { mul as mulOp } from "../../ops/mul.ts";
import { broadcastShapes, formatShape, type Shape, ShapeError } from "../../tensor/shape.ts";
import type { Layer } from "../module.ts";

/** The sum of its inputs. */
export function add(): Layer {
  return {
    kind: "add",
    outputs: (inputs) => [inputs.reduce((a, b) => broadcastShapes("add", a, b))],
    apply: (_, inputs) => [inputs.reduce((a, b) => addOp(a, b))],
  };
}

/** The product of its inputs, element by element. */
export function mul(): Layer {
  return {
    kind: "mul",
    outputs: (inputs) => [inputs.reduce((a, b) => broadcastShapes("mul", a, b))],
    apply: (_, inputs) => [inputs.reduce((a, b) => mulOp(a, b))],
  };
}

/** Its inputs side by side, in the last axis unless said: for images, their channels. */
export function concat({ axis = -1 }: { readonly axis?: number } = {}): Layer {
  return {
    kind: "concat",
    outputs: (inputs) => [joined(inputs, axis)],
    apply: (_, inputs) => [inputs.length === 1 ? inputs[0]! : concatOp(inputs, { axis })],
  };
}

function joined(inputs: readonly Shape[], axis: number): Shape {
  const [first = []] = inputs;
  const at = axis < 0 ? axis + first.length : axis;
  const odd = inputs.find(
    (shape) => shape.length !== first.length || shape.some((n, i) => i !== at && n !== first[i]),
  );
  if (odd !== undefined) {
    throw new ShapeError(
      `concat: shapes ${formatShape(first)} and ${formatShape(odd)} do not join along axis ${at}; all other axes must ` +
        `be equal.`,
    );
  }
  return first.map((n, i) => (i === at ? inputs.reduce((sum, shape) => sum + shape[i]!, 0) : n));
}
