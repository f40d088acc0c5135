// To and from tfjs. The caller hands over his own `tf`: there may be several, and none is loaded here.
import { adopt } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What is needed of a tfjs tensor. */
export interface TfjsTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  dataSync(): Float32Array | Int32Array | Uint8Array | readonly string[];
}

/** What is needed of tfjs. */
export interface TfjsMaker<T> {
  tensor(
    values: Float32Array | Int32Array | Uint8Array,
    shape: number[],
    dtype: "float32" | "int32" | "bool",
  ): T;
}

/**
 * A tfjs tensor's values as a tensor of ours: a copy that stays when the other is disposed.
 * @example const x = fromTfjs(tf.tensor2d([[1, 2], [3, 4]]));
 */
export function fromTfjs(tensor: TfjsTensor): Tensor {
  const { dtype } = tensor;
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
    throw new TypeError(`fromTfjs: a ${dtype} tensor has no counterpart; float32, int32 and bool have.`);
  }
  // The cpu backend hands out its own memory, which it may use again.
  const values = Array.from(tensor.dataSync(), Number);
  const data =
    dtype === "float32"
      ? Float32Array.from(values)
      : dtype === "int32"
        ? Int32Array.from(values)
        : Uint8Array.from(values);
  return adopt(data, [...tensor.shape]);
}

/**
 * A tensor as one of tfjs, made by the `tf` that is handed over. float64 becomes float32, the only float of tfjs.
 * @example const there = toTfjs(tf, x);
 */
export function toTfjs<T>(tf: TfjsMaker<T>, { data, shape, dtype }: Tensor): T {
  if (dtype === "int32") return tf.tensor(Int32Array.from(data), [...shape], "int32");
  if (dtype === "bool") return tf.tensor(Uint8Array.from(data), [...shape], "bool");
  return tf.tensor(Float32Array.from(data), [...shape], "float32");
}
