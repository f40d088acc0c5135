// Which twin computes, and how a wasm kernel gets at operands that lie outside its memory.
import { allocate, type DType, type TypedArray } from "../tensor/dtype.ts";
import type { Block } from "./block.ts";
import { backend, type Engine, STAGE, STAGE_BYTES, wanted } from "./engine.ts";

/** Less work than this (in elements) is done in TypeScript: the call into wasm and its preparation cost more. */
export const limits: { least: number } = { least: 256 };

/** Elements that a thread takes at a time: of what only adds and copies, and of what computes exponentials. */
export const GRAIN = 65_536;
export const FINE_GRAIN = 8_192;

// The operands of the call at hand. An address is asked for once: a tensor may have to be copied in to have one. The
// arrays stay as long as they are: shortened to nothing they would be made anew in every call.
const operands: (Block | undefined)[] = [];
const addresses: number[] = [];
let entered = 0;
const results: { readonly block: Block; readonly at: number }[] = [];
let staged = 0;
let staging: { readonly floats: Float32Array; readonly whole: Int32Array } | undefined;

/**
 * The engine, where the wasm twin may compute: enough work, float32 throughout, and what lies outside the
 * engine's memory (small tensors and `indices`) fits on its stage. It begins a call; `leave` ends it.
 */
export function enter(
  work: number,
  blocks: readonly (Block | undefined)[],
  indices?: Block,
): Engine | undefined {
  if (work < limits.least) return undefined;
  const e = wanted();
  if (!e) return undefined;
  for (const block of blocks) if (block !== undefined && block.dtype !== "float32") return undefined;
  forget();
  let outside = indices === undefined ? 0 : indices.length + 3;
  for (const block of blocks) {
    if (block === undefined) continue;
    const { address } = block;
    operands[entered] = block;
    addresses[entered++] = address;
    if (address === 0) outside += block.length + 3;
  }
  if (4 * outside > STAGE_BYTES) {
    forget();
    return undefined;
  }
  // A helper thread that an interrupted call left at work may still write there.
  if (outside > 0) e.settle();
  return e;
}

function forget(): void {
  while (entered > 0) operands[--entered] = undefined;
  if (results.length > 0) results.length = 0;
  staged = 0;
}

/** Where an operand lies; 0: outside. */
function addressOf(block: Block): number {
  for (let i = 0; i < entered; i++) if (operands[i] === block) return addresses[i]!;
  return block.address;
}

/** The address of one of the operands. */
export function place(e: Engine, block: Block): number {
  const address = addressOf(block);
  if (address !== 0) return address;
  const at = reserve(block.length);
  views(e).floats.set(block.array(), at);
  return STAGE + 4 * at;
}

/** The address where a result goes; `leave` brings it to where it belongs. */
export function result(block: Block): number {
  const address = addressOf(block);
  if (address !== 0) return address;
  const at = reserve(block.length);
  results.push({ block, at });
  return STAGE + 4 * at;
}

/** The address of what is read and written. */
export function update(e: Engine, block: Block): number {
  const kept = results.length;
  const address = result(block);
  if (results.length > kept) views(e).floats.set(block.array(), (address - STAGE) / 4);
  return address;
}

/** The address of whole numbers, as int32. */
export function placeIndices(e: Engine, block: Block): number {
  const at = reserve(block.length);
  views(e).whole.set(block.array(), at);
  return STAGE + 4 * at;
}

/** Ends a call: results that belong outside go there. */
export function leave(e: Engine): void {
  for (const { block, at } of results) {
    block.array().set(views(e).floats.subarray(at, at + block.length));
  }
  forget();
}

/** Runs a range kernel over [0, count): here where it is too little to share out. */
export function run(e: Engine, name: string, count: number, grain: number, ...args: number[]): void {
  if (count <= grain) e.exports[name]!(0, count, ...args);
  else e.parallel(name, count, grain, ...args);
}

/** The same where it is known whether there is enough to do for all threads: then `pieces` each, in whole `unit`s. */
export function share(
  e: Engine,
  name: string,
  count: number,
  { much, pieces, unit }: { readonly much: boolean; readonly pieces: number; readonly unit: number },
  args: readonly number[],
): void {
  const grain = much ? Math.ceil(count / backend.threads / pieces / unit) * unit : count;
  run(e, name, count, grain, ...args);
}

function reserve(length: number): number {
  const at = staged;
  // Vectors of four may be read and written whole.
  staged += (length + 3) & ~3;
  if (4 * staged > STAGE_BYTES) throw new RangeError(`the stage of ${STAGE_BYTES} bytes is full`);
  return at;
}

function views(e: Engine): { readonly floats: Float32Array; readonly whole: Int32Array } {
  staging ??= {
    floats: new Float32Array(e.memory.buffer, STAGE, STAGE_BYTES / 4),
    whole: new Int32Array(e.memory.buffer, STAGE, STAGE_BYTES / 4),
  };
  return staging;
}

/** A part of a block as a block. */
export function partOf(block: Block, from: number, length: number): Block {
  return {
    dtype: block.dtype,
    length,
    address: block.address === 0 ? 0 : block.address + from * BYTES[block.dtype],
    array: () => block.array().subarray(from, from + length) as TypedArray,
  };
}

const BYTES: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int32: 4, bool: 1 };

/**
 * The loop `source` around the function `f`, as a function of its own. V8 puts f in line only in a loop that always
 * calls the same f, so a loop that all functions shared would pay a call for every element.
 */
export function loopAround<Loop>(source: string, f: (...args: never[]) => number): Loop {
  return new Function("f", `return ${source}`)(f) as Loop;
}

/** A small block outside the engine's memory, every element `value`. */
export function filled(dtype: DType, length: number, value: number): Block {
  const array = allocate(dtype, length).fill(value);
  return { dtype, length, address: 0, array: () => array };
}
