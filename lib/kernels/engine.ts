/** The compiled kernels and the memory that they compute in. */
export interface Engine {
  /** Shared with the threads; imported by the module. */
  readonly memory: WebAssembly.Memory;
  /** The first free byte; below it lie statics and each thread's packing scratch. */
  readonly heapBase: number;
  /** Single-thread calls on byte addresses. */
  readonly exports: Readonly<Record<string, (...args: number[]) => number>>;
  readonly features: { readonly simd: true; readonly relaxed: boolean; readonly threads: number };
  /** Runs kernel `name` over [0, count) cut in `grain`-sized pieces by all threads; returns when done. */
  parallel(name: string, count: number, grain: number, ...args: number[]): void;
}

/** The engine, or nothing where there is no wasm: then the plain twins compute. */
export function engine(): Engine | undefined {
  return undefined;
}
