// How elementwise operations call their kernels.
import { type BinaryName, binaryKernel, type UnaryName, unaryKernel } from "../kernels/elementwise.ts";
import { empty } from "../tensor/create.ts";
import { type DType, floatOf, promote } from "../tensor/dtype.ts";
import { broadcastShapes, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** f of every element; a float unless another element type is said. */
export function unary(name: UnaryName, x: Tensor, dtype: DType = floatOf(x.dtype)): Tensor {
  const y = empty(x.shape, dtype);
  unaryKernel(name, x.storage, y.storage);
  return y;
}

/** f of every pair of elements, the shapes broadcast; `op` is named when they do not fit. */
export function binary(
  name: BinaryName,
  a: Tensor,
  b: Tensor,
  dtype: DType = promote(a.dtype, b.dtype),
  op: string = name,
): Tensor {
  const shape = sameShape(a.shape, b.shape) ? a.shape : broadcastShapes(op, a.shape, b.shape);
  const y = empty(shape, dtype === "bool" && ARITHMETIC.has(name) ? "int32" : dtype);
  binaryKernel(name, a.storage, a.shape, b.storage, b.shape, y.storage, shape);
  return y;
}

/** Truths are counted: true + true is 2. */
const ARITHMETIC: ReadonlySet<BinaryName> = new Set(["add", "sub", "mul", "pow"]);
