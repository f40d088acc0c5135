// Every thread has an instance of the module of its own over the one memory, so a global variable is the thread's.

/** Bytes that each thread has for packed panels; the same number stands in engine.ts. */
export const SCRATCH_BYTES: usize = 1 << 21;

/** Where this thread's scratch begins. */
export let scratch: usize = 0;

/** Called once in each thread, with the address of its scratch. */
export function useScratch(address: usize): void {
  scratch = address;
}

/** The first byte after what the compiler has placed at the start of the memory. */
export function staticsEnd(): usize {
  return __heap_base;
}
