import type { Block } from "./block.ts";
import { type Engine, STAGE, STAGE_BYTES, wanted } from "./engine.ts";

/**
 * Calls a wasm kernel on blocks, by their addresses; false, with nothing done, where the plain twin has to compute.
 * Small blocks that live outside the engine's memory are copied in for the call and, those written, out again; an
 * `undefined` among the blocks read has the address 0.
 *
 * Only four-byte elements can be lent. That the kernel understands them, as float32 or int32, is the caller's care.
 */
export function onEngine(
  reads: readonly (Block | undefined)[],
  writes: readonly Block[],
  call: (engine: Engine, reads: readonly number[], writes: readonly number[]) => void,
): boolean {
  const engine = wanted();
  if (!engine) return false;
  let used = 0;
  for (const block of [...reads, ...writes]) {
    if (!block || block.length === 0) continue;
    if (block.dtype !== "float32" && block.dtype !== "int32") return false;
    if (block.address === 0) used += room(block);
  }
  if (used > STAGE_BYTES) return false;
  engine.settle();
  let free = STAGE;
  const lent: { readonly block: Block; readonly address: number }[] = [];
  const place = (block: Block | undefined): number => {
    if (!block) return 0;
    if (block.address !== 0) return block.address;
    const address = free;
    free += room(block);
    lent.push({ block, address });
    copyIn(engine, block, address);
    return address;
  };
  const from = reads.map(place);
  const to = writes.map(place);
  call(engine, from, to);
  for (const { block, address } of lent) if (writes.includes(block)) copyOut(engine, block, address);
  return true;
}

/** Whether all are float32, which is what the wasm kernels compute in. */
export function allFloat32(...blocks: readonly (Block | undefined)[]): boolean {
  return blocks.every((block) => block === undefined || block.dtype === "float32");
}

/** A place of its own for each, on a boundary of 16 bytes. */
const room = (block: Block): number => (4 * block.length + 15) & ~15;

function view(engine: Engine, block: Block, address: number): Float32Array | Int32Array {
  const { buffer } = engine.memory;
  return block.dtype === "int32"
    ? new Int32Array(buffer, address, block.length)
    : new Float32Array(buffer, address, block.length);
}

function copyIn(engine: Engine, block: Block, address: number): void {
  view(engine, block, address).set(block.array());
}

function copyOut(engine: Engine, block: Block, address: number): void {
  block.array().set(view(engine, block, address));
}
