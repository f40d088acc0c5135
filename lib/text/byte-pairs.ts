import { adopt } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { learnMerges, type Merge, pairKey, Spellings } from "./byte-pair-merges.ts";
import { BYTES, bytesOfText, joined, textOfBytes } from "./bytes.ts";
import { Heap } from "./heap.ts";

/** How a tokenizer is trained. */
export interface BytePairOptions {
  /** How many tokens there shall be: the special ones, 256 bytes, and one for each merge. */
  readonly size: number;
  /** Tokens that are never cut, such as "<|end|>"; they come first. */
  readonly special?: readonly string[];
  /** Only pairs that occur at least so often become a token; 2 unless given. */
  readonly minCount?: number;
}

/** What makes a tokenizer again. */
export interface StoredBytePairs {
  readonly special: readonly string[];
  readonly merges: readonly Merge[];
}

// GPT-2's words: a contraction's end, letters, digits or marks with the space before them, and white space. Nothing is left out.
const WORD =
  /'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** So many words are remembered with their tokens: text repeats itself. */
const REMEMBERED = 50_000;

/**
 * Byte-pair encoding (Sennrich et al., 2016) over bytes (Radford et al., 2019): tokens are bytes and, learnt from a text, the
 * pairs of tokens that stood side by side most often. Frequent words become one token and rare ones a few; since
 * every text is bytes, there is no unknown token, and decoding what was encoded gives the text back.
 *
 * @example
 * const tokenizer = BytePairTokenizer.train(text, { size: 1000, special: ["<|end|>"] });
 * const tokens = tokenizer.encode(text); // int32 [n]
 * tokenizer.decode(tokens) === text;
 */
export class BytePairTokenizer {
  readonly special: readonly string[];
  /** Pairs of tokens that make a new one, the first learnt first. */
  readonly merges: readonly Merge[];
  readonly #bytes: readonly Uint8Array[];
  /** By pair: how early it was learnt, and what it makes. */
  readonly #ranks: ReadonlyMap<number, { readonly rank: number; readonly token: number }>;
  readonly #ofByte: Int32Array;
  readonly #ofSpecial: ReadonlyMap<string, number>;
  readonly #specials: RegExp | undefined;
  readonly #remembered = new Map<string, readonly number[]>();

