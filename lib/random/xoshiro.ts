/** The state of xoshiro128**: four words of 32 bits, not all 0. */
export type State = Uint32Array;

/**
 * One step of xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021;
 * https://prng.di.unimi.it/xoshiro128starstar.c): 32 random bits. It needs 32-bit integers alone, which JavaScript
 * has exactly, so every machine draws the same numbers.
 */
export function step(state: State): number {
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = state;
  const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
  const t2 = s2 ^ s0;
  const t3 = s3 ^ s1;
  state[0] = s0 ^ t3;
  state[1] = s1 ^ t2;
  state[2] = t2 ^ (s1 << 9);
  state[3] = rotate(t3, 11);
  return result;
}

/** As many steps as `words` is long, with the state in registers: three times as quick as one by one. */
export function fill(state: State, words: Uint32Array): void {
  let s0 = state[0]! | 0;
  let s1 = state[1]! | 0;
  let s2 = state[2]! | 0;
  let s3 = state[3]! | 0;
  for (let i = 0; i < words.length; i++) {
    words[i] = Math.imul(rotate(Math.imul(s1, 5), 7), 9);
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotate(s3, 11);
  }
  state[0] = s0;
  state[1] = s1;
  state[2] = s2;
  state[3] = s3;
}

/** A state from a seed by SplitMix64, as the authors advise: neighbouring seeds give unrelated states. */
export function stateFrom(seed: number | bigint): State {
  const words = new Uint32Array(4);
  let z = BigInt.asUintN(64, BigInt(seed));
  for (let i = 0; i < 4; i += 2) {
    z = BigInt.asUintN(64, z + 0x9e3779b97f4a7c15n);
    let x = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    x = BigInt.asUintN(64, (x ^ (x >> 27n)) * 0x94d049bb133111ebn);
    x ^= x >> 31n;
    words[i] = Number(x & 0xffffffffn);
    words[i + 1] = Number(x >> 32n);
  }
  return words;
}

/**
 * A state that has nothing to do with this one's: 128 bits drawn from it, each half mixed by SplitMix64 on its own.
 * Two streams of 2^32 numbers out of 2^128 meet with a chance of about 2^-95.
 */
export function childOf(state: State): State {
  const draw = (): bigint => (BigInt(step(state)) << 32n) | BigInt(step(state));
  const [a, b] = [stateFrom(draw()), stateFrom(draw())];
  const child = Uint32Array.of(a[0]!, a[1]!, b[2]!, b[3]!);
  return child.some((word) => word !== 0) ? child : stateFrom(1);
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
