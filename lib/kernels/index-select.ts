import type { Block } from "./block.ts";
import { gatherRows, scatterAddRows } from "./embedding.ts";

/** y[o, i, ·] = x[o, index_i, ·]: slices of `inner` elements out of `length` of them, `outer` times. */
export function gatherKernel(x: Block, indices: Block, y: Block, length: number, inner: number): void {
  if (x.length === length * inner && y.length > 0) {
    gatherRows(x, indices, inner, y);
    return;
  }
  const [from, at, to] = [x.array(), indices.array(), y.array()];
  const count = at.length;
  if (count === 0 || inner === 0) return;
  const outer = to.length / (count * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < count; i++) {
      const source = (o * length + at[i]!) * inner;
      const target = (o * count + i) * inner;
      if (inner > 16) to.set(from.subarray(source, source + inner), target);
      else for (let k = 0; k < inner; k++) to[target + k] = from[source + k]!;
    }
  }
}

/** y[o, index_i, ·] += x[o, i, ·]; y must hold what is added to. */
export function scatterAddKernel(x: Block, indices: Block, y: Block, length: number, inner: number): void {
  if (y.length === length * inner && x.length > 0) {
    scatterAddRows(x, indices, inner, y);
    return;
  }
  const [from, at, to] = [x.array(), indices.array(), y.array()];
  const count = at.length;
  if (count === 0 || inner === 0) return;
  const outer = from.length / (count * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < count; i++) {
      const source = (o * count + i) * inner;
      const target = (o * length + at[i]!) * inner;
      for (let k = 0; k < inner; k++) to[target + k]! += from[source + k]!;
    }
  }
}
