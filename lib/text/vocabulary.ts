// From text to tokens to numbers, and back.
import { adopt } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * The characters of a text: whole code points, so that no emoji is cut in two.
 * @example characters("naïve 🙂").length // 7
 */
export function characters(text: string): string[] {
  return Array.from(text);
}

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*|[^\s\p{L}\p{M}\p{N}]/gu;

/**
 * Words and punctuation marks in lower case; "don't" is one word.
 * @example words("Call me Ishmael.") // ["call", "me", "ishmael", "."]
 */
export function words(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** What goes into a vocabulary. */
export interface VocabularyOptions {
  /** Tokens that come first whether they occur or not, such as "<pad>", "<start>", "<end>". */
  readonly special?: readonly string[];
  /** What stands for tokens that are not in it; without one, they are an error. */
  readonly unknown?: string;
  /** Only tokens that occur at least so often. */
  readonly minCount?: number;
  /** At most so many tokens, special ones included. */
  readonly size?: number;
}

/**
 * Tokens by number: special ones first, then the others, the most frequent first (equally frequent ones in the order of
 * their characters).
 *
 * @example
 * const vocabulary = Vocabulary.of(characters(text));
 * const tokens = vocabulary.encode(characters(text)); // int32 [n]
 */
export class Vocabulary {
  readonly tokens: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #unknown: number | undefined;

  constructor(tokens: readonly string[], { unknown }: { readonly unknown?: string } = {}) {
    this.tokens = [...tokens];
    this.#numbers = new Map(this.tokens.map((token, i) => [token, i]));
    if (this.#numbers.size < tokens.length) {
      const twice = tokens.find((token, i) => this.#numbers.get(token) !== i);
      throw new RangeError(`Vocabulary: the token ${JSON.stringify(twice)} is named twice.`);
    }
    this.#unknown = unknown === undefined ? undefined : this.number(unknown);
  }

  /** The vocabulary of a text that was cut into tokens. */
  static of(
    text: readonly string[],
    { special = [], unknown, minCount = 1, size = Number.POSITIVE_INFINITY }: VocabularyOptions = {},
  ): Vocabulary {
    if (!(minCount >= 0 && size >= 0)) {
      throw new RangeError(`Vocabulary: minCount and size are 0 or more; they are ${minCount} and ${size}.`);
    }
    const first = unknown === undefined || special.includes(unknown) ? special : [...special, unknown];
    const counted = countTokens(text);
    for (const token of first) counted.delete(token);
    const others = [...counted]
      .filter(([, count]) => count >= minCount)
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .map(([token]) => token);
    const tokens = [...first, ...others].slice(0, Math.max(size, first.length));
    return new Vocabulary(tokens, unknown === undefined ? {} : { unknown });
  }

  get size(): number {
    return this.tokens.length;
  }

  has(token: string): boolean {
    return this.#numbers.has(token);
  }

  /** The number of a token, or that of the unknown one. */
  number(token: string): number {
    const number = this.#numbers.get(token) ?? this.#unknown;
    if (number !== undefined) return number;
    throw new RangeError(
      `Vocabulary: ${JSON.stringify(token)} is not one of its ${this.size} tokens; ` +
        `a vocabulary with \`unknown\` takes any.`,
    );
  }

  /** Tokens as numbers: int32 [n]. */
  encode(text: readonly string[]): Tensor {
    return adopt(
      Int32Array.from(text, (token) => this.number(token)),
      [text.length],
    );
  }

  /** Numbers as tokens; `join("")` or `join(" ")` makes them text. */
  decode(numbers: Tensor | ArrayLike<number>): string[] {
    return Array.from(numbers instanceof Tensor ? numbers.storage.array() : numbers, (number) => {
      const token = this.tokens[number];
      if (token !== undefined) return token;
      throw new RangeError(`Vocabulary: there is no token ${number}; they are 0 … ${this.size - 1}.`);
    });
  }

  /** How often each token comes in a text, in the order of their numbers; what skip-gram and Huffman trees go by. */
  counts(text: readonly string[]): Float64Array {
    const counts = new Float64Array(this.size);
    for (const token of text) counts[this.number(token)]! += 1;
    return counts;
  }

  /** For `JSON.stringify`; `new Vocabulary(tokens)` reads it. */
  toJSON(): { tokens: readonly string[]; unknown?: string } {
    return {
      tokens: this.tokens,
      ...(this.#unknown !== undefined && { unknown: this.tokens[this.#unknown]! }),
    };
  }
}

function countTokens(text: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const token of text) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}
