// Runs the same computation on both twins of a kernel and compares what they write.
import { expect } from "chai";
import type { Block } from "../../../lib/kernels/block.ts";
import { limits } from "../../../lib/kernels/dispatch.ts";
import { backend } from "../../../lib/kernels/engine.ts";
import { type DType, dtypeOf, type TypedArray } from "../../../lib/tensor/dtype.ts";
import { currentResidents, Seat } from "../../../lib/tensor/residents.ts";

/** A block over an ordinary array. */
export function outside(array: TypedArray): Block {
  return { dtype: dtypeOf(array), length: array.length, address: 0, array: () => array };
}

const taken: Seat[] = [];

/** A float32 block in the engine's memory, beside the tensors that live there; `releaseAll` frees it. */
export function inside(values: ArrayLike<number>): Block {
  const residents = currentResidents()!;
  const seat = new Seat(residents, values.length + 4);
  if (!residents.admit(seat)) throw new Error("the engine's memory is full");
  taken.push(seat);
  // At an odd place, so that nothing may rely on more than four bytes' alignment.
  const address = seat.piece!.address + 4;
  const view = (): Float32Array => residents.heap.view(address, values.length);
  view().set(values);
  return { dtype: "float32", length: values.length, address, array: view };
}

export function releaseAll(): void {
  for (const seat of taken.splice(0)) seat.home.leave(seat);
}

/** Makes a block of these values where the twin at hand wants it; int32 and bool are always outside. */
export type Make = (values: ArrayLike<number>, dtype?: DType) => Block;

const ARRAYS = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array } as const;

function makeOutside(values: ArrayLike<number>, dtype: DType = "float32"): Block {
  return outside(ARRAYS[dtype].from(values));
}

/** A computation that hands back what it wrote, by name. */
export type Computation = (make: Make) => Record<string, Block>;

/** The results of the plain twin, of the wasm twin in its memory, and of the wasm twin on staged operands. */
export function bothTwins(
  compute: Computation,
): Record<"plain" | "wasm" | "staged", Record<string, number[]>> {
  const read = (blocks: Record<string, Block>): Record<string, number[]> =>
    Object.fromEntries(Object.entries(blocks).map(([name, block]) => [name, Array.from(block.array())]));
  const { least } = limits;
  try {
    backend.force("plain");
    const plain = read(compute(makeOutside));
    backend.force("wasm");
    limits.least = 0;
    const wasm = read(
      compute((values, dtype = "float32") =>
        dtype === "float32" ? inside(values) : makeOutside(values, dtype),
      ),
    );
    const staged = read(compute(makeOutside));
    return { plain, wasm, staged };
  } finally {
    backend.force("auto");
    limits.least = least;
    releaseAll();
  }
}

/** Both twins must agree within `tolerance` of the value, or of `floor` where the value is smaller. */
export function expectTwins(what: string, compute: Computation, tolerance = 1e-5, floor = 1e-6): void {
  const { plain, wasm, staged } = bothTwins(compute);
  for (const [name, values] of Object.entries(plain)) {
    expectClose(`${what}: ${name}`, wasm[name]!, values, tolerance, floor);
    expectClose(`${what}: ${name}, staged`, staged[name]!, values, tolerance, floor);
  }
}

export function expectClose(
  what: string,
  actual: readonly number[],
  wanted: readonly number[],
  tolerance = 1e-5,
  floor = 1e-6,
): void {
  expect(actual.length, what).to.equal(wanted.length);
  wanted.forEach((value, i) => {
    const got = actual[i]!;
    if (Object.is(got, value) || got === value) return;
    const error = Math.abs(got - value) / Math.max(Math.abs(value), floor);
    if (!(error <= tolerance)) expect.fail(`${what}[${i}]: ${got} instead of ${value} (${error})`);
  });
}

/** Numbers from a seed, between low and high. */
export function numbers(count: number, low = -2, high = 2, seed = 1): number[] {
  let state = seed * 2_654_435_761 + count;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return Math.fround(low + ((high - low) * (state >>> 0)) / 2 ** 32);
  });
}

/** Sizes about the width of a vector, and a longer odd one. */
export const SIZES: readonly number[] = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 257, 1001];

export const zeros = (count: number): number[] => new Array<number>(count).fill(0);
