/** The element types. Train in float32, check gradients in float64, count in int32, compare in bool. */
export type DType = "float32" | "float64" | "int32" | "bool";

/** What a tensor's elements lie in; a bool is a byte, 0 or 1. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A new array of `size` zeros for this element type. */
export function allocate(dtype: DType, size: number): TypedArray {
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
