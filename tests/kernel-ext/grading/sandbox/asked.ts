// What a trial is asked, and what it tells.
import type { End, Level, Limits } from "../../../../kernel-ext/grading/sandbox/sandbox.ts";

export interface Case {
  /** CommonJS, with the bait in `BAIT`. */
  readonly source: string;
  readonly limits?: Partial<Limits>;
  readonly readable?: readonly string[];
  /** Killed from another thread when it has printed "up". */
  readonly kill?: boolean;
  readonly times?: number;
}

export interface Asked {
  readonly level: Level;
  readonly cases: Readonly<Record<string, Case>>;
}

export interface Went {
  readonly end: End;
  readonly printed: string;
  readonly said: string;
  /** Processes of it that were there when it was up, and when it had ended. */
  readonly before: number;
  readonly left: number;
}

export interface Told {
  readonly went: Readonly<Record<string, Went>>;
  readonly warning?: string;
  /** Files in the folder for temporary files, when all was closed. */
  readonly files: readonly string[];
  /** What the bait's server was reached by. */
  readonly reached: readonly string[];
  readonly trouble?: string;
}

export const LIMITS: Limits = { memory: 2 ** 29, cpu: 20, processes: 40, disk: 2 ** 23, openFiles: 128 };
