// Layers that only the face networks have.
import { add } from "../../ops/add.ts";
import { concat } from "../../ops/concat.ts";
import { mul } from "../../ops/mul.ts";
import { pad } from "../../ops/place.ts";
import { reshape } from "../../ops/reshape.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Layer } from "../module.ts";
import { one, zero } from "../starts.ts";

/** Each channel times a weight, plus a bias. */
export function channelScale(): Layer {
  return {
    kind: "channelScale",
    parameters: ([x]) => ({
      weights: { shape: [x!.at(-1)!], start: one },
      biases: { shape: [x!.at(-1)!], start: zero },
    }),
    outputs: ([x]) => [x!],
    kept: ([x]) => 2 * sizeOf(x!),
    apply: ({ weights, biases }, [x]) => [add(mul(x!, weights!), biases!)],
  };
}

/** The first input with zeros put after it, along every axis where the second is longer. */
export function growTo(): Layer {
  const grown = ([x, y]: readonly Shape[]): Shape => x!.map((n, axis) => Math.max(n, y![axis]!));
  return {
    kind: "growTo",
    outputs: (inputs) => [grown(inputs)],
    apply(_, [x, y]) {
      const shape = grown([x!.shape, y!.shape]);
      if (shape.every((n, axis) => n === x!.shape[axis])) return [x!];
      return [
        pad(
          x!,
          shape.map((n, axis) => [0, n - x!.shape[axis]!] as const),
        ),
      ];
    },
  };
}

/** Boxes [n, rows, columns, 4·anchors] and scores [n, rows, columns, 3·anchors] as rows, [n, rows·columns·anchors, 7]. */
export function predictions(): Layer {
  const count = ([, rows = 0, columns = 0, wide = 0]: Shape): number => (rows * columns * wide) / 4;
  return {
    kind: "predictions",
    outputs: ([boxes]) => [[boxes![0]!, count(boxes!), 7]],
    apply(_, [boxes, scores]) {
      const [n, rows] = [boxes!.shape[0]!, count(boxes!.shape)];
      return [concat([reshape(boxes!, [n, rows, 4]), reshape(scores!, [n, rows, 3])], { axis: 2 })];
    },
  };
}
