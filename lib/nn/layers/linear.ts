import { linear as linearOp } from "../../ops/linear.ts";
import { matmul } from "../../ops/matmul.ts";
import { relu as reluOp } from "../../ops/relu.ts";
import { reshape } from "../../ops/reshape.ts";
import { formatShape, ShapeError, sizeOf } from "../../tensor/shape.ts";
import type { Layer, Start } from "../module.ts";
import { glorot, he, zero } from "../starts.ts";

export interface LinearLayerOptions {
  readonly bias?: boolean;
  /** Whether max(0, ·) ends it, computed in the same pass. */
  readonly relu?: boolean;
  /** How the weights begin; by He's rule before a ReLU, else by Glorot's. */
  readonly start?: Start;
}

/**
 * A dense layer, y = x·W + b: [..., features] → [..., units]. Its parameters are `weight` [features, units] and `bias`.
 * @example linear(10)
 */
export function linear(units: number, { bias = true, relu = false, start }: LinearLayerOptions = {}): Layer {
  return {
    kind: "linear",
    parameters: ([x]) => {
      const features = x!.at(-1)!;
      const weight = {
        shape: [features, units],
        start: start ?? (relu ? he(features) : glorot(features, units)),
      };
      return bias ? { weight, bias: { shape: [units], start: zero } } : { weight };
    },
    outputs([x]) {
      if (x!.length > 1) return [[...x!.slice(0, -1), units]];
      throw new ShapeError(`linear: x has shape ${formatShape(x!)}; it takes [batch, …, features].`);
    },
    multiplyAdds: ([x]) => sizeOf(x!) * units,
    apply({ weight, bias: b }, [x]) {
      if (b !== undefined) return [linearOp(x!, weight!, b, { relu })];
      const rows = reshape(x!, [x!.size / x!.shape.at(-1)!, x!.shape.at(-1)!]);
      const y = reshape(matmul(rows, weight!), [...x!.shape.slice(0, -1), units]);
      return [relu ? reluOp(y) : y];
    },
  };
}
