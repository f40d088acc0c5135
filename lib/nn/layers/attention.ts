import { add } from "../../ops/add.ts";
import { attention, attentionWeights, selfAttention as selfAttentionOp } from "../../ops/attention.ts";
import { maskedBias } from "../../ops/attention-mask.ts";
import { concat, split } from "../../ops/concat.ts";
import { matmul } from "../../ops/matmul.ts";
import { expandDims, reshape } from "../../ops/reshape.ts";
import { softmax } from "../../ops/softmax.ts";
import { tanh } from "../../ops/tanh.ts";
import { formatShape, type Shape, ShapeError, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Layer } from "../module.ts";
import { glorot } from "../starts.ts";

export interface AttendOptions {
  readonly heads: number;
  /** A query sees what came before it, and itself. */
  readonly causal?: boolean;
}

/**
 * The attention of a sequence to itself, from queries, keys and values side by side, [batch, length, 3·width]. In a row of
 * runs with `memory`, it remembers keys and values (the KV cache): each run then brings only what is new.
 */
export function attendToItself({ heads, causal = false }: AttendOptions): Layer {
  return {
    kind: "selfAttention",
    outputs([x]) {
      const wide = x!.at(-1)!;
      if (x!.length === 3 && wide % (3 * heads) === 0) return [[x![0]!, x![1]!, wide / 3]];
      throw new ShapeError(
        `selfAttention: ${formatShape(x!)} does not hold q, k and v of ${heads} heads; the width must be a multiple of the heads.`,
      );
    },
    multiplyAdds: ([x]) => 2 * x![0]! * x![1]! ** 2 * (x![2]! / 3),
    kept: ([x]) => x![0]! * x![1]! * (x![2]! / 3 + heads * x![1]!), // and every head's weights
    apply(_, [x], call) {
      // Where a query sees only what came before, padding at the end is seen by nobody who counts.
      const lengths = causal ? undefined : call.lengths;
      if (!call.remembers && !call.attentionMaps) return [selfAttentionOp(x!, { heads, causal, lengths })];
      const [q, newK, newV] = split(x!, 3, { axis: 2 }) as [Tensor, Tensor, Tensor];
      const [k, v] = [withMemory(call, "k", newK), withMemory(call, "v", newV)];
      if (call.attentionMaps) call.keep("weights", attentionWeights(q, k, { heads, causal, lengths }));
      return [attention(q, k, v, { heads, causal, lengths })];
    },
  };
}

function withMemory(call: Call, name: string, latest: Tensor): Tensor {
  if (!call.remembers) return latest;
  const before = call.recall(name);
  const all = before === undefined ? latest : concat([before, latest], { axis: 1 });
  call.remember(name, all);
  return all;
}

/** Queries [batch, n, width] that look at another sequence: keys and values side by side, [batch, m, 2·width]. */
export function attendTo({ heads }: Pick<AttendOptions, "heads">): Layer {
  return {
    kind: "crossAttention",
    outputs: ([q]) => [q!],
    multiplyAdds: ([q, kv]) => 2 * sizeOf(q!) * kv![1]!,
    kept: ([q, kv]) => sizeOf(q!) + sizeOf(kv!) + heads * q![0]! * q![1]! * kv![1]!, // k and v apart, and the weights
    apply(_, [q, keyValue], call) {
      const [k, v] = split(keyValue!, 2, { axis: 2 }) as [Tensor, Tensor];
      const options = { heads, lengths: call.lengths };
      if (call.attentionMaps) call.keep("weights", attentionWeights(q!, k, options));
      return [attention(q!, k, v, options)];
    },
  };
}

/**
 * Dot-product attention (Luong et al., 2015): states [batch, n, width] look at [batch, m, width] and get the mean of those,
 * weighed by softmax(q·k).
 */
export function dotAttention({ scale = 1 }: { readonly scale?: number } = {}): Layer {
  return {
    kind: "dotAttention",
    outputs: ([q]) => [q!],
    multiplyAdds: ([q, k]) => 2 * sizeOf(q!) * k![1]!,
    kept: ([q, k]) => sizeOf(q!) + q![0]! * q![1]! * k![1]!,
    apply(_, [q, k], call) {
      const options = { scale, lengths: call.lengths };
      if (call.attentionMaps) call.keep("weights", attentionWeights(q!, k!, options));
      return [attention(q!, k!, k!, options)];
    },
  };
}

/**
 * Additive attention (Bahdanau, Cho and Bengio, 2015): the score of key k for query q is v·tanh(q·Wq + k·Wk). Queries
 * [batch, n, …] and keys [batch, m, width] → [batch, n, width].
 */
export function additiveAttention(units: number): Layer {
  return {
    kind: "additiveAttention",
    parameters: ([q, k]) => ({
      query: { shape: [q!.at(-1)!, units], start: glorot(q!.at(-1)!, units) },
      key: { shape: [k!.at(-1)!, units], start: glorot(k!.at(-1)!, units) },
      v: { shape: [units, 1], start: glorot(units, 1) },
    }),
    outputs: ([q, k]) => [[q![0]!, q![1]!, k![2]!]],
    multiplyAdds: ([q, k]) =>
      sizeOf(q!) * units + sizeOf(k!) * units + q![0]! * q![1]! * k![1]! * (units + k![2]!),
    kept: ([q, k], [y]) => {
      const pairs = q![0]! * q![1]! * k![1]!;
      return sizeOf(y!) + 2 * pairs * (units + 1) + units * q![0]! * (q![1]! + k![1]!);
    },
    apply({ query, key, v }, [q, k], call) {
      const apart = add(expandDims(rowsTimes(q!, query!), 2), expandDims(rowsTimes(k!, key!), 1));
      const [batch, n, m] = [q!.shape[0]!, q!.shape[1]!, k!.shape[1]!];
      const scores = reshape(rowsTimes(tanh(apart), v!), [batch, n, m]);
      const bias = maskedBias("additiveAttention", scores.shape, undefined, call.lengths, undefined);
      const weights = softmax(bias === undefined ? scores : add(scores, bias));
      if (call.attentionMaps) call.keep("weights", weights);
      return [matmul(weights, k!)];
    },
  };
}

/** x·w for any leading axes. */
function rowsTimes(x: Tensor, w: Tensor): Tensor {
  const [features, units] = w.shape as [number, number];
  const shape: Shape = [...x.shape.slice(0, -1), units];
  return reshape(matmul(reshape(x, [x.size / features, features]), w), shape);
}
