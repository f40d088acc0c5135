// How the next token is drawn.
import { argmax } from "../ops/choose.ts";
import type { Random } from "../random/random.ts";
import { adopt } from "../tensor/create.ts";
import { allocate, floatOf } from "../tensor/dtype.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Which tokens may be drawn, and how boldly. */
export interface SamplingOptions {
  /** Logits are divided by it: below 1 the likely become likelier, at 0 the likeliest is taken, above 1 all come nearer. */
  readonly temperature?: number;
  /** Only the k likeliest (Fan et al., 2018). */
  readonly topK?: number;
  /** Only the likeliest that together have this probability: the nucleus (Holtzman et al., 2020). */
  readonly topP?: number;
}

/**
 * Logits [..., tokens] over the temperature, −∞ for tokens that are not to be drawn. The nucleus is taken of what top-k
 * left, at that temperature.
 * @example softmax(restrictLogits(logits, { temperature: 0.8, topK: 40 }))
 */
export function restrictLogits(logits: Tensor, options: SamplingOptions = {}): Tensor {
  const { temperature = 1, topK, topP } = options;
  const op = "restrictLogits";
  const width = logits.shape.at(-1) ?? 0;
  if (width === 0) {
    throw new ShapeError(`${op}: logits are [..., tokens]; these are ${formatShape(logits.shape)}.`);
  }
  if (!(temperature >= 0)) {
    throw new RangeError(`${op}: the temperature must be 0 or more; it is ${temperature}.`);
  }
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1)) {
    throw new RangeError(`${op}: topK must be a whole number, 1 or more; it is ${topK}.`);
  }
  if (topP !== undefined && !(topP > 0 && topP <= 1)) {
    throw new RangeError(`${op}: topP must be above 0 and at most 1; it is ${topP}.`);
  }
  const values = logits.storage.array();
  const result = allocate(floatOf(logits.dtype), logits.size);
  for (let start = 0; start < values.length; start += width) {
    const row = Float64Array.from(values.subarray(start, start + width));
    checkRow(op, row, start / width);
    const order = Int32Array.from(row.keys()).sort((a, b) => row[b]! - row[a]! || a - b);
    const scale = temperature === 0 ? 1 : temperature;
    const kept = temperature === 0 ? 1 : nucleus(row, order.subarray(0, topK ?? width), scale, topP ?? 1);
    result.fill(Number.NEGATIVE_INFINITY, start, start + width);
    // Softmax is the same of logits less their largest, and so a tiny temperature makes no infinity of it.
    const top = row[order[0]!]!;
    const shift = Number.isFinite(Math.fround(top / scale)) ? 0 : top;
    for (const token of order.subarray(0, kept)) {
      const logit = row[token]!;
      if (logit > Number.NEGATIVE_INFINITY) result[start + token] = (logit - shift) / scale;
    }
  }
  return adopt(result, logits.shape);
}

/** Throws unless something can be drawn from a row. */
function checkRow(op: string, row: Float64Array, at: number): void {
  const bad = row.findIndex((logit) => !(logit < Infinity));
  if (bad >= 0) {
    throw new RangeError(
      `${op}: logit ${bad} of row ${at} is ${row[bad]}; a logit is finite, or -Infinity for what cannot come.`,
    );
  }
  if (row.every((logit) => logit === Number.NEGATIVE_INFINITY)) {
    throw new RangeError(`${op}: every logit of row ${at} is -Infinity, so there is nothing to draw.`);
  }
}

/** How many of the tokens, likeliest first, it takes to reach probability p. */
function nucleus(row: Float64Array, order: Int32Array, temperature: number, p: number): number {
  if (p === 1) return order.length;
  const weights = Float64Array.from(order, (token) =>
    Math.exp((row[token]! - row[order[0]!]!) / temperature),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let [count, reached] = [0, 0];
  while (count < order.length && reached < p * total) reached += weights[count++]!;
  return count;
}

/**
 * A token for each row of logits [..., tokens]: int32 [...].
 * @example sampleToken(logits, { random, temperature: 0.8, topP: 0.9 }).item()
 */
export function sampleToken(logits: Tensor, options: SamplingOptions & { readonly random: Random }): Tensor {
  const allowed = restrictLogits(logits, options);
  return options.temperature === 0 ? argmax(allowed) : options.random.categorical(allowed);
}
