// Whole arrays at once, one word of 32 bits an element. Plain loops without a call in them: on one core over 100
// million elements a second.
import type { TypedArray } from "../tensor/dtype.ts";
import { normalQuantile } from "./normal.ts";
import { fill, type State, step } from "./xoshiro.ts";

// Words are drawn in runs that stay in the processor's cache.
const RUN = 4096;

/** Calls `use` with runs of words, `total` in all, and where each run begins. */
function inRuns(state: State, total: number, use: (words: Uint32Array, start: number) => void): void {
  const run = new Uint32Array(Math.min(RUN, total));
  for (let start = 0; start < total; start += run.length) {
    const words = run.subarray(0, Math.min(run.length, total - start));
    fill(state, words);
    use(words, start);
  }
}

/** float32 numbers from `low`, up to but not including `high`, of 24 random bits: as many as a float32 holds. */
export function fillUniform(state: State, data: Float32Array, low: number, high: number): void {
  const scale = (high - low) / 0x1000000;
  inRuns(state, data.length, (words, start) => {
    for (let i = 0; i < words.length; i++) data[start + i] = low + scale * (words[i]! >>> 8);
  });
  // From 0 to 1 every number is exact. Elsewhere rounding may reach `high`; such a number is drawn again.
  if ((low === 0 && high === 1) || low === high) return;
  for (let i = 0; i < data.length; i++) {
    while (data[i]! >= high) data[i] = low + scale * (step(state) >>> 8);
  }
}

/** Gaussian numbers, two words each: the quantile of the middle of one of 2^52 equal parts of the unit interval. */
export function fillNormal(state: State, data: TypedArray, mean: number, std: number): void {
  inRuns(state, 2 * data.length, (words, start) => {
    const from = start / 2;
    for (let i = 0; 2 * i < words.length; i++) {
      const part = (words[2 * i]! >>> 5) * 0x2000000 + (words[2 * i + 1]! >>> 7);
      data[from + i] = mean + std * normalQuantile((part + 0.5) / 0x10000000000000);
    }
  });
}

/** 1 with probability `p`, else 0. */
export function fillBernoulli(state: State, data: TypedArray, p: number): void {
  const limit = p * 0x100000000;
  inRuns(state, data.length, (words, start) => {
    for (let i = 0; i < words.length; i++) data[start + i] = words[i]! < limit ? 1 : 0;
  });
}
