// How layers deal with a row of runs with `memory`.
import { formatShape, ShapeError } from "../../tensor/shape.ts";
import type { Call, Layer } from "../module.ts";

/**
 * A layer that computes in the first of a row of runs with `memory`, and gives the same in all others: for what does not
 * change while a sequence is written, such as keys and values of what a decoder looks at. Without `memory` it is the
 * layer as it was.
 * @example net.call("keyValue", computedOnce(linear(2 * width)), encoded)
 */
export function computedOnce(layer: Layer): Layer {
  return {
    ...layer,
    apply(own, inputs, call) {
      if (!call.remembers) return layer.apply(own, inputs, call);
      const shapes = layer.outputs(inputs.map(({ shape }) => shape));
      const before = shapes.map((_, i) => call.recall(`result${i}`));
      const outputs = before.every((tensor) => tensor !== undefined)
        ? before
        : layer.apply(own, inputs, call);
      outputs.forEach((output, i) => {
        if (output.shape.join() !== shapes[i]!.join()) {
          throw new ShapeError(
            `${layer.kind}: the memory holds a result of shape ${formatShape(output.shape)}, and these inputs would give ` +
              `${formatShape(shapes[i]!)}; begin with { memory: {} } where the inputs are others.`,
          );
        }
        call.remember(`result${i}`, output);
      });
      return outputs;
    },
  };
}

/** The layer as it is without `memory`, in runs with it too: for what reads a whole input each time. */
export function withoutMemory(layer: Layer): Layer {
  const forgets: Pick<Call, "remembers" | "recall" | "remember"> = {
    remembers: false,
    recall: () => undefined,
    remember() {},
  };
  return { ...layer, apply: (own, inputs, call) => layer.apply(own, inputs, { ...call, ...forgets }) };
}
