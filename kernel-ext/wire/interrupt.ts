// Stopping the user thread from outside, mildest means first. All of them keep the session's state.
import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import type { ToSession } from "../session/messages.ts";
import type { Executions } from "./executions.ts";
import { log } from "./log.ts";

/** How long (ms) the cell may take to stop by itself before its thread is stopped, and between tries. */
const PATIENCE = 50;
/** Longest wait (ms) for a cell to stop: after it, native code is at work, and it will stop on return. */
const LONGEST = 2000;

let inspector: Session | undefined;

/**
 * Rejects what the cell awaits (the message), stops its synchronous code (SIGINT, which `breakOnSigint`
 * turns into an error), and where neither is heard, in a timer or after an `await`, terminates what runs.
 */
export async function interruptRun(executions: Executions, toSession: (m: ToSession) => void): Promise<void> {
  const run = executions.running;
  if (run === undefined) return;
  toSession({ type: "interrupt", run });
  process.kill(process.pid, "SIGINT");
  for (let waited = 0; waited < LONGEST; waited += PATIENCE) {
    await sleep(PATIENCE);
    if (executions.running !== run) return;
    terminate();
  }
  log("the cell is in native code and stops when that returns");
}

/** Ends the process when the user thread does not do so within `patience` ms after it was asked to. */
export async function stopUserThread(patience: number): Promise<void> {
  await sleep(PATIENCE);
  for (let waited = 0; waited < patience; waited += PATIENCE) {
    terminate();
    await sleep(PATIENCE);
  }
  process.kill(process.pid, "SIGKILL");
}

function terminate(): void {
  if (!inspector) {
    inspector = new Session();
    inspector.connectToMainThread();
  }
  inspector.post("Runtime.terminateExecution", () => {});
}
