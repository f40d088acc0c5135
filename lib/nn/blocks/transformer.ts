import { gelu, relu } from "../layers/activation.ts";
import { attendTo, attendToItself } from "../layers/attention.ts";
import { add } from "../layers/combine.ts";
import { dropout } from "../layers/dropout.ts";
import { linear } from "../layers/linear.ts";
import { computedOnce } from "../layers/memory.ts";
import { layerNorm } from "../layers/norms.ts";
import { type Block, block, type Module, type Net, type Start } from "../module.ts";

export interface MultiHeadOptions {
  readonly heads: number;
  /** A query sees what came before it, and itself. */
  readonly causal?: boolean;
  readonly start?: Start;
  /** How the last product's weights begin, where that is to differ. */
  readonly outStart?: Start;
}

/**
 * Multi-head attention (Vaswani et al., 2017): of a sequence to itself, or with a second input, to that. Queries, keys and
 * values come of products with learned weights (`qkv`, or `query` and `keyValue`), and the heads' results pass through
 * another (`out`): head_i = softmax(Q_i·K_iᵀ/√d)·V_i, y = [head_1, …]·W_out. Runs with `memory` keep what they would else
 * compute again: a causal one the keys and values of all that came before, one to a second input those of that input,
 * which are computed once.
 * @example net.call("attention", multiHeadAttention({ heads: 8, causal: true }), x)
 */
export function multiHeadAttention({ heads, causal = false, start, outStart }: MultiHeadOptions): Block {
  const begin = start === undefined ? {} : { start };
  const ends = outStart === undefined ? begin : { start: outStart };
  return block("multiHeadAttention", (net, x, other) => {
    const width = net.shapeOf(x!).at(-1)!;
    const looked =
      other === undefined
        ? net.call("attend", attendToItself({ heads, causal }), net.call("qkv", linear(3 * width, begin), x!))
        : net.call(
            "attend",
            attendTo({ heads }),
            net.call("query", linear(width, begin), x!),
            net.call("keyValue", computedOnce(linear(2 * width, begin)), other),
          );
    return net.call("out", linear(width, ends), looked);
  });
}

export interface TransformerOptions {
  readonly heads: number;
  /** Width inside the feed-forward part; four times the width, if nothing is said. */
  readonly hidden?: number;
  readonly dropout?: number;
  /** Layer norm before each part (GPT-2), or after each sum, as in the paper; default "before". */
  readonly norm?: "before" | "after";
  readonly activation?: "gelu" | "geluTanh" | "relu";
  readonly causal?: boolean;
  readonly start?: Start;
  readonly outStart?: Start;
}

/** Two linear layers with an activation between, at every place alike. */
export function feedForward({
  hidden,
  activation = "gelu",
  start,
  outStart,
}: Pick<TransformerOptions, "hidden" | "activation" | "start" | "outStart">): Block {
  const begin = start === undefined ? {} : { start };
  const ends = outStart === undefined ? begin : { start: outStart };
  const bend =
    activation === "relu" ? relu() : gelu({ approximate: activation === "gelu" ? "none" : "tanh" });
  return block("feedForward", (net, x) => {
    const width = net.shapeOf(x!).at(-1)!;
    const wide = net.use(bend, net.call("in", linear(hidden ?? 4 * width, begin), x!));
    return net.call("out", linear(width, ends), wide);
  });
}

/** x + f(norm(x)), or norm(x + f(x)). */
function around<V extends object>(
  net: Net<V>,
  name: string,
  part: Module,
  { norm = "before", dropout: rate = 0 }: TransformerOptions,
  x: V,
  ...others: V[]
): V {
  const normName = `${name}Norm`;
  const read = norm === "before" ? net.call(normName, layerNorm(), x) : x;
  const made = net.call(name, part, read, ...others);
  const sum = net.use(add(), x, rate === 0 ? made : net.use(dropout(rate), made));
  return norm === "before" ? sum : net.call(normName, layerNorm(), sum);
}

/** One layer of a Transformer's encoder, or with `causal` of a GPT: attention and feed-forward, each with a residual. */
export function transformerLayer(options: TransformerOptions): Block {
  return block("transformerLayer", (net, x) => {
    const looked = around(net, "attention", multiHeadAttention(options), options, x!);
    return around(net, "feedForward", feedForward(options), options, looked);
  });
}

/**
 * One layer of a decoder: what was written so far looks at itself, then at the encoder's result, the second input. Runs with
 * `memory` bring only what is new, and the second input's keys and values are computed in the first of them.
 */
export function decoderLayer(options: TransformerOptions): Block {
  return block("decoderLayer", (net, x, encoded) => {
    if (encoded === undefined) {
      // Else it would look at itself twice, and nobody notice.
      throw new TypeError(
        "decoderLayer: it takes two inputs, what was written so far and the encoder's result; the second is missing.",
      );
    }
    const itself = around(net, "attention", multiHeadAttention({ ...options, causal: true }), options, x!);
    const across = multiHeadAttention({ ...options, causal: false });
    const looked = around(net, "cross", across, options, itself, encoded);
    return around(net, "feedForward", feedForward(options), options, looked);
  });
}

/** Layers of an encoder; with the norm before, one more at the end. @example transformerEncoder(6, { heads: 8 }) */
export function transformerEncoder(depth: number, options: TransformerOptions): Block {
  return block("transformerEncoder", (net, x) => {
    let y = x!;
    for (let i = 0; i < depth; i++) y = net.call(String(i), transformerLayer(options), y);
    return (options.norm ?? "before") === "before" ? net.call("norm", layerNorm(), y) : y;
  });
}

/** Layers of a decoder, which read the encoder's result as second input. */
export function transformerDecoder(depth: number, options: TransformerOptions): Block {
  return block("transformerDecoder", (net, x, encoded) => {
    let y = x!;
    for (let i = 0; i < depth; i++) y = net.call(String(i), decoderLayer(options), y, encoded!);
    return (options.norm ?? "before") === "before" ? net.call("norm", layerNorm(), y) : y;
  });
}
