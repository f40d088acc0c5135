import { allocate, type DType, dtypeOf, type TypedArray } from "./dtype.ts";
import { checkShape, formatShape, type Shape, ShapeError, sizeOf } from "./shape.ts";
import { Storage } from "./storage.ts";
import { type NestedArray, Tensor } from "./tensor.ts";

/** What a new tensor is to be; float32 where nothing else is said. */
export interface TensorOptions {
  readonly dtype?: DType;
  readonly shape?: Shape;
}

/**
 * A tensor from a number, nested arrays, or a typed array with a shape. The values are copied.
 * Without a `dtype`, a typed array keeps its own, booleans give bool, and numbers give float32.
 *
 * @example
 * tensor([[1, 2], [3, 4]]);
 * tensor([3, 1, 4], { dtype: "int32" });
 * tensor(new Float64Array([1, 2, 3, 4]), { shape: [2, 2] });
 */
export function tensor(values: NestedArray | TypedArray, options: TensorOptions = {}): Tensor {
  const flat: (number | boolean)[] = [];
  const nested = ArrayBuffer.isView(values) ? undefined : measure(values, flat);
  const source: ArrayLike<number | boolean> = ArrayBuffer.isView(values) ? values : flat;
  const shape = options.shape ?? nested ?? [source.length];
  checkShape("tensor", shape);
  if (sizeOf(shape) !== source.length) {
    throw new ShapeError(
      `tensor: ${source.length} values do not fill shape ${formatShape(shape)}, which holds ${sizeOf(shape)}.`,
    );
  }
  const guessed = ArrayBuffer.isView(values) ? dtypeOf(values) : guess(flat);
  const data = allocate(options.dtype ?? guessed, source.length);
  const bool = (options.dtype ?? guessed) === "bool";
  for (let i = 0; i < data.length; i++) {
    const value = Number(source[i]);
    data[i] = bool ? Number(value !== 0) : value;
  }
  return adopt(data, shape);
}

/** A tensor of this shape whose values a kernel is about to write; what stands in it before is undefined. */
export function empty(shape: Shape, dtype: DType): Tensor {
  return new Tensor(Storage.make(dtype, sizeOf(shape)), shape);
}

/** A tensor over an array that is handed over: nobody else holds it, or writes into it any more. */
export function adopt(data: TypedArray, shape: Shape): Tensor {
  return new Tensor(Storage.adopt(data, dtypeOf(data)), shape);
}

/** The same values under another shape (of as many elements); nothing is copied, nothing taken down on a tape. */
export function view(x: Tensor, shape: Shape): Tensor {
  return new Tensor(x.storage, shape);
}

/** The shape of nested arrays, whose numbers are put into `flat`; all arrays at one depth must be equally long. */
function measure(values: NestedArray, flat: (number | boolean)[]): number[] {
  const shape: number[] = [];
  for (let at: NestedArray | undefined = values; Array.isArray(at); at = at[0]) shape.push(at.length);
  const visit = (value: NestedArray, axis: number): void => {
    if (typeof value !== "object") {
      if (axis !== shape.length) throw ragged(`a number where an array of ${shape[axis]} should be`, axis);
      if (typeof value !== "number" && typeof value !== "boolean") {
        throw new TypeError(
          `tensor: ${String(value)} is a ${typeof value}; elements are numbers or booleans.`,
        );
      }
      flat.push(value);
      return;
    }
    if (value.length !== shape[axis]) {
      const expected = shape[axis] === undefined ? "a number" : `an array of ${shape[axis]}`;
      throw ragged(`an array of ${value.length} where ${expected} should be`, axis);
    }
    for (const inner of value) visit(inner, axis + 1);
  };
  visit(values, 0);
  return shape;
}

function ragged(what: string, axis: number): ShapeError {
  return new ShapeError(`tensor: the nested arrays are ragged: ${what} at depth ${axis}.`);
}

function guess(flat: readonly (number | boolean)[]): DType {
  return flat.length > 0 && flat.every((value) => typeof value === "boolean") ? "bool" : "float32";
}

/** @example full([2, 2], 7) */
export function full(shape: Shape, value: number, dtype: DType = "float32"): Tensor {
  checkShape("full", shape);
  return adopt(allocate(dtype, sizeOf(shape)).fill(value), shape);
}

/** @example zeros([784, 10]) */
export function zeros(shape: Shape, dtype: DType = "float32"): Tensor {
  checkShape("zeros", shape);
  return adopt(allocate(dtype, sizeOf(shape)), shape);
}

/** @example ones([3]) */
export function ones(shape: Shape, dtype: DType = "float32"): Tensor {
  return full(shape, 1, dtype);
}

/**
 * `count` numbers from `from` to `to`, both included, evenly spaced.
 * @example linspace(-1, 1, 5) // -1, -0.5, 0, 0.5, 1
 */
export function linspace(from: number, to: number, count: number, dtype: DType = "float32"): Tensor {
  const data = allocate(dtype, count);
  for (let i = 0; i < count; i++) data[i] = count === 1 ? from : from + ((to - from) * i) / (count - 1);
  return adopt(data, [count]);
}
