// NumPy's .npz: a zip archive with one .npy for each name.
import type { Tensor } from "../tensor/tensor.ts";
import type { ReadOptions } from "./elements.ts";
import { readWhole, writeWhole } from "./file.ts";
import { FormatError, quote } from "./format-error.ts";
import { formatNpy, parseNpy } from "./npy.ts";
import { formatZip, readZip } from "./zip.ts";

/** Tensors by name, as `grad` takes and gives them. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/**
 * Reads the arrays of a `.npz` file by name.
 * @example const { W, b } = readNpz("model.npz");
 */
export function readNpz(path: string, options: ReadOptions = {}): Record<string, Tensor> {
  return parseNpz(readWhole(path), path, options);
}

/**
 * Writes tensors as NumPy's `savez` does, or with `compress` as `savez_compressed`.
 * @example writeNpz("model.npz", { W, b });
 */
export function writeNpz(
  path: string,
  tensors: NamedTensors,
  options: { readonly compress?: boolean } = {},
): void {
  const parts = new Map(Object.entries(tensors).map(([name, tensor]) => [`${name}.npy`, formatNpy(tensor)]));
  writeWhole(path, formatZip(parts, path, options));
}

/** The tensors in the bytes of a `.npz` file; errors call it `file`. */
export function parseNpz(bytes: Uint8Array, file: string, options: ReadOptions = {}): Record<string, Tensor> {
  const tensors: [string, Tensor][] = [];
  for (const [part, content] of readZip(bytes, file)) {
    if (!part.endsWith(".npy")) {
      throw new FormatError(file, `its part ${quote(part)} is no array; a .npz holds .npy files alone.`);
    }
    tensors.push([part.slice(0, -4), parseNpy(content, `${file}, ${quote(part)}`, options)]);
  }
  // fromEntries makes own properties of all names, "__proto__" too.
  return Object.fromEntries(tensors);
}
