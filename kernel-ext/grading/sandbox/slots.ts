// A user of its own for each sandbox that runs: then nothing of one can reach another, and processes are counted apart.
import { readFileSync } from "node:fs";

const FIRST = 2 ** 30;
/** A process id has at most 22 bits. */
const PER_PROCESS = 256;
/** Where only few users exist, as in a container: the last of them. */
const FEW = 4096;

/** Numbers from 0 up, the lowest free first. */
export class Slots {
  readonly #taken: Set<number> = new Set();

  take(): number {
    let slot = 0;
    while (this.#taken.has(slot)) slot++;
    this.#taken.add(slot);
    return slot;
  }

  free(slot: number): void {
    this.#taken.delete(slot);
  }
}

/** The user for a slot, another for each process of gradbook on this machine; none where we are not root. */
export function userOfSlot(slot: number): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const highest = highestUser();
  if (highest >= 2 * FIRST) return FIRST + process.pid * PER_PROCESS + (slot % PER_PROCESS);
  return highest - FEW + ((process.pid * 64 + slot) % FEW);
}

/** /proc/self/uid_map has lines of: first inside, first outside, how many. */
function highestUser(): number {
  try {
    const ends = readFileSync("/proc/self/uid_map", "utf8")
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number))
      .map(([first = 0, , count = 0]) => first + count);
    return Math.max(...ends);
  } catch {
    return 65_536;
  }
}
