// Models of text: int32 tokens [batch, time] → logits for the next token, [batch, time, vocabulary].
import { stacked } from "../blocks/recurrent.ts";
import { transformerLayer } from "../blocks/transformer.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding, learnedPositions } from "../layers/embedding.ts";
import { linear } from "../layers/linear.ts";
import { layerNorm } from "../layers/norms.ts";
import { gru, lstm, rnn } from "../layers/recurrent.ts";
import { type Block, block, type Layer } from "../module.ts";
import { normal } from "../starts.ts";

export interface CharRnnOptions {
  readonly vocabulary: number;
  readonly cell?: "rnn" | "lstm" | "gru";
  readonly units?: number;
  readonly layers?: number;
  readonly embedding?: number;
  readonly dropout?: number;
}

/**
 * A language model of characters (Karpathy, 2015). Runs with `memory` go on from each other's states: one character at a
 * time while it writes, or stretch by stretch of a long text while it learns.
 */
export function charRnn({
  vocabulary,
  cell = "lstm",
  units = 128,
  layers = 1,
  embedding: width = 32,
  dropout: rate = 0,
}: CharRnnOptions): Block {
  const one: Record<string, (units: number) => Layer> = { rnn, lstm, gru };
  const make = one[cell]!;
  const body = stacked(
    Array.from({ length: layers }, () => make(units)),
    { dropout: rate },
  );
  return block("charRnn", (net, tokens) => {
    const states = net.call("body", body, net.call("tokens", embedding(vocabulary, width), tokens!));
    return net.call("logits", linear(vocabulary), net.use(dropout(rate), states));
  });
}

export interface GptOptions {
  readonly vocabulary: number;
  /** The longest text it reads at once. */
  readonly context: number;
  readonly width?: number;
  readonly layers?: number;
  readonly heads?: number;
  readonly dropout?: number;
}

/** GPT-2 small as published: 124.44 M parameters. */
export const GPT2_SMALL: GptOptions = {
  vocabulary: 50257,
  context: 1024,
  width: 768,
  layers: 12,
  heads: 12,
  dropout: 0.1,
};

/**
 * A GPT (Radford et al., 2019): token and place embeddings, causal Transformer layers with the norm before, and logits by
 * the embedding's own table. Weights begin with σ = 0.02, those that end a residual with 0.02/√(2·layers). Runs with
 * `memory` keep a KV cache: after the first, bring the new tokens only.
 */
export function gpt({
  vocabulary,
  context,
  width = 64,
  layers = 2,
  heads = 4,
  dropout: rate = 0,
}: GptOptions): Block {
  const start = normal(0.02);
  const outStart = normal(0.02 / Math.sqrt(2 * layers));
  const tokens = embedding(vocabulary, width, { start });
  const layer = transformerLayer({
    heads,
    causal: true,
    dropout: rate,
    activation: "geluTanh",
    start,
    outStart,
  });
  return block("gpt", (net, x) => {
    let y = net.call("positions", learnedPositions(context), net.call("tokens", tokens, x!));
    y = net.use(dropout(rate), y);
    for (let i = 0; i < layers; i++) y = net.call(`layer${i}`, layer, y);
    return net.call("tokens", tokens.scores, net.call("norm", layerNorm(), y));
  });
}
