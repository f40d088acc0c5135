// Learns which pairs of tokens to merge.
import { BYTES, joined } from "./bytes.ts";
import { Heap } from "./heap.ts";

/** Two tokens that become one. */
export type Merge = readonly [left: number, right: number];

/** A word of the text as tokens, and how often it comes. */
export interface CountedWord {
  tokens: readonly number[];
  readonly count: number;
}

const RANGE = 2 ** 26;

/** A pair as one number; smaller first tokens first. */
export function pairKey(left: number, right: number): number {
  return left * RANGE + right;
}

/** The bytes of each token. Two pairs that spell the same are the same token. */
export class Spellings {
  readonly bytes: Uint8Array[];
  readonly #numbers = new Map<string, number>();

  /** With the bytes themselves after tokens that nothing is merged to. */
  constructor(before: readonly Uint8Array[]) {
    this.bytes = [...before];
    for (const byte of BYTES) this.#number(Uint8Array.of(byte));
  }

  /** The token that a pair makes. */
  merge([left, right]: Merge): number {
    return this.#number(joined([this.bytes[left]!, this.bytes[right]!]));
  }

  #number(bytes: Uint8Array): number {
    const spelt = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    const known = this.#numbers.get(spelt);
    if (known !== undefined) return known;
    this.#numbers.set(spelt, this.bytes.length);
    return this.bytes.push(bytes) - 1;
  }
}

interface Candidate {
  readonly pair: Merge;
  readonly key: number;
  readonly count: number;
}

/**
 * Merges the pair that occurs most often (of several, that of the smallest numbers) until there are `size` tokens or no pair
 * occurs `minCount` times. Only the words that hold a merged pair are counted again.
 */
export function learnMerges(
  words: readonly CountedWord[],
  spellings: Spellings,
  { size, minCount }: { readonly size: number; readonly minCount: number },
): Merge[] {
  const pairs = new PairCounts(words);
  const merges: Merge[] = [];
  while (spellings.bytes.length < size) {
    const pair = pairs.mostFrequent(minCount);
    if (pair === undefined) break;
    merges.push(pair);
    pairs.merge(pair, spellings.merge(pair));
  }
  return merges;
}

/** How often each pair stands in the words, and in which. */
class PairCounts {
  readonly #words: CountedWord[];
  readonly #counts = new Map<number, number>();
  readonly #places = new Map<number, Set<number>>();
  /** Counts may have fallen since a candidate came in; it is then put back with what is true. */
  readonly #heap = new Heap<Candidate>((a, b) => b.count - a.count || a.key - b.key);

  constructor(words: readonly CountedWord[]) {
    this.#words = words.map((word) => ({ ...word }));
    const seen = new Map<number, Merge>();
    this.#words.forEach((word, at) => {
      this.#count(word, at, 1, seen);
    });
    this.#offer(seen);
  }

  mostFrequent(minCount: number): Merge | undefined {
    for (;;) {
      const best = this.#heap.pop();
      if (best === undefined) return undefined;
      const count = this.#counts.get(best.key) ?? 0;
      if (count === best.count) return count >= minCount ? best.pair : undefined;
      if (count > 0 && count < best.count) this.#heap.push({ ...best, count });
    }
  }

  merge(pair: Merge, token: number): void {
    const touched = new Map<number, Merge>();
    for (const at of this.#places.get(pairKey(...pair)) ?? []) {
      const word = this.#words[at]!;
      const tokens = merged(word.tokens, pair, token);
      if (tokens.length === word.tokens.length) continue;
      this.#count(word, at, -1, new Map());
      word.tokens = tokens;
      this.#count(word, at, 1, touched);
    }
    this.#places.delete(pairKey(...pair));
    this.#offer(touched);
  }

  #count({ tokens, count }: CountedWord, at: number, sign: 1 | -1, seen: Map<number, Merge>): void {
    for (let i = 0; i + 1 < tokens.length; i++) {
      const pair = [tokens[i]!, tokens[i + 1]!] as const;
      const key = pairKey(...pair);
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + sign * count);
      if (sign < 0) continue;
      seen.set(key, pair);
      const places = this.#places.get(key);
      if (places === undefined) this.#places.set(key, new Set([at]));
      else places.add(at);
    }
  }

  #offer(pairs: ReadonlyMap<number, Merge>): void {
    for (const [key, pair] of pairs) this.#heap.push({ pair, key, count: this.#counts.get(key) ?? 0 });
  }
}

/** Tokens with one in place of each pair, from the left. */
function merged(tokens: readonly number[], [left, right]: Merge, token: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const here = tokens[i] === left && tokens[i + 1] === right;
    result.push(here ? token : tokens[i]!);
    if (here) i++;
  }
  return result;
}
