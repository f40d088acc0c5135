// How reductions call their kernel.
import { type FoldName, reduceKernel } from "../kernels/reduce.ts";
import { empty } from "../tensor/create.ts";
import type { DType } from "../tensor/dtype.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxesOptions, folding } from "./axes.ts";

export function fold(
  op: string,
  name: FoldName,
  x: Tensor,
  options: AxesOptions,
  dtype: DType,
  scale?: (count: number) => number,
): Tensor {
  const { axes, count, shape } = folding(op, x, options);
  const y = empty(shape, dtype);
  reduceKernel(name, x.storage, x.shape, axes, y.storage, scale?.(count));
  return y;
}

/** Throws where an operation would have to make something of nothing. */
export function checkSome(op: string, x: Tensor, options: AxesOptions, purpose: string): void {
  if (folding(op, x, options).count > 0) return;
  throw new ShapeError(`${op}: shape ${formatShape(x.shape)} has no elements to ${purpose}.`);
}
