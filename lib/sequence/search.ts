// From probabilities of tokens to a sequence: greedily, by drawing, or by looking at everything.
import type { Random } from "../random/random.ts";
import { tensor } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import {
  checkSearch,
  type DecodingOptions,
  type FoundSequence,
  found,
  logProbabilities,
  type Position,
  type SequenceModel,
} from "./model.ts";
import { type SamplingOptions, sampleToken } from "./sampling.ts";

/**
 * The likeliest token at every step. Quick, and short-sighted: a likely first step may lead to unlikely ones.
 * @example greedySearch(model, { length: 40, end: 0 }).tokens
 */
export function greedySearch<State>(model: SequenceModel<State>, options: DecodingOptions): FoundSequence {
  return walk("greedySearch", model, options, (_, logs) => logs.indexOf(Math.max(...logs)));
}

/** How sequences are drawn. */
export interface SampleOptions extends DecodingOptions, SamplingOptions {
  readonly random: Random;
}

/**
 * A sequence drawn token by token. Its log-probability is the model's, whatever the temperature was.
 * @example sampleSequence(model, { length: 200, random, temperature: 0.7 })
 */
export function sampleSequence<State>(model: SequenceModel<State>, options: SampleOptions): FoundSequence {
  return walk("sampleSequence", model, options, ({ logits }) => {
    const row = logits instanceof Tensor ? logits : tensor(Float64Array.from(logits));
    return sampleToken(row, options).storage.array()[0]!;
  });
}

/**
 * Draws many sequences and gives them all, the best score first: one bad draw no longer spoils the result.
 * @example bestOfMany(model, { samples: 20, length: 40, random })[0]
 */
export function bestOfMany<State>(
  model: SequenceModel<State>,
  options: SampleOptions & { readonly samples: number },
): FoundSequence[] {
  if (!Number.isSafeInteger(options.samples) || options.samples < 1) {
    throw new RangeError(
      `bestOfMany: the samples must be a whole number, 1 or more; not ${options.samples}.`,
    );
  }
  return Array.from({ length: options.samples }, () => sampleSequence(model, options)).sort(
    (a, b) => b.score - a.score,
  );
}

function walk<State>(
  op: string,
  model: SequenceModel<State>,
  options: DecodingOptions,
  choose: (moment: Position<State>, logs: Float64Array) => number,
): FoundSequence {
  checkSearch(op, options);
  const tokens: number[] = [];
  let [moment, total] = [model.start, 0];
  while (true) {
    const logs = logProbabilities(op, moment.logits);
    const token = choose(moment, logs);
    tokens.push(token);
    total += logs[token]!;
    if (tokens.length === options.length || token === options.end) return found(tokens, total, options);
    moment = model.next(moment.state, token);
  }
}

/**
 * The best of all sequences: vocabulary^length of them, so for small models only. What beam search is measured against.
 * @example exhaustiveSearch(model, { length: 5, end: 0 }).tokens
 */
export function exhaustiveSearch<State>(
  model: SequenceModel<State>,
  options: DecodingOptions,
): FoundSequence {
  checkSearch("exhaustiveSearch", options);
  let best: FoundSequence | undefined;
  const visit = (moment: Position<State>, tokens: readonly number[], total: number): void => {
    logProbabilities("exhaustiveSearch", moment.logits).forEach((log, token) => {
      if (log === Number.NEGATIVE_INFINITY) return;
      const longer = [...tokens, token];
      if (token === options.end || longer.length === options.length) {
        const candidate = found(longer, total + log, options);
        if (best === undefined || candidate.score > best.score) best = candidate;
      } else visit(model.next(moment.state, token), longer, total + log);
    });
  };
  visit(model.start, [], 0);
  return best!;
}
