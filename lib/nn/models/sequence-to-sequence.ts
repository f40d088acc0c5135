// Models that write a sequence while they look at something: another sequence, or a picture.

import { pad } from "../../ops/place.ts";
import { expandDims } from "../../ops/reshape.ts";
import { ones, zeros } from "../../tensor/create.ts";
import { readBothWays } from "../blocks/recurrent.ts";
import { type TransformerOptions, transformerDecoder, transformerEncoder } from "../blocks/transformer.ts";
import { tanh } from "../layers/activation.ts";
import { additiveAttention, dotAttention } from "../layers/attention.ts";
import { concat } from "../layers/combine.ts";
import { embedding, sinusoidalPositions } from "../layers/embedding.ts";
import { linear } from "../layers/linear.ts";
import { withoutMemory } from "../layers/memory.ts";
import { gru, lstm, rnn } from "../layers/recurrent.ts";
import { type Block, block, type Layer, type Net } from "../module.ts";

export interface Seq2seqOptions {
  readonly source: number;
  readonly target: number;
  readonly units?: number;
  readonly embedding?: number;
  /** How the decoder looks back; "none": all it knows is the encoder's last state. Default "additive". */
  readonly attention?: "additive" | "dot" | "none";
}

/** The parts of a sequence-to-sequence model, for who wants to write step by step. */
export interface Seq2seq extends Block {
  /** Source tokens [batch, m] → what the decoder looks at [batch, m, units], and its first state as kept "state". */
  readonly encoder: Block;
  /**
   * Target tokens [batch, n], the encoder's result and the first state → logits [batch, n, target]. In runs with `memory`
   * the state is only needed at the first: it goes on from where it was.
   */
  readonly decoder: Block;
}

/**
 * A bidirectional GRU that reads and a GRU that writes, with attention (Bahdanau et al., 2015; Luong et al., 2015). Called
 * with source tokens and the target's tokens shifted by one (teacher forcing); `lengths` are the source's.
 * @example run(model, variables, [source, target], { lengths }).output // [batch, n, vocabulary]
 */
export function seq2seq({
  source,
  target,
  units = 64,
  embedding: width = 32,
  attention = "additive",
}: Seq2seqOptions): Seq2seq {
  const encode = <V extends object>(net: Net<V>, tokens: V): { outputs: V; state: V } => {
    const embedded = net.call("tokens", embedding(source, width), tokens);
    const read = net.within("read", (inner) =>
      readBothWays(inner, (reverse) => withoutMemory(gru(units, { reverse })), embedded),
    );
    const state = net.use(tanh(), net.call("state", linear(units), read.states[0]!));
    return { outputs: net.call("outputs", linear(units), read.outputs), state };
  };
  const decode = <V extends object>(net: Net<V>, tokens: V, encoded: V, state?: V): V => {
    const embedded = net.call("tokens", embedding(target, width), tokens);
    const written = net.call("write", unpadded(units), embedded, ...(state === undefined ? [] : [state]));
    if (attention === "none") return net.call("logits", linear(target), written);
    const look = attention === "additive" ? additiveAttention(units) : dotAttention();
    const context = net.call("attention", look, written, encoded);
    const both = net.use(tanh(), net.call("combine", linear(units), net.use(concat(), context, written)));
    return net.call("logits", linear(target), both);
  };
  const encoder = block("encoder", (net, tokens) => {
    const { outputs, state } = encode(net, tokens!);
    net.keep("state", state);
    return outputs;
  });
  const decoder = block("decoder", (net, tokens, encoded, state) => decode(net, tokens!, encoded!, state));
  const whole = block("seq2seq", (net, from, to) => {
    const { outputs, state } = net.within("encoder", (inner) => encode(inner, from!));
    return net.within("decoder", (inner) => decode(inner, to!, outputs, state));
  });
  return { ...whole, encoder, decoder };
}

