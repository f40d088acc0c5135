// Where answers run. Whoever starts one gets a sandbox that has proved itself (prove.ts), or an error that says what to
// install.
import type { ChildProcess } from "node:child_process";
import type { Limit } from "../results/result.ts";

export const LEVELS = ["bwrap", "landlock", "container", "none"] as const;
export type Level = (typeof LEVELS)[number];

export interface Limits {
  /** Bytes of memory for all of it. */
  readonly memory: number;
  /** Seconds of computing. Time on the clock is for whoever started it to watch. */
  readonly cpu: number;
  readonly processes: number;
  /** Bytes on the scratch disk, and of one file. */
  readonly disk: number;
  readonly openFiles: number;
}

export interface Launch {
  /** The program and what it is called with; the program is found by its path. */
  readonly command: readonly [program: string, ...args: string[]];
  /** Descriptors of ours that the program has as 3, 4, …; ours are not closed. */
  readonly descriptors: readonly number[];
  /** Files and folders that it can read besides the system's programs and libraries; nothing else of the disk is there. */
  readonly readable: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: Limits;
}

/** How it went: `limit` where it ran into one that the sandbox sees. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly limit?: Limit;
}

export interface Sandboxed {
  readonly process: ChildProcess;
  /** To be killed with SIGKILL, from any thread, to end everything in it. */
  readonly pid: number;
  /** Resolves when nothing of it is left, its scratch files neither. */
  readonly ended: Promise<End>;
  kill(): void;
}

export interface Sandbox {
  readonly level: Level;
  /** A line for the report where it holds less than it should, as at level `none`. */
  readonly warning?: string;
  launch(launch: Launch): Sandboxed;
  /** Ends what still runs, and takes away what it has made. */
  close(): Promise<void>;
}
