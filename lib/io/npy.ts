// NumPy's .npy: a magic string, a version, a header that is a Python dictionary, and the elements.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

import { adopt } from "../tensor/create.ts";
import type { TypedArray } from "../tensor/dtype.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { bytesOf, decode, type ElementType, encode, type ReadOptions } from "./elements.ts";
import { readWhole, writeWhole } from "./file.ts";
import { FormatError, quote } from "./format-error.ts";
import { parseDictionary } from "./python-literal.ts";

const MAGIC = "\x93NUMPY";

/**
 * Reads a `.npy` file.
 * @example const weights = readNpy("weights.npy");
 */
export function readNpy(path: string, options: ReadOptions = {}): Tensor {
  return parseNpy(readWhole(path), path, options);
}

/**
 * Writes a tensor as NumPy's `save` does.
 * @example writeNpy("weights.npy", weights);
 */
export function writeNpy(path: string, tensor: Tensor): void {
  writeWhole(path, formatNpy(tensor));
}

/** The tensor in the bytes of a `.npy` file; errors call it `file`. */
export function parseNpy(bytes: Uint8Array, file: string, options: ReadOptions = {}): Tensor {
  const { descr, isFortran, shape, start } = readHeader(bytes, file);
  const { type, bigEndian } = elementType(descr, file);
  const size = sizeOf(shape);
  const expected = size * bytesOf(type);
  const body = bytes.subarray(start);
  if (body.length !== expected) {
    const difference = body.length < expected ? "cut short" : "longer than its header says";
    throw new FormatError(
      file,
      `the file is ${difference}: shape ${formatShape(shape)} of ${descr} takes ${expected} bytes ` +
        `and ${body.length} are there.`,
    );
  }
  const data = decode(body, type, { ...options, bigEndian }, { file, what: "the array" });
  return adopt(isFortran && shape.length > 1 ? rowMajor(data, shape) : data, shape);
}

/** A tensor as the bytes of a `.npy` file, in two parts: header and elements. */
export function formatNpy({ data, shape, dtype }: Tensor): [Uint8Array, Uint8Array] {
  const descr = { float32: "<f4", float64: "<f8", int32: "<i4", bool: "|b1" }[dtype];
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Version 1: 10 bytes stand before the dictionary, and the elements begin at a multiple of 64.
  const padding = 63 - ((10 + dictionary.length) % 64);
  const header = Buffer.from(`${MAGIC}\x01\x00\x00\x00${dictionary}${" ".repeat(padding)}\n`, "latin1");
  header.writeUInt16LE(header.length - 10, 8);
  return [header, encode(data)];
}

interface Header {
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  readonly start: number;
}

function readHeader(bytes: Uint8Array, file: string): Header {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.toString("latin1", 0, 6) !== MAGIC) {
    throw new FormatError(file, `this is no .npy file: it does not begin with \\x93NUMPY.`);
  }
  const [major = 0, minor = 0] = buffer.subarray(6, 8);
  if (major < 1 || major > 3 || minor !== 0) {
    throw new FormatError(file, `version ${major}.${minor} of .npy is not known; 1.0, 2.0 and 3.0 are.`);
  }
  const fixed = major === 1 ? 10 : 12;
  if (buffer.length < fixed) throw new FormatError(file, "the file ends within its header.");
  const start = fixed + (major === 1 ? buffer.readUInt16LE(8) : buffer.readUInt32LE(8));
  if (start > buffer.length) {
    throw new FormatError(file, `the file ends within its header, which claims ${start - fixed} bytes.`);
  }
  const text = buffer.toString(major === 3 ? "utf8" : "latin1", fixed, start);
  const entries = parseDictionary(text, file);
  const descr = entries.get("descr");
  const isFortran = entries.get("fortran_order");
  const shape = entries.get("shape");
  if (Array.isArray(descr)) {
    throw new FormatError(file, "this is a structured array (named fields); save each field on its own.");
  }
  if (typeof descr !== "string" || typeof isFortran !== "boolean" || !isShape(shape) || entries.size !== 3) {
    throw new FormatError(
      file,
      `its header ${quote(text.trim())} does not give descr, fortran_order and shape, and only these.`,
    );
  }
  if (!Number.isSafeInteger(sizeOf(shape))) {
    throw new FormatError(file, `no memory holds an array of shape ${formatShape(shape)}.`);
  }
  return { descr, isFortran, shape, start };
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
}

const KINDS: Readonly<Record<string, ElementType>> = {
  b1: "bool",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
};

const REFUSED: Readonly<Record<string, string>> = {
  O: "pickled Python objects, which could run code",
  c: "complex numbers",
  U: "text",
  S: "bytes",
  a: "bytes",
  V: "raw bytes",
  M: "dates",
  m: "durations",
  f: "floats of a width that only some machines have",
};

function elementType(descr: string, file: string): { type: ElementType; bigEndian: boolean } {
  const [, order = "", kind = ""] = /^([<>|=]?)(\w+)/.exec(descr) ?? [];
  const type = KINDS[kind];
  const rest = `${order}${kind}` === descr;
  if (type !== undefined && rest && (order !== "|" || bytesOf(type) === 1)) {
    return { type, bigEndian: order === ">" };
  }
  const reason = REFUSED[kind[0] ?? ""] ?? "an element type that is not known";
  throw new FormatError(
    file,
    `its elements are ${quote(descr)}: ${reason}. bool, i1 to i8, u1 to u8, f2, f4 and f8 can be read.`,
  );
}

/** Fortran's order has the first axis fastest; ours the last. */
function rowMajor(data: TypedArray, shape: readonly number[]): TypedArray {
  const result = data.slice();
  // Walks the result in order with an odometer over the positions; `at` is where that element lies in the file.
  const position = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  let at = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = data[at]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      at -= strides[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
  return result;
}
