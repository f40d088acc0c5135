// A grader whose behaviour is chosen by the submission's text, to try the queue's: a real process that a worker starts.
import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Job } from "../../../../kernel-ext/grading/grade/job.ts";
import { serve } from "../../../../kernel-ext/grading/queue/serve.ts";
import type { SubmissionResult } from "../../../../kernel-ext/grading/results/result.ts";

const log = process.env.STAND_IN_LOG ?? "";

await serve(async () => ({ grade, close: async () => {} }));

async function grade(job: Job): Promise<SubmissionResult> {
  const text = job.submission.notebooks[0]?.text ?? "";
  const [what, how] = text.slice(0, 100).split(" ");
  appendFileSync(log, `${job.submission.student.id} ${process.pid}\n`);
  if (what === "slow") await delay(Number(how));
  if (what === "exit") process.exit(7);
  if (what === "kill") process.kill(process.pid, "SIGKILL");
  if (what === "kill-worker") process.kill(process.ppid, "SIGKILL");
  if (what === "refuse" && !existsSync(`${log}.fit`)) throw new Error("there is no room");
  while (what === "hang");
  return {
    schema: 1,
    assignment: job.assignment.name,
    assignmentHash: job.assignment.hash,
    submissionHash: job.submission.hash,
    student: job.submission.student,
    source: job.submission.source,
    earned: text.length,
    points: job.assignment.points,
    waits: false,
    exercises: [],
    notes: [],
    sandbox: "none",
    seconds: 0,
    graded: new Date().toISOString(),
  };
}
