// The child of a worker: grades one job at a time, and may die of it.
import { Worker } from "node:worker_threads";
import { Trouble } from "../../lab/trouble.mjs";
import type { Grader, Job } from "../grade/job.ts";
import type { SubmissionResult } from "../results/result.ts";

/** What the child says to the worker. */
export type Word =
  | { readonly kind: "ready" }
  | { readonly kind: "trouble"; readonly message: string; readonly advice?: string }
  | { readonly kind: "result"; readonly result: SubmissionResult };

/** Ends this process when its parent is gone, also while it computes. */
const LEASH = `
const parent = process.ppid;
setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, "SIGKILL"); }, 1000);`;

export async function serve(open: () => Promise<Grader>): Promise<void> {
  // Who ends is the worker's to say: a signal to all of a group must not look like a death of the submission's.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  new Worker(LEASH, { eval: true }).unref();
  let grader: Grader | undefined;
  process.on("disconnect", () => {
    const closed = grader?.close() ?? Promise.resolve();
    void closed.catch(() => {}).finally(() => process.exit());
  });
  try {
    grader = await open();
  } catch (error) {
    return say(trouble(error));
  }
  const opened = grader;
  process.on("message", (job: Job) => {
    opened.grade(job).then(
      (result) => say({ kind: "result", result }),
      (error) => say(trouble(error)),
    );
  });
  say({ kind: "ready" });
}

function say(word: Word): void {
  // Where nobody listens any more, "disconnect" ends us.
  process.send?.(word, undefined, undefined, () => {});
}

function trouble(error: unknown): Word {
  const message = error instanceof Error ? error.message : String(error);
  const advice = error instanceof Trouble ? error.advice : undefined;
  return { kind: "trouble", message, ...(advice === undefined ? {} : { advice }) };
}
