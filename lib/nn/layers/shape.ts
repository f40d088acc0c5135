import { reshape as reshapeOp } from "../../ops/reshape.ts";
import { formatShape, type Shape, ShapeError, sizeOf } from "../../tensor/shape.ts";
import type { Layer } from "../module.ts";

/** All but the batch in one axis: [batch, …] → [batch, features]. */
export function flatten(): Layer {
  const flat = (x: Shape): Shape => [x[0]!, sizeOf(x.slice(1))];
  return {
    kind: "flatten",
    outputs: ([x]) => [flat(x!)],
    kept: () => 0,
    apply: (_, [x]) => [reshapeOp(x!, flat(x!.shape))],
  };
}

/** Another shape for each example. @example reshape([7, 7, 64]) // [batch, 3136] → [batch, 7, 7, 64] */
export function reshape(shape: Shape): Layer {
  const reshaped = (x: Shape): Shape => {
    if (sizeOf(x.slice(1)) === sizeOf(shape)) return [x[0]!, ...shape];
    throw new ShapeError(
      `reshape: an example of shape ${formatShape(x.slice(1))} has ${sizeOf(x.slice(1))} elements, and ` +
        `${formatShape(shape)} ${sizeOf(shape)}.`,
    );
  };
  return {
    kind: "reshape",
    outputs: ([x]) => [reshaped(x!)],
    kept: () => 0,
    apply: (_, [x]) => [reshapeOp(x!, reshaped(x!.shape))],
  };
}
