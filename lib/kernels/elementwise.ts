import { allocate, type DType, promote, type TypedArray } from "../tensor/dtype.ts";
import { broadcastShapes, type Shape, sameShape, sizeOf, stridesOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { sumAxes } from "./reduce.ts";

/** f of every element. */
export function map(x: Tensor, f: (value: number) => number, dtype: DType = x.dtype): Tensor {
  const from = x.data;
  const out = allocate(dtype, from.length);
  for (let i = 0; i < from.length; i++) out[i] = f(from[i]!);
  return new Tensor(out, x.shape);
}

/** f of every pair of elements, the shapes broadcast; `op` is named when they do not fit. */
export function zip(
  op: string,
  a: Tensor,
  b: Tensor,
  f: (left: number, right: number) => number,
  dtype: DType = promote(a.dtype, b.dtype),
): Tensor {
  if (sameShape(a.shape, b.shape)) {
    const [left, right, out] = [a.data, b.data, allocate(dtype, a.size)];
    for (let i = 0; i < out.length; i++) out[i] = f(left[i]!, right[i]!);
    return new Tensor(out, a.shape);
  }
  const shape = broadcastShapes(op, a.shape, b.shape);
  const out = allocate(dtype, sizeOf(shape));
  const stepA = broadcastStrides(a.shape, shape);
  const stepB = broadcastStrides(b.shape, shape);
  walk(shape, stepA, stepB, a.data, b.data, out, f);
  return new Tensor(out, shape);
}

/** The innermost axis is a plain loop; the outer ones turn like an odometer. */
function walk(
  shape: Shape,
  stepA: readonly number[],
  stepB: readonly number[],
  a: TypedArray,
  b: TypedArray,
  out: TypedArray,
  f: (left: number, right: number) => number,
): void {
  const last = shape.length - 1;
  const length = shape[last] ?? 1;
  const innerA = stepA[last] ?? 0;
  const innerB = stepB[last] ?? 0;
  const at = new Array<number>(shape.length).fill(0);
  let [fromA, fromB] = [0, 0];
  for (let start = 0; start < out.length; start += length) {
    for (let i = 0; i < length; i++) out[start + i] = f(a[fromA + i * innerA]!, b[fromB + i * innerB]!);
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

/** Strides that stay in place along the axes that are stretched. */
function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = stridesOf(from);
  const missing = to.length - from.length;
  return to.map((_, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : strides[axis - missing]!));
}

/**
 * The gradient of a broadcast: an element that was used in many places collects the sum of what came back from
 * them, so the stretched axes are summed.
 */
export function unbroadcast(g: Tensor, shape: Shape): Tensor {
  if (sameShape(g.shape, shape)) return g;
  const missing = g.rank - shape.length;
  const axes = g.shape.flatMap((length, axis) =>
    axis < missing || (shape[axis - missing] === 1 && length !== 1) ? [axis] : [],
  );
  return new Tensor(sumAxes(g, axes).data, shape);
}
