import { add } from "../../ops/add.ts";
import { attention, attentionWeights, selfAttention as selfAttentionOp } from "../../ops/attention.ts";
import { maskedBias } from "../../ops/attention-mask.ts";
import { concat, split } from "../../ops/concat.ts";
import { matmul } from "../../ops/matmul.ts";
import { mul } from "../../ops/mul.ts";
import { expandDims, reshape } from "../../ops/reshape.ts";
import { softmax } from "../../ops/softmax.ts";
import { tanh } from "../../ops/tanh.ts";
import { adopt } from "../../tensor/create.ts";
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
 * The attention of a sequence to itself, from queries, keys and values side by side, [batch, length, 3·width]:
 * softmax(q·kᵀ/√d)·v for each head (Vaswani et al., 2017). If it is causal, it remembers keys and values (the KV cache) in a
 * row of runs with `memory`: each run then brings only what is new.
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
      // What sees all that follows would have to be computed again with every new place.
      const remembers = causal && call.remembers;
      if (!remembers && !call.attentionMaps) return [selfAttentionOp(x!, { heads, causal, lengths })];
      const [q, newK, newV] = split(x!, 3, { axis: 2 }) as [Tensor, Tensor, Tensor];
      const [k, v] = remembers ? [withMemory(call, "k", newK), withMemory(call, "v", newV)] : [newK, newV];
      if (call.attentionMaps) call.keep("weights", attentionWeights(q, k, { heads, causal, lengths }));
      return [attention(q, k, v, { heads, causal, lengths })];
    },
  };
}

function withMemory(call: Call, name: string, latest: Tensor): Tensor {
  const before = call.recall(name);
  const all = before === undefined ? latest : concat([before, latest], { axis: 1 });
  call.remember(name, all);
  return all;
}

/**
 * Queries [batch, n, width] that look at another sequence, of keys and values side by side, [batch, m, 2·width]:
 * softmax(q·kᵀ/√d)·v for each head (Vaswani et al., 2017).
 */
export function attendTo({ heads }: Pick<AttendOptions, "heads">): Layer {
  return {
    kind: "crossAttention",
    outputs([q, kv]) {
      checkPair("crossAttention", q!, kv!);
      const [width, wide] = [q![2]!, kv![2]!];
      if (wide === 2 * width && width % heads === 0) return [q!];
      throw new ShapeError(
        `crossAttention: ${formatShape(kv!)} does not hold k and v of ${heads} heads beside queries ${formatShape(q!)}; the ` +
          "width must be a multiple of the heads, and keys and values twice as wide.",
      );
    },
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
 * weighed: c = Σ_j softmax_j(q·k_j) k_j.
 */
export function dotAttention({ scale = 1 }: { readonly scale?: number } = {}): Layer {
  return {
    kind: "dotAttention",
    outputs([q, k]) {
      checkPair("dotAttention", q!, k!);
      if (q![2] === k![2]) return [q!];
      throw new ShapeError(
        `dotAttention: queries ${formatShape(q!)} and keys ${formatShape(k!)} must be equally wide, for their product.`,
      );
    },
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
 * Additive attention (Bahdanau, Cho and Bengio, 2015): the score of key k for query q is v·tanh(q·Wq + k·Wk), the result Σ_j softmax_j(score_j) k_j. Queries
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
    outputs([q, k]) {
      checkPair("additiveAttention", q!, k!);
      return [[q![0]!, q![1]!, k![2]!]];
    },
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
      // Who has nothing to look at sees 0, as in `attention`; a softmax of nothing but −∞ would be NaN.
      const seen = call.lengths?.map((length) => Math.max(1, length));
      const bias = maskedBias("additiveAttention", scores.shape, undefined, seen, undefined);
      const shares = softmax(bias === undefined ? scores : add(scores, bias));
      const weights = call.lengths?.includes(0) ? mul(shares, anySeen(call.lengths)) : shares;
      if (call.attentionMaps) call.keep("weights", weights);
      return [matmul(weights, k!)];
    },
  };
}

/** [batch, 1, 1]: 0 where a sequence has no steps, else 1. */
function anySeen(lengths: readonly number[]): Tensor {
  return adopt(
    Float32Array.from(lengths, (length) => Math.min(1, length)),
    [lengths.length, 1, 1],
  );
}

/** Throws unless queries and what they look at are [batch, n, …] and [batch, m, …] of one batch. */
function checkPair(kind: string, q: Shape, k: Shape | undefined): void {
  if (q.length === 3 && k?.length === 3 && q[0] === k[0]) return;
  throw new ShapeError(
    `${kind}: queries ${formatShape(q)} look at ${k === undefined ? "nothing" : formatShape(k)}; they take [batch, n, width] and ` +
      "[batch, m, width] of one batch.",
  );
}

/** x·w for any leading axes. */
function rowsTimes(x: Tensor, w: Tensor): Tensor {
  const [features, units] = w.shape as [number, number];
  const shape: Shape = [...x.shape.slice(0, -1), units];
  return reshape(matmul(reshape(x, [x.size / features, features]), w), shape);
}
