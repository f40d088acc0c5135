import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { MAX_THREADS, type RangeKernel } from "./job.ts";
import { Threads } from "./threads.ts";

/** The wasm kernels, the memory that they work in, and the threads that share it. */
export interface Engine {
  readonly memory: WebAssembly.Memory;
  /** First free byte; below it lie statics and each thread's scratch. */
  readonly heapBase: number;
  /** Single-thread calls on byte addresses. */
  readonly exports: Readonly<Record<string, (...args: number[]) => number>>;
  readonly features: { readonly simd: true; readonly relaxed: boolean; readonly threads: number };
  /** Runs kernel `name` over [0, count) cut in `grain`-sized pieces by all threads; returns when done. */
  parallel(name: string, count: number, grain: number, ...args: number[]): void;
  /**
   * Waits for helper threads that an interrupted `parallel` left at work; at once where there are none. To be
   * called before memory that a kernel may still write is given to somebody else.
   */
  settle(): void;
}

const PAGE = 65_536;
/** The first page is for what the compiler places; then each thread's scratch (see wasm/scratch.ts). */
const SCRATCH = 1 << 21;
/** Then room for small arrays that live outside and are lent to a kernel (see dispatch.ts). */
export const STAGE_BYTES: number = 1 << 18;
export const STAGE: number = PAGE + MAX_THREADS * SCRATCH;
const HEAP_BASE: number = STAGE + STAGE_BYTES;
/** 4 GiB; a machine that grants less address space gets less. */
const MAXIMA: readonly number[] = [65_536, 32_768, 16_384, 8_192, 4_096];

let loaded: Engine | false | undefined;

/**
 * The engine, loaded at the first call; undefined where the wasm was not built, cannot run here, or is not wanted
 * (`GRADBOOK_BACKEND=plain`): then every kernel is its plain twin.
 */
export function engine(): Engine | undefined {
  loaded ??= process.env.GRADBOOK_BACKEND === "plain" ? false : (load() ?? false);
  return loaded || undefined;
}

function load(): Engine | undefined {
  try {
    const found = compile();
    if (!found) return undefined;
    const { module, relaxed } = found;
    const memory = reserve();
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const kernels = exports as Record<string, RangeKernel & ((...args: number[]) => number)>;
    if (kernels.staticsEnd!() > PAGE) return undefined;
    const scratchOf = (thread: number) => PAGE + thread * SCRATCH;
    kernels.useScratch!(scratchOf(0));
    const ids = new Map(WebAssembly.Module.exports(module).map(({ name }, id) => [name, id]));
    const helpers = new Threads({ module, memory, scratchOf });
    return {
      memory,
      heapBase: HEAP_BASE,
      exports: kernels,
      features: {
        simd: true,
        relaxed,
        get threads() {
          return backend.threads;
        },
      },
      parallel(name, count, grain, ...args) {
        const id = ids.get(name);
        if (id === undefined) throw new Error(`engine: there is no wasm kernel "${name}"`);
        if (count <= 0) return;
        helpers.run(kernels[name]!, id, count, Math.max(1, grain), backend.threads, args);
      },
      settle: () => helpers.settle(),
    };
  } catch {
    // No wasm, no SIMD, no room for the memory: the plain twins need none of these.
    return undefined;
  }
}

function compile(): { module: WebAssembly.Module; relaxed: boolean } | undefined {
  for (const relaxed of [true, false]) {
    const file = new URL(`./wasm/${relaxed ? "relaxed" : "simd"}.wasm`, import.meta.url);
    if (!existsSync(file)) continue;
    const bytes = readFileSync(file);
    // Node 20 knows relaxed SIMD behind a flag, which later versions do not know any more.
    if (relaxed && process.versions.node.startsWith("20."))
      setFlagsFromString("--experimental-wasm-relaxed-simd");
    if (WebAssembly.validate(bytes)) return { module: new WebAssembly.Module(bytes), relaxed };
  }
  return undefined;
}

/** Small at first: whoever allocates in it grows it. */
function reserve(): WebAssembly.Memory {
  for (const maximum of MAXIMA) {
    try {
      return new WebAssembly.Memory({ initial: HEAP_BASE / PAGE, maximum, shared: true });
    } catch {}
  }
  throw new RangeError("no address space for the wasm memory");
}

let forced: "wasm" | "plain" | undefined;
let threads: number = Math.min(availableParallelism(), 4);

/** Which twin of the kernels computes, on how many threads. */
export interface Backend {
  /** What large float32 tensors are computed with. */
  readonly name: "wasm" | "plain";
  /** "wasm" throws where there is none; small and non-float32 tensors are plain in any case. */
  force(name: "wasm" | "plain" | "auto"): void;
  /** Threads that large kernels may use, the calling one included: 1 to 16. */
  threads: number;
  /** One line about what computes. */
  describe(): string;
}

export const backend: Backend = {
  get name() {
    return forced !== "plain" && engine() ? "wasm" : "plain";
  },
  force(name) {
    if (name === "wasm" && !engine()) {
      throw new Error(
        process.env.GRADBOOK_BACKEND === "plain"
          ? "backend.force: the environment says GRADBOOK_BACKEND=plain; start without it to compute in wasm."
          : "backend.force: the wasm kernels are not built or cannot run here; `npm run lab` builds them.",
      );
    }
    forced = name === "auto" ? undefined : name;
  },
  get threads() {
    return threads;
  },
  set threads(count) {
    if (!Number.isInteger(count) || count < 1 || count > MAX_THREADS) {
      throw new RangeError(`backend.threads: ${count} is not a whole number from 1 to ${MAX_THREADS}.`);
    }
    threads = count;
  },
  describe() {
    if (backend.name === "plain") return "plain TypeScript, 1 thread";
    const { relaxed } = engine()!.features;
    return `wasm, SIMD${relaxed ? " with fused multiply-add" : ""}, ${threads} thread${threads === 1 ? "" : "s"}`;
  },
};

/** The engine, unless the plain twins are asked for. */
export function wanted(): Engine | undefined {
  return forced === "plain" ? undefined : engine();
}
