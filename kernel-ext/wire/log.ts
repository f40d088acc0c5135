// The wire thread's console would pass through the user thread, which may be busy: it writes by itself.
import { writeSync } from "node:fs";

/** A line grows no longer than this (characters): what is quoted in it comes from anyone. */
const LONGEST = 500;

export function log(line: string): void {
  try {
    writeSync(2, `gradbook kernel: ${line.slice(0, LONGEST).replace(/\p{Cc}/gu, " ")}\n`);
  } catch {
    // A closed stderr must not stop the kernel.
  }
}

export function logDropped(channel: string, error: unknown): void {
  log(`dropped a message on ${channel}: ${error instanceof Error ? error.message : String(error)}`);
}
