// Blocks for kernel tests: outside the engine's memory, and inside it in pages of their own.
import type { Block } from "../../../lib/kernels/block.ts";
import { backend, engine } from "../../../lib/kernels/engine.ts";
import { dtypeOf, type TypedArray } from "../../../lib/tensor/dtype.ts";

const PAGE = 65_536;

/** A block over an ordinary array. */
export function outside(array: TypedArray): Block {
  return { dtype: dtypeOf(array), length: array.length, address: 0, array: () => array };
}

let free = 0;
let end = 0;

/** A block in the engine's memory with the array's values. */
export function inside(values: Float32Array | Int32Array): Block {
  const { memory } = engine()!;
  const bytes = (values.byteLength + 63) & ~63;
  if (free + bytes > end) {
    const pages = Math.ceil(bytes / PAGE) + 16;
    free = memory.grow(pages) * PAGE;
    end = free + pages * PAGE;
  }
  const address = free;
  free += bytes;
  const length = values.length;
  const isFloat = values instanceof Float32Array;
  const array = () =>
    isFloat
      ? new Float32Array(memory.buffer, address, length)
      : new Int32Array(memory.buffer, address, length);
  array().set(values);
  return { dtype: isFloat ? "float32" : "int32", length, address, array };
}

let state = 12_345;

/** Numbers from -1 to 1, the same in every run. */
export function noise(length: number): Float32Array {
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** The greatest difference, measured by the size of the greatest number. */
export function difference(actual: TypedArray, expected: TypedArray): number {
  let [worst, scale] = [0, 1e-30];
  for (let i = 0; i < expected.length; i++) {
    const [x, y] = [actual[i]!, expected[i]!];
    if (Object.is(x, y) || (Number.isNaN(x) && Number.isNaN(y))) continue;
    worst = Math.max(worst, Number.isNaN(x - y) ? Infinity : Math.abs(x - y));
    scale = Math.max(scale, Math.abs(y));
  }
  return worst / scale;
}

/** What `compute` gives with one twin only. */
export function using<T>(name: "plain" | "wasm", compute: () => T): T {
  backend.force(name);
  try {
    return compute();
  } finally {
    backend.force("auto");
  }
}
