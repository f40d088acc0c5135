// What the kernels of recurrent sequences share. All arrays are time-major, [steps, batch, …]; the states h and c
// have one step more, [steps + 1, batch, hidden], and step 0 holds the state before the first. The inputs' part of
// the gates, x·W + b, comes ready, by one product over all steps; so are the gradients of W, b, x and of the
// recurrent weights (dW = Σ_t h_{t−1}ᵀ dgates_t, one product too) left to the caller.
import type { TypedArray } from "../tensor/dtype.ts";
import type { Block } from "./block.ts";
import type { Engine } from "./engine.ts";

export interface Sequence {
  readonly steps: number;
  readonly batch: number;
  readonly hidden: number;
}

/** Columns of a panel; the same number stands in wasm/tile.ts. */
const PANEL = 8;
/** Rows of a tile, likewise. */
const TILE = 6;

/** The length of the float32 scratch block that a sequence with `gates` gates wants: the weights, packed. */
export function recurrentScratch(hidden: number, gates: number): number {
  const whole = (n: number): number => Math.ceil(n / PANEL) * PANEL;
  return Math.max(hidden * whole(gates * hidden), gates * hidden * whole(hidden));
}

/** Packs W [hidden, columns], or with `transposed` Wᵀ, for the steps to come. */
export function packWeights(
  e: Engine,
  weights: number,
  hidden: number,
  columns: number,
  transposed: boolean,
  to: number,
): void {
  if (transposed) e.exports.packPanels!(weights, 1, columns, columns, hidden, to);
  else e.exports.packPanels!(weights, columns, 1, hidden, columns, to);
}

/** Batch rows that a thread takes: whole tiles, evenly. */
export function batchGrain(e: Engine, batch: number): number {
  return TILE * Math.ceil(Math.ceil(batch / TILE) / e.features.threads);
}

/** out += A·W (or A·Wᵀ): `rows` rows of A from a[fromA], W [hidden, columns]. */
export function addProduct(
  rows: number,
  a: TypedArray,
  fromA: number,
  weights: TypedArray,
  hidden: number,
  columns: number,
  transposed: boolean,
  out: TypedArray,
  fromOut: number,
): void {
  const [depth, width] = transposed ? [columns, hidden] : [hidden, columns];
  const [down, across] = transposed ? [1, columns] : [columns, 1];
  for (let row = 0; row < rows; row++) {
    for (let p = 0; p < depth; p++) {
      const value = a[fromA + row * depth + p]!;
      const target = fromOut + row * width;
      for (let j = 0; j < width; j++) out[target + j]! += value * weights[p * down + j * across]!;
    }
  }
}

/** What lies in the blocks, for the plain twins. */
export function arrays<const Blocks extends readonly Block[]>(
  ...blocks: Blocks
): { [K in keyof Blocks]: TypedArray } {
  return blocks.map((block) => block.array()) as { [K in keyof Blocks]: TypedArray };
}
