import type { TypedArray } from "../tensor/dtype.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import { binaryInWasm } from "./binary.ts";
import type { Block } from "./block.ts";
import { broadcastStrides } from "./broadcast.ts";
import { stridedCopy } from "./copies.ts";
import { limits } from "./dispatch.ts";
import { type UnaryOp, unary } from "./unary.ts";

/** Functions of one number. */
export type UnaryName = UnaryOp | "copy";

/** Functions of two numbers. */
export type BinaryName =
  | "add"
  | "and"
  | "div"
  | "equal"
  | "greater"
  | "greaterEqual"
  | "maximum"
  | "minimum"
  | "mul"
  | "notEqual"
  | "or"
  | "pow"
  | "sub";

type BinaryLoop = (
  a: TypedArray,
  ia: number,
  sa: number,
  b: TypedArray,
  ib: number,
  sb: number,
  y: TypedArray,
  from: number,
  to: number,
) => void;

// One row of the result: each side goes on by its step, 0 along a stretched axis.
const BINARY: Readonly<Record<BinaryName, BinaryLoop>> = {
  add: (a, ia, sa, b, ib, sb, y, from, to) => {
    for (; from < to; from++, ia += sa, ib += sb) y[from] = a[ia]! + b[ib]!;
  },
  and: (a, ia, sa, b, ib, sb, y, from, to) => {
    for (; from < to; from++, ia += sa, ib += sb) y[from] = a[ia] !== 0 && b[ib] !== 0 ? 1 : 0;
  },
  div: (a, ia, sa, b, ib, sb, y, from, to) => {
    for (; from < to; from++, ia += sa, ib += sb) y[from] = a[ia]! / b[ib]!;
  },
  equal: (a, ia, sa, b, ib, sb, y, from, to) => {
    for (; from < to; from++, ia += sa, ib += sb) y[from] = a[ia] === b[ib] ? 1 : 0;
  },
  greater: (a, ia, sa, b, ib, sb, y, from, to) => {
    for (; from < to; from++, ia += sa, ib += sb) y[from] = a[ia]! > b[ib]! ? 1 : 0;
  },
  greaterEqual: (a, ia, sa, b, ib, sb, y, from, to) => {
    for (; from < to; from++, ia += sa, ib += sb) y[from] = a[ia]! >= b[ib]! ? 1 : 0;
  },
  maximum: (a, ia, sa, b, ib, sb, y, from, to) => {
    for (; from < to; from++, ia += sa, ib += sb) y[from] = Math.max(a[ia]!, b[ib]!);
  },
  minimum: (a, ia, sa, b, ib, sb, y, from, to) => {
    for (; from < to; from++, ia += sa, ib += sb) y[from] = Math.min(a[ia]!, b[ib]!);
  },
  mul: (a, ia, sa, b, ib, sb, y, from, to) => {
    for (; from < to; from++, ia += sa, ib += sb) y[from] = a[ia]! * b[ib]!;
  },
  notEqual: (a, ia, sa, b, ib, sb, y, from, to) => {
    for (; from < to; from++, ia += sa, ib += sb) y[from] = a[ia] !== b[ib] ? 1 : 0;
  },
  or: (a, ia, sa, b, ib, sb, y, from, to) => {
    for (; from < to; from++, ia += sa, ib += sb) y[from] = a[ia] !== 0 || b[ib] !== 0 ? 1 : 0;
  },
  pow: (a, ia, sa, b, ib, sb, y, from, to) => {
    for (; from < to; from++, ia += sa, ib += sb) y[from] = a[ia]! ** b[ib]!;
  },
  sub: (a, ia, sa, b, ib, sb, y, from, to) => {
    for (; from < to; from++, ia += sa, ib += sb) y[from] = a[ia]! - b[ib]!;
  },
};

/** y_i = f(x_i). */
export function unaryKernel(name: UnaryName, x: Block, y: Block): void {
  if (name === "copy") y.array().set(x.array());
  else unary(name, x, y);
}

/** y_i = f(a_i, b_i), both sides stretched to the shape of y. */
export function binaryKernel(
  name: BinaryName,
  a: Block,
  shapeA: Shape,
  b: Block,
  shapeB: Shape,
  y: Block,
  shape: Shape,
): void {
  if (y.length >= limits.least && binaryInWasm(name, a, shapeA, b, shapeB, y, shape)) return;
  const loop = BINARY[name];
  if (a.length === y.length && b.length === y.length) {
    loop(a.array(), 0, 1, b.array(), 0, 1, y.array(), 0, y.length);
  } else if (b.length === 1 && a.length === y.length) {
    loop(a.array(), 0, 1, b.array(), 0, 0, y.array(), 0, y.length);
  } else if (a.length === 1 && b.length === y.length) {
    loop(a.array(), 0, 0, b.array(), 0, 1, y.array(), 0, y.length);
  } else {
    walk(
      loop,
      a.array(),
      broadcastStrides(shapeA, shape),
      b.array(),
      broadcastStrides(shapeB, shape),
      y,
      shape,
    );
  }
}

/** The innermost axis is a plain loop; the outer ones turn like an odometer. */
function walk(
  loop: BinaryLoop,
  a: TypedArray,
  stepA: readonly number[],
  b: TypedArray,
  stepB: readonly number[],
  y: Block,
  shape: Shape,
): void {
  const last = shape.length - 1;
  const length = shape[last] ?? 1;
  const out = y.array();
  const at = new Array<number>(shape.length).fill(0);
  let [fromA, fromB] = [0, 0];
  for (let start = 0; start < out.length; start += length) {
    loop(a, fromA, stepA[last] ?? 0, b, fromB, stepB[last] ?? 0, out, start, start + length);
    for (let axis = last - 1; axis >= 0; axis--) {
      fromA += stepA[axis]!;
      fromB += stepB[axis]!;
      at[axis]!++;
      if (at[axis]! < shape[axis]!) break;
      fromA -= stepA[axis]! * shape[axis]!;
      fromB -= stepB[axis]! * shape[axis]!;
      at[axis] = 0;
    }
  }
}

/** y_i = x_i, x stretched to the shape of y. */
export function broadcastKernel(x: Block, from: Shape, y: Block, to: Shape): void {
  if (sameShape(from, to)) y.array().set(x.array());
  else if (x.length === 1) y.array().fill(x.array()[0]!);
  else strideKernel(x, broadcastStrides(from, to), 0, y, to);
}

/** y_i = x at `start` plus Σ i_axis·stride_axis: every copy that picks, turns or stretches axes. */
export function strideKernel(
  x: Block,
  strides: readonly number[],
  start: number,
  y: Block,
  shape: Shape,
): void {
  stridedCopy(x, start, shape, strides, y);
}

/** The other way: y at those places collects (is added) x_i. */
export function strideAddKernel(
  x: Block,
  shape: Shape,
  y: Block,
  strides: readonly number[],
  start: number,
): void {
  const [from, to] = [x.array(), y.array()];
  const last = shape.length - 1;
  const length = shape[last] ?? 1;
  const step = strides[last] ?? 0;
  const at = new Array<number>(shape.length).fill(0);
  let offset = start;
  for (let row = 0; row < from.length; row += length) {
    for (let i = 0, k = offset; i < length; i++, k += step) to[k]! += from[row + i]!;
    for (let axis = last - 1; axis >= 0; axis--) {
      offset += strides[axis]!;
      at[axis]!++;
      if (at[axis]! < shape[axis]!) break;
      offset -= strides[axis]! * shape[axis]!;
      at[axis] = 0;
    }
  }
}
