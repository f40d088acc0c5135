// The limits as the kernel takes them, and how one tells from an end which of them it was.
import type { Limit } from "../results/result.ts";
import type { Limits } from "./sandbox.ts";

/** Files and folders on the scratch disk. */
export const MOST_FILES = 4096;

/** V8 from 13 on (Node 24) reserves half a GiB for machine code in a way that counts as data, and uses 1 or 2 % of it. */
const RESERVED = Number.parseInt(process.versions.v8, 10) >= 13 ? 2 ** 29 : 0;

type SoftAndHard = readonly [soft: number, hard: number];

/** By the names of RLIMIT_…; each is for one process, and the watch adds up what they have together. */
export function resourceLimits(limits: Limits): Record<string, SoftAndHard> {
  const both = (most: number): SoftAndHard => [most, most];
  const seconds = Math.max(1, Math.ceil(limits.cpu));
  return {
    // Addresses that are only reserved, as V8 does for wasm, are not counted; ArrayBuffers are.
    DATA: both(limits.memory + RESERVED),
    // First a signal that says why (SIGXCPU), a second later the one that nobody can catch.
    CPU: [seconds, seconds + 1],
    NPROC: both(limits.processes),
    NOFILE: both(limits.openFiles),
    FSIZE: both(limits.disk),
    CORE: both(0),
  };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote as errors. */
  readonly said: string;
}

const SAID: readonly (readonly [RegExp, Limit])[] = [
  // A thread needs descriptors too, and may lack these first.
  [/ERR_WORKER_INIT_FAILED/, "processes"],
  [
    /Reached heap limit|JavaScript heap out of memory|process out of memory|Array buffer allocation failed/i,
    "memory",
  ],
  [
    /ENOMEM|Cannot allocate memory|bad_alloc|Invalid (array|typed array) length|could not allocate memory/i,
    "memory",
  ],
  [/ENOSPC|EFBIG|EDQUOT|EMFILE|No space left on device|File too large|[Tt]oo many open files/, "files"],
  [/EAGAIN|Resource temporarily unavailable|Cannot fork|pthread_create|uv_thread_create/i, "processes"],
];

/** The limit that it ran into, as well as an end tells; nothing where it ended by itself. */
export function limitOf({ code, signal, said }: Ended): Limit | undefined {
  if (code === 0) return undefined;
  if (signal === "SIGXCPU") return "time";
  if (signal === "SIGXFSZ") return "files";
  // Which limit V8 or Node met is in its last words.
  const words = SAID.find(([pattern]) => pattern.test(said))?.[1];
  if (words) return words;
  // V8 and libuv end with a trap where the system gives no memory or thread and there is none left to say so.
  return signal === "SIGTRAP" || signal === "SIGABRT" || signal === "SIGILL" ? "memory" : undefined;
}
