import type { Shape } from "../tensor/shape.ts";
import { stridesOf } from "../tensor/shape.ts";

/** An axis of the result, and how far each operand goes on along it (0: it is stretched). */
export interface Axis {
  readonly length: number;
  readonly steps: readonly number[];
}

/** Strides that stay in place along the axes that are stretched. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = stridesOf(from);
  const missing = to.length - from.length;
  return to.map((_, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : strides[axis - missing]!));
}

/**
 * The axes of the result with each operand's steps; axes of length 1 are left out, and neighbours along which every
 * operand goes on evenly become one. The last one is the longest run there is.
 */
export function commonAxes(shapes: readonly Shape[], result: Shape): Axis[] {
  const strides = shapes.map((shape) => broadcastStrides(shape, result));
  const axes: Axis[] = [];
  for (let at = 0; at < result.length; at++) {
    const length = result[at]!;
    if (length === 1) continue;
    const steps = strides.map((own) => own[at]!);
    const before = axes.at(-1);
    if (before?.steps.every((step, i) => step === steps[i]! * length)) {
      axes[axes.length - 1] = { length: before.length * length, steps };
    } else axes.push({ length, steps });
  }
  if (axes.length === 0) axes.push({ length: 1, steps: shapes.map(() => 0) });
  return axes;
}

/** Calls `row` for each run along the last axis, with where it begins in each operand and in the result. */
export function walkRows(
  axes: readonly Axis[],
  row: (starts: readonly number[], target: number) => void,
): void {
  const last = axes.length - 1;
  const length = axes[last]!.length;
  const starts = axes[last]!.steps.map(() => 0);
  const at = new Array<number>(last).fill(0);
  let rows = 1;
  for (let i = 0; i < last; i++) rows *= axes[i]!.length;
  for (let n = 0; n < rows; n++) {
    row(starts, n * length);
    for (let i = last - 1; i >= 0; i--) {
      const axis = axes[i]!;
      for (let o = 0; o < starts.length; o++) starts[o]! += axis.steps[o]!;
      at[i]!++;
      if (at[i]! < axis.length) break;
      for (let o = 0; o < starts.length; o++) starts[o]! -= axis.steps[o]! * axis.length;
      at[i] = 0;
    }
  }
}
