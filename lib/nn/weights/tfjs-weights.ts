// The files of tfjs: a manifest that names tensors, and their bytes, perhaps in 8 or 16 bits.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Params } from "../../autodiff/grad.ts";
import { readWhole } from "../../io/file.ts";
import { FormatError } from "../../io/format-error.ts";
import { fromHalf } from "../../io/half.ts";
import { adopt } from "../../tensor/create.ts";
import type { TypedArray } from "../../tensor/dtype.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

interface Quantization {
  readonly dtype: "uint8" | "uint16" | "float16";
  readonly scale?: number;
  readonly min?: number;
}

interface Entry {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: string;
  readonly quantization?: Quantization;
}

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly Entry[];
}

const BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
};

/**
 * The tensors of a tfjs model by name, from its `model.json` or a weights manifest; what was quantized becomes float32 again
 * (w = scale·q + min).
 * @example const tensors = readTfjsWeights("mobilenet/model.json");
 */
export function readTfjsWeights(path: string): Params {
  const json: unknown = JSON.parse(new TextDecoder().decode(readWhole(path)));
  const groups = Array.isArray(json) ? json : Object(json).weightsManifest;
  if (!Array.isArray(groups))
    throw new FormatError(path, "this is no tfjs model: it has no weightsManifest.");
  const tensors: Record<string, Tensor> = {};
  for (const { paths, weights } of groups as readonly Group[]) {
    const bytes = joined(paths.map((name) => readWhole(binary(dirname(path), name))));
    let at = 0;
    for (const entry of weights) {
      const stored = entry.quantization?.dtype ?? entry.dtype;
      const width = BYTES[stored];
      if (width === undefined)
        throw new FormatError(path, `"${entry.name}" has elements of type ${stored}, which are not read.`);
      const length = sizeOf(entry.shape) * width;
      if (at + length > bytes.length) {
        throw new FormatError(
          path,
          `"${entry.name}" ends beyond its files: they have ${bytes.length} bytes.`,
        );
      }
      tensors[entry.name] = adopt(decode(bytes.slice(at, at + length), stored, entry), entry.shape);
      at += length;
    }
    if (at !== bytes.length)
      throw new FormatError(path, `its files have ${bytes.length} bytes and its tensors take ${at}.`);
  }
  return tensors;
}

/** Some packages store a shard "…-shard1" as "….bin". */
function binary(folder: string, name: string): string {
  const path = join(folder, name);
  const other = path.replace(/-shard\d+$/, ".bin");
  return !existsSync(path) && existsSync(other) ? other : path;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function decode(bytes: Uint8Array<ArrayBuffer>, stored: string, { dtype, quantization }: Entry): TypedArray {
  if (stored === "float16") return Float32Array.from(new Uint16Array(bytes.buffer), fromHalf);
  if (quantization === undefined) {
    if (stored === "float32") return new Float32Array(bytes.buffer);
    return stored === "int32" ? new Int32Array(bytes.buffer) : bytes;
  }
  const { scale = 1, min = 0 } = quantization;
  const numbers = stored === "uint8" ? bytes : new Uint16Array(bytes.buffer);
  const values = Float32Array.from(numbers, (q) => q * scale + min);
  return dtype === "int32" ? Int32Array.from(values, Math.round) : values;
}
