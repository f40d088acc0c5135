import { allocate, type DType, type TypedArray } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * Folds the named axes (sorted) to length 1, one after the other, innermost first. Between the steps the values
 * are doubles: a long float32 sum loses digits when every partial sum is rounded.
 */
function fold(
  x: Tensor,
  axes: readonly number[],
  dtype: DType,
  start: number,
  combine: (soFar: number, value: number) => number,
): Tensor {
  let data: TypedArray = x.data;
  const shape = [...x.shape];
  for (const axis of axes.toReversed()) {
    const length = shape[axis]!;
    const inner = sizeOf(shape.slice(axis + 1));
    const outer = sizeOf(shape.slice(0, axis));
    const out = new Float64Array(outer * inner).fill(start);
    for (let o = 0; o < outer; o++) {
      for (let k = 0; k < length; k++) {
        const row = (o * length + k) * inner;
        for (let i = 0; i < inner; i++) out[o * inner + i] = combine(out[o * inner + i]!, data[row + i]!);
      }
    }
    data = out;
    shape[axis] = 1;
  }
  const result = allocate(dtype, data.length);
  result.set(data);
  return new Tensor(result, shape);
}

/** The sum over the axes, which stay with length 1. */
export function sumAxes(x: Tensor, axes: readonly number[]): Tensor {
  return fold(x, axes, x.dtype === "bool" ? "int32" : x.dtype, 0, (sum, value) => sum + value);
}

/** The greatest value over the axes, which stay with length 1; NaN wherever one of the values is. */
export function maxAxes(x: Tensor, axes: readonly number[]): Tensor {
  return fold(x, axes, x.dtype, -Infinity, (greatest, value) => Math.max(greatest, value));
}
