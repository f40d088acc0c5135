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
  // An address is asked for once: a tensor may have to be copied in to have one.
  const locate = (block: Block | undefined): number => {
    if (!block || block.length === 0) return 0;
    const { address } = block;
    if (address === 0) used += room(block);
    return address;
  };
  const right = (block: Block | undefined): boolean =>
    !block || block.length === 0 || block.dtype === "float32" || block.dtype === "int32";
  if (!reads.every(right) || !writes.every(right)) return false;
  const from = reads.map(locate);
  const to = writes.map(locate);
  if (used > STAGE_BYTES) return false;
  const lent: { readonly block: Block; readonly address: number }[] = [];
  if (used > 0) {
    engine.settle();
    let free = STAGE;
    const lend = (blocks: readonly (Block | undefined)[], addresses: number[]): void => {
      for (const [i, block] of blocks.entries()) {
        if (!block || addresses[i] !== 0) continue;
        addresses[i] = free;
        free += room(block);
        lent.push({ block, address: addresses[i] });
        copyIn(engine, block, addresses[i]);
      }
    };
    lend(reads, from);
    lend(writes, to);
  }
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
