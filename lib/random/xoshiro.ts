/**
 * One step of xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021;
 * https://prng.di.unimi.it/xoshiro128starstar.c): 32 random bits. It needs 32-bit integers alone, which JavaScript
 * has exactly, so every machine draws the same numbers.
 */
export function step(state: Uint32Array): number {
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

/** A state from a seed by SplitMix64, as the authors advise: neighbouring seeds give unrelated states. */
export function stateFrom(seed: number): Uint32Array {
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

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
