// What a model of sequences is to a search: from a state and a token to the logits of the next token.
import { formatShape, ShapeError } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Where a model stands: what it thinks comes next, and what it remembers (a hidden state, a cache, a prefix). */
export interface Position<State> {
  /** One for each token; −∞ for what cannot come. */
  readonly logits: Tensor | ArrayLike<number>;
  readonly state: State;
}

/**
 * A model that goes through a sequence token by token. `next` must leave the state that it was handed as it is, because
 * a search goes on from one state in several ways.
 *
 * @example
 * const model: SequenceModel<Tensor> = {
 *   start: read(zeros([1, 64]), START),
 *   next: (h, token) => read(h, token), // { logits, state: the next h }
 * };
 */
export interface SequenceModel<State> {
  /** Before the first token: after a start token, a prompt, an encoded sentence or a picture. */
  readonly start: Position<State>;
  next(state: State, token: number): Position<State>;
}

/** A sequence that a search found. */
export interface FoundSequence {
  /** With the end token, where it came to one. */
  readonly tokens: readonly number[];
  /** ln P = Σ ln p(token | those before it), by the model's own probabilities. */
  readonly logProbability: number;
  /** ln P / length^α: what a search goes by. */
  readonly score: number;
  /** Whether it came to its end token. */
  readonly ended: boolean;
}

/** How far a search goes. */
export interface DecodingOptions {
  /** The most tokens. */
  readonly length: number;
  /** The token that ends a sequence. */
  readonly end?: number;
  /**
   * α of length normalization, ln P / length^α: 0 (none) favours short sequences, because every token costs; 1 is the mean
   * log-probability of a token; 0.7 is usual for translation.
   */
  readonly lengthPower?: number;
}

/** ln softmax(logits) in doubles: z − max − ln Σ e^{z − max}. */
export function logProbabilities(op: string, logits: Tensor | ArrayLike<number>): Float64Array {
  const z = Float64Array.from(logits instanceof Tensor ? logits.storage.array() : logits);
  if (logits instanceof Tensor && logits.shape.at(-1) !== logits.size) {
    throw new ShapeError(
      `${op}: the model's logits are one for each token, [tokens] or [1, tokens]; these are ${formatShape(logits.shape)}.`,
    );
  }
  const largest = z.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(largest)) {
    throw new RangeError(
      `${op}: the largest of the model's ${z.length} logits is ${largest}; one at least must be finite, and none NaN.`,
    );
  }
  const total = largest + Math.log(z.reduce((sum, value) => sum + Math.exp(value - largest), 0));
  return z.map((value) => value - total);
}

/** A finished sequence with its score. */
export function found(
  tokens: readonly number[],
  logProbability: number,
  { end, lengthPower = 0 }: DecodingOptions,
): FoundSequence {
  const score = logProbability / Math.max(1, tokens.length) ** lengthPower;
  return { tokens, logProbability, score, ended: end !== undefined && tokens.at(-1) === end };
}

export function checkSearch(op: string, { length, lengthPower = 0 }: DecodingOptions): void {
  if (!Number.isSafeInteger(length) || length < 1) {
    throw new RangeError(`${op}: the length must be a whole number, 1 or more; it is ${length}.`);
  }
  if (!(lengthPower >= 0)) {
    throw new RangeError(`${op}: lengthPower must be 0 or more; it is ${lengthPower}.`);
  }
}

/**
 * ln P of given tokens: the sum of their log-probabilities, each after those before it.
 * @example Math.exp(sequenceLogProbability(model, encode("the")))
 */
export function sequenceLogProbability<State>(
  model: SequenceModel<State>,
  tokens: readonly number[],
): number {
  let [moment, total] = [model.start, 0];
  tokens.forEach((token, i) => {
    const value = logProbabilities("sequenceLogProbability", moment.logits)[token];
    if (value === undefined) {
      throw new RangeError(`sequenceLogProbability: the model has no token ${token} (at place ${i}).`);
    }
    total += value;
    if (i + 1 < tokens.length) moment = model.next(moment.state, token);
  });
  return total;
}
