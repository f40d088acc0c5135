// safetensors: 8 bytes with the length of a JSON header, the header, the elements.
// https://github.com/huggingface/safetensors#format

import { adopt } from "../tensor/create.ts";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { bytesOf, decode, type ElementType, encode, type ReadOptions } from "./elements.ts";
import { readWhole, writeWhole } from "./file.ts";
import { FormatError, quote } from "./format-error.ts";
import { duplicateKey } from "./json-keys.ts";
import type { NamedTensors } from "./npz.ts";

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Record<string, Tensor>;
  /** Free text by name, as the writer left it. */
  readonly metadata: Record<string, string>;
}

export interface SafetensorsOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  /** Stores floats in 16 bits, rounded to the nearest; they come back as float32. */
  readonly as?: "float16" | "bfloat16";
}

const TYPES: Readonly<Record<string, ElementType>> = {
  BOOL: "bool",
  I8: "int8",
  I16: "int16",
  I32: "int32",
  I64: "int64",
  U8: "uint8",
  U16: "uint16",
  U32: "uint32",
  U64: "uint64",
  F16: "float16",
  BF16: "bfloat16",
  F32: "float32",
  F64: "float64",
};

// The limit of the reference implementation.
const LONGEST_HEADER = 100_000_000;

/**
 * Reads a safetensors file.
 * @example const { tensors, metadata } = readSafetensors("model.safetensors");
 */
export function readSafetensors(path: string, options: ReadOptions = {}): Safetensors {
  return parseSafetensors(readWhole(path), path, options);
}

/**
 * Writes tensors, and text about them, as a safetensors file.
 * @example writeSafetensors("model.safetensors", { W, b }, { metadata: { lesson: "10" } });
 */
export function writeSafetensors(
  path: string,
  tensors: NamedTensors,
  options: SafetensorsOptions = {},
): void {
  writeWhole(path, formatSafetensors(tensors, path, options));
}

/** Tensors as the bytes of a safetensors file, in parts to write one after the other. */
export function formatSafetensors(
  tensors: NamedTensors,
  file: string,
  { metadata, as }: SafetensorsOptions = {},
): Uint8Array[] {
  const bodies = Object.entries(tensors).map(([name, tensor]) => {
    if (name === "__metadata__") throw new FormatError(file, "no tensor can be named __metadata__.");
    const bytes = encode(tensor.data, as);
    return { name, shape: tensor.shape, type: typeOf(tensor, as), bytes };
  });
  // Widest elements first, so that each lies at a multiple of its width.
  const width = (type: string): number => bytesOf(TYPES[type] ?? "bool");
  bodies.sort((a, b) => width(b.type) - width(a.type) || (a.name < b.name ? -1 : 1));
  const header: [string, unknown][] = metadata === undefined ? [] : [["__metadata__", { ...metadata }]];
  let at = 0;
  for (const { name, shape, type, bytes } of bodies) {
    header.push([name, { dtype: type, shape, data_offsets: [at, at + bytes.length] }]);
    at += bytes.length;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)), "utf8");
  // The elements begin at a multiple of 8; spaces after the header are allowed.
  const head = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, " ");
  head.writeBigUInt64LE(BigInt(head.length - 8));
  json.copy(head, 8);
  return [head, ...bodies.map(({ bytes }) => bytes)];
}

function typeOf({ dtype }: Tensor, as: SafetensorsOptions["as"]): string {
  if (dtype === "bool") return "BOOL";
  if (dtype === "int32") return "I32";
  if (as !== undefined) return as === "float16" ? "F16" : "BF16";
  return dtype === "float64" ? "F64" : "F32";
}

/** What the bytes of a safetensors file hold; errors call it `file`. */
export function parseSafetensors(bytes: Uint8Array, file: string, options: ReadOptions = {}): Safetensors {
  const { header, body } = split(bytes, file);
  const metadata: [string, string][] = [];
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") metadata.push(...metadataOf(value, file));
    else entries.push(entryOf(name, value, file));
  }
  checkCover(entries, body.length, file);
  const tensors = entries.map(({ name, type, shape, begin, end }): [string, Tensor] => {
    const what = `tensor ${quote(name)}`;
    return [name, adopt(decode(body.subarray(begin, end), type, options, { file, what }), shape)];
  });
  return { tensors: Object.fromEntries(tensors), metadata: Object.fromEntries(metadata) };
}

function split(bytes: Uint8Array, file: string): { header: object; body: Uint8Array } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 8)
    throw new FormatError(file, "this is no safetensors file: it has fewer than 8 bytes.");
  const length = Number(buffer.readBigUInt64LE());
  if (length > LONGEST_HEADER || length > buffer.length - 8) {
    throw new FormatError(
      file,
      `this is no safetensors file, or it is cut short: its header claims ${length} bytes ` +
        `and ${buffer.length - 8} follow (100,000,000 at most).`,
    );
  }
  const text = buffer.toString("utf8", 8, 8 + length);
  if (!text.startsWith("{")) throw new FormatError(file, "its header is no JSON object.");
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(file, "its header is no JSON.", { cause });
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) throw new FormatError(file, `its header names ${quote(twice)} twice.`);
  return { header: Object(header), body: buffer.subarray(8 + length) };
}

interface Entry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

function entryOf(name: string, value: unknown, file: string): Entry {
  const what = `tensor ${quote(name)}`;
  const { dtype, shape, data_offsets: offsets, ...more } = { ...Object(value) };
  const [begin, end] = isLengths(offsets) ? offsets : [];
  if (
    typeof dtype !== "string" ||
    !isLengths(shape) ||
    begin === undefined ||
    end === undefined ||
    offsets.length !== 2 ||
    Object.keys(more).length > 0
  ) {
    throw new FormatError(
      file,
      `the header's entry for ${what} does not give dtype, shape and data_offsets.`,
    );
  }
  const type = Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
  if (type === undefined) {
    const known = Object.keys(TYPES).join(", ");
    throw new FormatError(file, `${what} has elements of type ${quote(dtype)}; ${known} can be read.`);
  }
  const expected = sizeOf(shape) * bytesOf(type);
  if (end - begin !== expected) {
    throw new FormatError(
      file,
      `${what}, ${dtype} ${formatShape(shape)}, takes ${expected} bytes and is given ${end - begin}.`,
    );
  }
  return { name, type, shape, begin, end };
}

/** The tensors must fill the rest of the file one after the other: no gap to hide anything in, no overlap. */
function checkCover(entries: readonly Entry[], length: number, file: string): void {
  const inOrder = entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of inOrder) {
    if (begin !== at) {
      const what = begin < at ? "overlaps the tensor before it" : "leaves a gap before it";
      throw new FormatError(file, `tensor ${quote(name)} ${what} (it begins at ${begin}, not at ${at}).`);
    }
    at = end;
  }
  if (at !== length) {
    const what = at > length ? "cut short" : "longer than its header says";
    throw new FormatError(file, `the file is ${what}: its tensors take ${at} bytes and ${length} are there.`);
  }
}

function metadataOf(value: unknown, file: string): [string, string][] {
  const entries = value === null || typeof value !== "object" || Array.isArray(value) ? undefined : value;
  const pairs = Object.entries(entries ?? { missing: undefined });
  if (!pairs.every((pair): pair is [string, string] => typeof pair[1] === "string")) {
    throw new FormatError(file, "its __metadata__ is no object of strings.");
  }
  return pairs;
}

function isLengths(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
}
