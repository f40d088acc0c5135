/** The element types. Train in float32, check gradients in float64, count in int32, compare in bool. */
export type DType = "float32" | "float64" | "int32" | "bool";

/** What a tensor's elements lie in; a bool is a byte, 0 or 1. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

const BYTES: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int32: 4, bool: 1 };

/** So much one tensor may take: a kernel's addresses end at 4 GB, and it needs room for a result as well. */
const MOST_BYTES = 2 ** 31;

/** A tensor that is larger than one may be, or than the memory that is left. */
export class TensorTooLarge extends RangeError {
  override readonly name = "TensorTooLarge";
}

/** A new array of `size` zeros for this element type. */
export function allocate(dtype: DType, size: number): TypedArray {
  const bytes = size * BYTES[dtype];
  if (bytes > MOST_BYTES) throw tooLarge(dtype, size, "one tensor may take 2.1 GB");
  try {
    return zeroed(dtype, size);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw tooLarge(dtype, size, "that much memory is not free");
  }
}

function tooLarge(dtype: DType, size: number, why: string): TensorTooLarge {
  const gigabytes = ((size * BYTES[dtype]) / 1e9).toFixed(1);
  return new TensorTooLarge(
    `${size} elements of ${dtype} would take ${gigabytes} GB, and ${why}; work in smaller batches.`,
  );
}

function zeroed(dtype: DType, size: number): TypedArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(size);
    case "float64":
      return new Float64Array(size);
    case "int32":
      return new Int32Array(size);
    case "bool":
      return new Uint8Array(size);
  }
}

/** The element type that a typed array stands for. */
export function dtypeOf(data: TypedArray): DType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  return data instanceof Int32Array ? "int32" : "bool";
}

// Each type holds what stands before it, but for large int32 values in float32, where float32 still wins (as in
// PyTorch and tfjs): a count times a weight is a weight, and must not turn the network into float64.
const ORDER: readonly DType[] = ["bool", "int32", "float32", "float64"];

/** The element type of the result when these meet in one operation. */
export function promote(a: DType, b: DType): DType {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}

/** True of the element types that have gradients. */
export function isFloat(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64";
}

/** The element type of a result that is never whole, such as exp or mean: float32 unless it came in float64. */
export function floatOf(dtype: DType): DType {
  return dtype === "float64" ? "float64" : "float32";
}

/** The element type of a result that stays whole where it came in whole, such as |x|; truths become counts. */
export function wholeOf(dtype: DType): DType {
  return dtype === "bool" ? "int32" : dtype;
}
