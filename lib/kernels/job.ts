// What the calling thread and its helpers tell each other, in a small shared buffer: one job at a time, and for
// each helper a state. A helper that finds itself called turns `CALLED` into `WORKING`, takes pieces of the job until
// none is left, and is `IDLE` again; a caller that is done first takes a call back that nobody has answered yet. So
// a helper that the machine has no time for holds up nobody, and only one at work is waited for.

/** Indices into the 32-bit words. */
export const NEXT = 0;
export const COUNT = 1;
export const GRAIN = 2;
export const KERNEL = 3;
export const ARGUMENTS = 4;
/** Not 0 once a helper's kernel has thrown. */
export const FAILED = 5;

/** In each helper's words, which lie in a cache line of their own: whether it runs, and its state. */
export const READY = 0;
export const STATE = 1;
export const IDLE = 0;
export const CALLED = 1;
export const WORKING = 2;
export const helperWords = (place: number): number => 16 * (1 + place);

/** At most so many threads, the calling one included. */
export const MAX_THREADS = 16;
export const MAX_HELPERS: number = MAX_THREADS - 1;
const MAX_ARGUMENTS = 48;

const ARGUMENTS_AT = 4 * helperWords(MAX_HELPERS);
export const JOB_BYTES: number = ARGUMENTS_AT + 8 * MAX_ARGUMENTS;

/** Both views of the buffer; arguments are doubles, so that addresses and float32 numbers pass alike. */
export function viewJob(buffer: SharedArrayBuffer): { words: Int32Array; numbers: Float64Array } {
  return {
    words: new Int32Array(buffer, 0, ARGUMENTS_AT / 4),
    numbers: new Float64Array(buffer, ARGUMENTS_AT),
  };
}

/** Checks of a flag before a thread goes to sleep: some 50 µs, about what waking it costs. */
export const SPIN = 10_000;

/** A kernel that computes the part [from, to) of a whole. */
export type RangeKernel = (from: number, to: number, ...rest: number[]) => unknown;

/** Takes pieces of the job until none is left. */
export function takePieces(words: Int32Array, kernel: RangeKernel, args: readonly number[]): void {
  const count = words[COUNT]!;
  const grain = words[GRAIN]!;
  for (let from = Atomics.add(words, NEXT, grain); from < count; from = Atomics.add(words, NEXT, grain)) {
    kernel(from, Math.min(from + grain, count), ...args);
  }
}

/** What a helper is given at its start. */
export interface HelperData {
  /** Where its words begin. */
  readonly helper: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly job: SharedArrayBuffer;
  readonly scratch: number;
}
