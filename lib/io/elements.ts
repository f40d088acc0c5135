// The element types that files know, as bytes, and what they become in a tensor.
import { allocate, type DType, dtypeOf, type TypedArray } from "../tensor/dtype.ts";
import { FormatError } from "./format-error.ts";
import { fromBrain, fromHalf, toBrain, toHalf } from "./half.ts";

/** An element type by kind and width in bits, as most formats name it. */
export type ElementType =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float16"
  | "bfloat16"
  | "float32"
  | "float64";

/** How a file is to be read. */
export interface ReadOptions {
  /**
   * The element type of the tensor. Without it float16, bfloat16 and float32 give float32, float64 stays, every
   * integer gives int32 (one that does not fit is an error, never wrapped) and bool stays.
   */
  readonly dtype?: DType;
}

/** What elements lie in once their bytes are in order. */
type Raw = TypedArray | Int8Array | Int16Array | Uint16Array | Uint32Array | BigInt64Array | BigUint64Array;

const LAYOUT: Readonly<Record<ElementType, { bytes: number; natural: DType }>> = {
  bool: { bytes: 1, natural: "bool" },
  int8: { bytes: 1, natural: "int32" },
  int16: { bytes: 2, natural: "int32" },
  int32: { bytes: 4, natural: "int32" },
  int64: { bytes: 8, natural: "int32" },
  uint8: { bytes: 1, natural: "int32" },
  uint16: { bytes: 2, natural: "int32" },
  uint32: { bytes: 4, natural: "int32" },
  uint64: { bytes: 8, natural: "int32" },
  float16: { bytes: 2, natural: "float32" },
  bfloat16: { bytes: 2, natural: "float32" },
  float32: { bytes: 4, natural: "float32" },
  float64: { bytes: 8, natural: "float64" },
};

/** The width of an element in bytes. */
export function bytesOf(type: ElementType): number {
  return LAYOUT[type].bytes;
}

const HOST_IS_BIG = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

/** The numbers in `bytes`, a whole number of elements, as what a tensor holds. `where` begins an error. */
export function decode(
  bytes: Uint8Array,
  type: ElementType,
  options: ReadOptions & { readonly bigEndian?: boolean },
  where: { readonly file: string; readonly what: string },
): TypedArray {
  const { bytes: width, natural } = LAYOUT[type];
  // A copy: the bytes may lie unaligned, and a small tensor must not keep a large file in memory.
  const own = new Uint8Array(bytes);
  if (width > 1 && (options.bigEndian ?? false) !== HOST_IS_BIG) reverseEach(own, width);
  const raw = view(own.buffer, type);
  const wanted = options.dtype ?? natural;
  if ((type === "float32" && wanted === "float32") || (type === "float64" && wanted === "float64")) {
    return raw as TypedArray;
  }
  if (type === "int32" && wanted === "int32") return raw as TypedArray;
  const data = allocate(wanted, raw.length);
  const convert = type === "float16" ? fromHalf : type === "bfloat16" ? fromBrain : Number;
  for (let i = 0; i < data.length; i++) {
    const value = convert(raw[i] as number);
    data[i] = wanted === "bool" ? Number(value !== 0) : value;
    if (wanted === "int32" && data[i] !== value) {
      throw new FormatError(
        where.file,
        `${where.what} holds ${raw[i]} at element ${i}, which is no int32; read it with { dtype: "float64" }.`,
      );
    }
    if (typeof raw[i] === "bigint" && wanted !== "bool" && BigInt(value) !== raw[i]) {
      throw new FormatError(
        where.file,
        `${where.what} holds ${raw[i]} at element ${i}, which no ${wanted} holds exactly.`,
      );
    }
  }
  return data;
}

function view(buffer: ArrayBufferLike, type: ElementType): Raw {
  switch (type) {
    case "bool":
    case "uint8":
      return new Uint8Array(buffer);
    case "int8":
      return new Int8Array(buffer);
    case "int16":
      return new Int16Array(buffer);
    case "uint16":
    case "float16":
    case "bfloat16":
      return new Uint16Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "uint32":
      return new Uint32Array(buffer);
    case "int64":
      return new BigInt64Array(buffer);
    case "uint64":
      return new BigUint64Array(buffer);
    case "float32":
      return new Float32Array(buffer);
    case "float64":
      return new Float64Array(buffer);
  }
}

/** A tensor's elements as little-endian bytes; `as` stores floats in 16 bits. */
export function encode(data: TypedArray, as?: "float16" | "bfloat16"): Uint8Array {
  const narrow = as !== undefined && dtypeOf(data).startsWith("float");
  const words = narrow ? Uint16Array.from(data, as === "float16" ? toHalf : toBrain) : data;
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  if (!HOST_IS_BIG || words.BYTES_PER_ELEMENT === 1) return bytes;
  const copy = new Uint8Array(bytes);
  reverseEach(copy, words.BYTES_PER_ELEMENT);
  return copy;
}

function reverseEach(bytes: Uint8Array, width: number): void {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}
