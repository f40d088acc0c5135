import { add } from "../../ops/add.ts";
import { cast } from "../../ops/cast.ts";
import { embedding as embeddingOp } from "../../ops/embedding.ts";
import { matmul } from "../../ops/matmul.ts";
import { reshape } from "../../ops/reshape.ts";
import { rows } from "../../ops/rows.ts";
import { adopt } from "../../tensor/create.ts";
import { formatShape, type Shape, ShapeError, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Layer, Start } from "../module.ts";
import { normal } from "../starts.ts";

/** An embedding, and the layer that uses its table the other way. */
export interface EmbeddingLayer extends Layer {
  /** Scores for every row: x·tableᵀ, with the same parameters (Press and Wolf, 2017). Call it by the same name. */
  readonly scores: Layer;
}

/**
 * A learned row for each of `count` symbols: int32 [batch, …] → [batch, …, width]. Its parameter is `weight`.
 * @example
 * const tokens = embedding(65, 32);
 * net.call("tokens", tokens.scores, net.call("body", body, net.call("tokens", tokens, x)));
 */
export function embedding(
  count: number,
  width: number,
  { start = normal(1) }: { readonly start?: Start } = {},
): EmbeddingLayer {
  const parameters = (): { weight: { shape: Shape; start: Start } } => ({
    weight: { shape: [count, width], start },
  });
  const layer: Layer = {
    kind: "embedding",
    parameters,
    outputs: ([x]) => [[...x!, width]],
    apply: ({ weight }, [x]) => [embeddingOp(weight!, x!)],
  };
  const scores: Layer = {
    kind: "scores",
    parameters,
    outputs([x]) {
      if (x!.at(-1) === width) return [[...x!.slice(0, -1), count]];
      throw new ShapeError(
        `embedding: scores of ${count} symbols take features of width ${width}, [batch, …, ${width}], and these have shape ` +
          `${formatShape(x!)}.`,
      );
    },
    multiplyAdds: ([x]) => sizeOf(x!) * count,
    apply({ weight }, [x]) {
      const flat = reshape(x!, [x!.size / width, width]);
      return [reshape(matmul(flat, weight!, { transposeB: true }), [...x!.shape.slice(0, -1), count])];
    },
  };
  const both: { scores: Layer } & Layer = { ...layer, scores };
  both.scores = { ...scores, shares: both };
  return both;
}

/** A learned vector for each place, added: [batch, length, width]. Its parameter is `weight` [longest, width]. */
export function learnedPositions(
  longest: number,
  { start = normal(0.02) }: { readonly start?: Start } = {},
): Layer {
  return {
    kind: "learnedPositions",
    parameters: ([x]) => ({ weight: { shape: [longest, x!.at(-1)!], start } }),
    outputs: ([x]) => [placed("learnedPositions", x!)],
    apply({ weight }, [x], call) {
      const from = offset(x!, call);
      const to = from + x!.shape[1]!;
      if (to <= longest) return [add(x!, rows(weight!, from, to))];
      throw new ShapeError(
        `learnedPositions: ${formatShape(x!.shape)}, after ${from} places before it, needs ${to} places, and ${longest} are ` +
          `learned; shorten the sequence, or make the model with more.`,
      );
    },
  };
}

/** Throws unless these are the features of places, [batch, length, width]. */
function placed(kind: string, x: Shape): Shape {
  if (x.length === 3) return x;
  throw new ShapeError(`${kind}: x has shape ${formatShape(x)}; it takes [batch, length, width].`);
}

/** How many places came before, where runs go on from each other; the count is remembered. */
function offset(x: Tensor, call: Call): number {
  const from = call.recall("places")?.item() ?? 0;
  if (call.remembers) call.remember("places", adopt(Int32Array.of(from + x.shape[1]!), []));
  return from;
}

/**
 * Sines and cosines of every place, added: p_{t,2i} = sin(t / 10000^{2i/width}), p_{t,2i+1} = cos(…) (Vaswani et al., 2017).
 */
export function sinusoidalPositions(): Layer {
  return {
    kind: "sinusoidalPositions",
    outputs: ([x]) => [placed("sinusoidalPositions", x!)],
    apply(_, [x], call) {
      const table = sinusoids(offset(x!, call), x!.shape[1]!, x!.shape[2]!);
      return [add(x!, cast(table, x!.dtype))];
    },
  };
}

/** [length, width] of positions from `from` on. @example sinusoids(0, 50, 64) */
export function sinusoids(from: number, length: number, width: number): Tensor {
  const values = new Float64Array(length * width);
  for (let t = 0; t < length; t++) {
    for (let i = 0; i < width; i++) {
      const angle = (from + t) / 10000 ** ((i - (i % 2)) / width);
      values[t * width + i] = i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return adopt(values, [length, width]);
}
