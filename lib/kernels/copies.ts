import { type Shape, stridesOf } from "../tensor/shape.ts";
import type { Block } from "./block.ts";
import { enter, GRAIN, leave, place, result, run, update } from "./dispatch.ts";

/** An axis of a copy: its length in the result, and how far the source goes on along it (0: repeats; < 0: backwards). */
interface CopyAxis {
  readonly length: number;
  readonly stride: number;
}

/** y[…] = x with its axes in the order `order`: axis i of the result is axis order[i] of x. */
export function permuteCopy(x: Block, shape: Shape, order: readonly number[], y: Block): void {
  const strides = stridesOf(shape);
  stridedCopy(
    x,
    0,
    order.map((axis) => shape[axis]!),
    order.map((axis) => strides[axis]!),
    y,
  );
}

/**
 * y, row-major of `shape`, from x[start + Σ index · stride]: any transposition, slice with steps, reversal or
 * broadcast. The caller has checked that it stays within x.
 */
export function stridedCopy(
  x: Block,
  start: number,
  shape: Shape,
  strides: readonly number[],
  y: Block,
): void {
  if (y.length === 0) return;
  const axes = merged(shape, strides);
  const e = axes.length <= 4 ? enter(y.length, [x, y]) : undefined;
  if (e) {
    while (axes.length < 4) axes.unshift({ length: 1, stride: 0 });
    const [a, b, c, d] = axes as [CopyAxis, CopyAxis, CopyAxis, CopyAxis];
    const planes = a.length * b.length;
    const args = [b.length, c.length, d.length, a.stride, b.stride, c.stride, d.stride];
    const grain = Math.max(1, Math.ceil(GRAIN / (c.length * d.length)));
    run(e, "permute", planes, grain, place(e, x) + 4 * start, result(y), ...args);
    leave(e);
    return;
  }
  const [from, to] = [x.array(), y.array()];
  const inner = axes.at(-1)!;
  const at = new Array<number>(axes.length).fill(0);
  let source = start;
  for (let target = 0; target < to.length; target += inner.length) {
    for (let i = 0; i < inner.length; i++) to[target + i] = from[source + i * inner.stride]!;
    for (let axis = axes.length - 2; axis >= 0; axis--) {
      const { length, stride } = axes[axis]!;
      source += stride;
      at[axis]!++;
      if (at[axis]! < length) break;
      source -= stride * length;
      at[axis] = 0;
    }
  }
}

/** Neighbouring axes along which the source goes on evenly become one. */
function merged(shape: Shape, strides: readonly number[]): CopyAxis[] {
  const axes: CopyAxis[] = [];
  shape.forEach((length, axis) => {
    const stride = strides[axis]!;
    const before = axes.at(-1);
    if (length === 1) return;
    if (before?.stride === stride * length)
      axes[axes.length - 1] = { length: before.length * length, stride };
    else axes.push({ length, stride });
  });
  if (axes.length === 0) axes.push({ length: 1, stride: 0 });
  return axes;
}

/**
 * `count` runs of `run` elements: run i goes from x[fromX + i·stepX] to y[fromY + i·stepY]. Concatenation and its
 * gradient, slices along one axis and padding are such copies; elements of y between the runs stay as they are.
 */
export function copyRuns(
  x: Block,
  fromX: number,
  stepX: number,
  y: Block,
  fromY: number,
  stepY: number,
  length: number,
  count: number,
): void {
  if (length === 0 || count === 0) return;
  const e = enter(length * count, [x, y]);
  if (e) {
    const args = [place(e, x) + 4 * fromX, update(e, y) + 4 * fromY, 4 * length, 4 * stepX, 4 * stepY];
    run(e, "copyRuns", count, Math.max(1, Math.ceil(GRAIN / length)), ...args);
    leave(e);
    return;
  }
  const [from, to] = [x.array(), y.array()];
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < length; j++) to[fromY + i * stepY + j] = from[fromX + i * stepX + j]!;
  }
}
