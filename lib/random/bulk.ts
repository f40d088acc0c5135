// Whole arrays at once, one word of 32 bits an element. Plain loops without a call in them: on one core over 100
// million elements a second.
import type { TypedArray } from "../tensor/dtype.ts";
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

/** 1 with probability `p`, else 0. */
export function fillBernoulli(state: State, data: TypedArray, p: number): void {
  const limit = p * 0x100000000;
  inRuns(state, data.length, (words, start) => {
    for (let i = 0; i < words.length; i++) data[start + i] = words[i]! < limit ? 1 : 0;
  });
}