  constructor({ special, merges }: StoredBytePairs) {
    this.special = checkedSpecial(special);
    this.merges = merges;
    this.#ofSpecial = new Map(special.map((token, i) => [token, i]));
    this.#specials = patternOf(special);
    this.#ofByte = new Int32Array(256);
    BYTES.forEach((byte, i) => {
      this.#ofByte[byte] = special.length + i;
    });
    const spellings = new Spellings(special.map(bytesOfText));
    this.#ranks = new Map(
      merges.map((pair, rank) => [pairKey(...pair), { rank, token: mergeOf(spellings, pair) }]),
    );
    this.#bytes = spellings.bytes;
  }

  /** Learns the merges from a text, or from several, between which nothing is merged. The same text gives the same tokens. */
  static train(
    texts: string | Iterable<string>,
    { size, special = [], minCount = 2 }: BytePairOptions,
  ): BytePairTokenizer {
    const least = checkedSpecial(special).length + BYTES.length;
    if (!(Number.isSafeInteger(size) && size >= least)) {
      throw new RangeError(
        `BytePairTokenizer: the size is a whole number, at least ${least} (256 bytes and ${special.length} special ` +
          `tokens); it is ${size}.`,
      );
    }
    if (!(Number.isSafeInteger(minCount) && minCount >= 1)) {
      throw new RangeError(`BytePairTokenizer: minCount is a whole number, 1 or more; it is ${minCount}.`);
    }
    const blank = new BytePairTokenizer({ special, merges: [] });
    const counts = new Map<string, number>();
    for (const text of typeof texts === "string" ? [texts] : texts) {
      for (const { plain } of blank.#split(text)) {
        for (const word of plain?.match(WORD) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
      }
    }
    const words = Array.from(counts, ([word, count]) => ({ tokens: blank.#byteTokens(word), count }));
    const merges = learnMerges(words, new Spellings(special.map(bytesOfText)), { size, minCount });
    return new BytePairTokenizer({ special, merges });
  }

  /** How many tokens there are; it may be fewer than asked for, where the text had no more pairs. */
  get size(): number {
    return this.#bytes.length;
  }

  /** The number of a special token. */
  number(special: string): number {
    const number = this.#ofSpecial.get(special);
    if (number !== undefined) return number;
    throw new RangeError(
      `BytePairTokenizer: ${JSON.stringify(special)} is not one of its special tokens, ` +
        `${JSON.stringify(this.special)}.`,
    );
  }

  /** A text as tokens, int32 [n]. Special tokens in it count as such, unless they are to be plain text. */
  encode(text: string, { special = true }: { readonly special?: boolean } = {}): Tensor {
    const tokens: number[] = [];
    for (const { plain, token } of special ? this.#split(text) : [{ plain: text, token: undefined }]) {
      if (token !== undefined) tokens.push(token);
      for (const word of plain?.match(WORD) ?? []) for (const one of this.#wordTokens(word)) tokens.push(one);
    }
    return adopt(Int32Array.from(tokens), [tokens.length]);
  }

  /**
   * The text of tokens. Tokens that are cut out of a text may begin or end within a character, for which � stands.
   * @example tokenizer.decode(tokens, { special: false }) // leaves "<|end|>" out
   */
  decode(
    tokens: Tensor | ArrayLike<number>,
    { special = true }: { readonly special?: boolean } = {},
  ): string {
    const pieces = Array.from(tokens instanceof Tensor ? tokens.storage.array() : tokens, (token) => {
      const bytes = this.#bytes[token];
      if (bytes !== undefined) return special || token >= this.special.length ? bytes : new Uint8Array();
      throw new RangeError(`BytePairTokenizer: there is no token ${token}; they are 0 … ${this.size - 1}.`);
    });
    return textOfBytes(joined(pieces));
  }

  /** For `JSON.stringify`; `new BytePairTokenizer(stored)` reads it. */
  toJSON(): StoredBytePairs {
    return { special: this.special, merges: this.merges };
  }

  /** Plain text and special tokens in turn. */
  *#split(text: string): Generator<{ readonly plain?: string; readonly token?: number }> {
    let from = 0;
    for (const { 0: name, index } of this.#specials ? text.matchAll(this.#specials) : []) {
      yield { plain: text.slice(from, index) };
      yield { token: this.number(name) };
      from = index + name.length;
    }
    yield { plain: text.slice(from) };
  }

  #byteTokens(word: string): number[] {
    return Array.from(bytesOfText(word), (byte) => this.#ofByte[byte]!);
  }

  #wordTokens(word: string): readonly number[] {
    const known = this.#remembered.get(word);
    if (known !== undefined) return known;
    const tokens = this.#merge(this.#byteTokens(word));
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    this.#remembered.set(word, tokens);
    return tokens;
  }

  /** Merges the pair that was learnt earliest, of several the leftmost, until no pair is known: n log n for n bytes. */
  #merge(tokens: number[]): number[] {
    const after = tokens.map((_, i) => i + 1);
    const before = tokens.map((_, i) => i - 1);
    const waiting = new Heap<Waiting>((a, b) => a.rank - b.rank || a.at - b.at);
    const offer = (at: number): void => {
      const [left = GONE, right = GONE] = [tokens[at], tokens[after[at] ?? GONE]];
      const merge = this.#ranks.get(pairKey(left, right));
      if (merge !== undefined) waiting.push({ rank: merge.rank, token: merge.token, at, left, right });
    };
    for (let at = 0; at + 1 < tokens.length; at++) offer(at);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { at, left, right, token } = next;
      const second = after[at]!;
      // One of the two may have been merged with another neighbour since.
      if (tokens[at] !== left || tokens[second] !== right) continue;
      tokens[at] = token;
      tokens[second] = GONE;
      after[at] = after[second]!;
      before[after[at]] = at;
      if (before[at]! >= 0) offer(before[at]!);
      offer(at);
    }
    return tokens.filter((token) => token !== GONE);
  }
}

/** In place of a token that was merged to its left. */
const GONE = -1;

/** A pair that may be merged. */
interface Waiting {
  readonly rank: number;
  readonly token: number;
  readonly at: number;
  readonly left: number;
  readonly right: number;
}

function checkedSpecial(special: readonly string[]): readonly string[] {
  const wrong = special.find((token, i) => token === "" || special.indexOf(token) !== i);
  if (wrong === undefined) return special;
  throw new RangeError(
    wrong === ""
      ? "BytePairTokenizer: a special token is not empty."
      : `BytePairTokenizer: the special token ${JSON.stringify(wrong)} is named twice.`,
  );
}

/** The token that a pair makes; throws where the pair is none. */
function mergeOf(spellings: Spellings, pair: Merge): number {
  const known = ([left, right]: readonly number[]): boolean =>
    spellings.bytes[left ?? -1] !== undefined && spellings.bytes[right ?? -1] !== undefined;
  if (pair.length === 2 && known(pair)) return spellings.merge(pair);
  throw new RangeError(
    `BytePairTokenizer: a merge is a pair of tokens that come before it; ${JSON.stringify(pair)} is none.`,
  );
}

/** Finds special tokens; where one begins like another, the longer one. */
function patternOf(special: readonly string[]): RegExp | undefined {
  if (special.length === 0) return undefined;
  const longestFirst = special.toSorted((a, b) => b.length - a.length);
  return new RegExp(
    longestFirst.map((token) => token.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|"),
    "gu",
  );
}
