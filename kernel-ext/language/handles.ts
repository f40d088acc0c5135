// What a rewrite is told, and what it gives.
import type { Edit } from "./edits.ts";
import type { QuickLoops } from "./loops.ts";

export interface Rewritten {
  readonly edits: readonly Edit[];
  /** What has to run before the cell: hoisted functions and imports. */
  readonly prologue: string;
  readonly names: readonly string[];
}

/** Identifiers that the wrapper brings in; chosen so that the cell does not use them. */
export interface Handles {
  readonly names: string;
  readonly kernel: string;
  readonly run: string;
  /** How often the loop on copies has come round. */
  readonly rounds: string;
  /** Where that loop leaves its numbers on the way. */
  readonly box: string;
}

export interface Surroundings {
  /** Whether an earlier cell has declared this name. */
  readonly isKnown: (name: string) => boolean;
  /** Whether the cell imports this name as a type only. */
  readonly isType: (name: string) => boolean;
  /** Loops that may run on copies of the session's names. */
  readonly loops: QuickLoops;
}

export function chooseHandles(code: string): Handles {
  let suffix = "";
  const taken = [".", "_", "k", "t", "n", "b"];
  while (taken.some((sign) => code.includes(`$${suffix}${sign}`) || code.includes(`$${sign}${suffix}`)))
    suffix += "$";
  return {
    names: `$${suffix}`,
    kernel: `$k${suffix}`,
    run: `$t${suffix}`,
    rounds: `$n${suffix}`,
    box: `$b${suffix}`,
  };
}