/** A GRU that reads all steps (`lengths` are the source's), and begins with the state given only where none is remembered. */
function unpadded(units: number): Layer {
  const layer = gru(units);
  return {
    ...layer,
    apply(own, [x, state], call) {
      const begins = state !== undefined && call.recall("h") === undefined;
      return layer.apply(own, begins ? [x!, state] : [x!], { ...call, lengths: undefined });
    },
  };
}

export interface TransformerModelOptions extends Omit<TransformerOptions, "causal" | "start" | "outStart"> {
  readonly source: number;
  readonly target: number;
  readonly width: number;
  readonly layers: number;
}

/** The two halves of a Transformer; both take the whole model's variables. */
export interface Transformer extends Block {
  /** Source tokens [batch, m] → what the decoder looks at, [batch, m, width]. */
  readonly encoder: Block;
  /** Target tokens [batch, n] and the encoder's result → logits [batch, n, target]. */
  readonly decoder: Block;
}

/**
 * The Transformer (Vaswani et al., 2017): encoder and decoder; called with source and shifted target tokens, `lengths` are
 * the source's. To write, run `encoder` once and `decoder` token by token with `memory`: it keeps the keys and values of
 * what was written, and those of the encoder's result, which are computed once.
 * @example
 * const encoded = run(model.encoder, variables, source).output;
 * const { output, memory } = run(model.decoder, variables, [newTokens, encoded], { memory: before });
 */
export function transformer({
  source,
  target,
  width,
  layers,
  ...options
}: TransformerModelOptions): Transformer {
  const encode = <V extends object>(net: Net<V>, tokens: V): V => {
    const embedded = net.call("source", embedding(source, width), tokens);
    const read = net.use(withoutMemory(sinusoidalPositions()), embedded);
    return net.call("encoder", transformerEncoder(layers, options), read);
  };
  const decode = <V extends object>(net: Net<V>, tokens: V, encoded: V): V => {
    const embedded = net.call("target", embedding(target, width), tokens);
    const written = net.call("positions", sinusoidalPositions(), embedded);
    const y = net.call("decoder", transformerDecoder(layers, options), written, encoded);
    return net.call("logits", linear(target), y);
  };
  const encoder = block("encoder", (net, tokens) => encode(net, tokens!));
  const decoder = block("decoder", (net, tokens, encoded) => decode(net, tokens!, encoded!));
  const whole = block("transformer", (net, from, to) => decode(net, to!, encode(net, from!)));
  return { ...whole, encoder, decoder };
}

export interface CaptionerOptions {
  readonly vocabulary: number;
  readonly units?: number;
  readonly embedding?: number;
  readonly cell?: "rnn" | "lstm";
}

/**
 * Words for a picture (Karpathy and Fei-Fei, 2015): a recurrent network that is shown the picture's features v at the first
 * word, h = tanh(x·Wx + h·Wh + v·Wi + b). Called with features [batch, channels] of a convolutional network and the words
 * so far [batch, time]; in runs with `memory` the features count at the first.
 */
export function captioner({
  vocabulary,
  units = 128,
  embedding: width = 64,
  cell = "rnn",
}: CaptionerOptions): Block {
  const write = cell === "rnn" ? rnn(units) : lstm(units);
  return block("captioner", (net, features, words) => {
    const embedded = net.call("words", embedding(vocabulary, width), words!);
    const shown = net.call("image", atFirst(), features!, words!);
    const states = net.call("write", write, net.use(concat(), embedded, shown));
    return net.call("logits", linear(vocabulary), states);
  });
}

/** v [batch, channels] at the first step, zeros after: [batch, time, channels]. */
function atFirst(): Layer {
  return {
    kind: "atFirst",
    outputs: ([v, words]) => [[words![0]!, words![1]!, v![1]!]],
    apply(_, [v, words], call) {
      const [batch, time] = words!.shape as [number, number];
      const seen = call.recall("seen") !== undefined;
      if (call.remembers) call.remember("seen", ones([], "int32"));
      if (seen) return [zeros([batch, time, v!.shape[1]!], v!.dtype)];
      return [
        pad(expandDims(v!, 1), [
          [0, 0],
          [0, time - 1],
          [0, 0],
        ]),
      ];
    },
  };
}
