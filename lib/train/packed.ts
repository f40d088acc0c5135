// Tensors on their way to another thread and back: as typed arrays with a shape, since a message carries no methods.
import { adopt } from "../tensor/create.ts";
import type { TypedArray } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

interface PackedTensor {
  readonly $tensor: TypedArray;
  readonly shape: Shape;
}

/** The same with each tensor's values copied, into memory that all threads see where that is wanted. */
export function pack(value: unknown, shared = false): unknown {
  if (value instanceof Tensor) {
    const from = value.storage.array();
    if (!shared) return { $tensor: from.slice(), shape: value.shape } satisfies PackedTensor;
    const Elements = from.constructor as new (buffer: SharedArrayBuffer) => TypedArray;
    const values = new Elements(new SharedArrayBuffer(from.byteLength));
    values.set(from);
    return { $tensor: values, shape: value.shape } satisfies PackedTensor;
  }
  if (Array.isArray(value)) return value.map((inner) => pack(inner, shared));
  if (isPlain(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, pack(inner, shared)]));
  }
  return value;
}

/** The tensors again. */
export function unpack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpack);
  if (!isPlain(value)) return value;
  if (isPacked(value)) return adopt(value.$tensor, value.shape);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unpack(inner)]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isPacked(value: object): value is PackedTensor {
  return "$tensor" in value && ArrayBuffer.isView(value.$tensor);
}
