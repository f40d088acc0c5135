import type { TypedArray } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Block } from "./block.ts";
import { reduceInWasm } from "./reductions.ts";

/** Ways of folding numbers into one; max and min give NaN wherever one of the values is. */
export type FoldName = "max" | "min" | "prod" | "sum";

type Fold = (x: TypedArray, outer: number, length: number, inner: number, y: Float64Array) => void;

// y[o, i] folds x[o, ·, i]. Neighbours in memory are i, so with more than one of them the loop over k is outside.
const FOLDS: Readonly<Record<FoldName, Fold>> = {
  sum: (x, outer, length, inner, y) => {
    for (let o = 0; o < outer; o++) {
      for (let k = 0; k < length; k++) {
        const row = (o * length + k) * inner;
        for (let i = 0; i < inner; i++) y[o * inner + i]! += x[row + i]!;
      }
    }
  },
  max: (x, outer, length, inner, y) => {
    y.fill(-Infinity);
    for (let o = 0; o < outer; o++) {
      for (let k = 0; k < length; k++) {
        const row = (o * length + k) * inner;
        for (let i = 0; i < inner; i++) y[o * inner + i] = Math.max(y[o * inner + i]!, x[row + i]!);
      }
    }
  },
  min: (x, outer, length, inner, y) => {
    y.fill(Infinity);
    for (let o = 0; o < outer; o++) {
      for (let k = 0; k < length; k++) {
        const row = (o * length + k) * inner;
        for (let i = 0; i < inner; i++) y[o * inner + i] = Math.min(y[o * inner + i]!, x[row + i]!);
      }
    }
  },
  prod: (x, outer, length, inner, y) => {
    y.fill(1);
    for (let o = 0; o < outer; o++) {
      for (let k = 0; k < length; k++) {
        const row = (o * length + k) * inner;
        for (let i = 0; i < inner; i++) y[o * inner + i]! *= x[row + i]!;
      }
    }
  },
};

/**
 * Folds the named axes (sorted) one after the other, innermost first; axes that lie side by side count as one. Between
 * the steps the values are doubles: a long float32 sum loses digits when every partial sum is rounded. `scale` is
 * multiplied in at the end: 1/n makes a mean of a sum.
 */
export function reduceKernel(
  name: FoldName,
  x: Block,
  shape: Shape,
  axes: readonly number[],
  y: Block,
  scale = 1,
): void {
  if (name !== "prod" && reduceInWasm(name, x, shape, axes, y, scale)) return;
  let data = x.array();
  const lengths = [...shape];
  for (let at = axes.length - 1; at >= 0; at--) {
    const last = axes[at]!;
    while (at > 0 && axes[at - 1] === axes[at]! - 1) at--;
    const first = axes[at]!;
    const length = product(lengths, first, last + 1);
    const inner = product(lengths, last + 1, lengths.length);
    const outer = product(lengths, 0, first);
    const out = new Float64Array(outer * inner);
    FOLDS[name](data, outer, length, inner, out);
    for (let axis = first; axis <= last; axis++) lengths[axis] = 1;
    data = out;
  }
  const result = y.array();
  if (scale === 1) result.set(data);
  else for (let i = 0; i < result.length; i++) result[i] = data[i]! * scale;
}

function product(lengths: readonly number[], from: number, to: number): number {
  let size = 1;
  for (let axis = from; axis < to; axis++) size *= lengths[axis]!;
  return size;
}
