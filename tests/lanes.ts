// Processes that run test files side by side. What one prints comes out when it has ended, unless it is the only one.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Report } from "./lane.ts";

const LANE = fileURLToPath(new URL("lane.js", import.meta.url));

/** What one process runs. */
export type Job = readonly string[];

/** Runs the jobs in their order, as many at a time as there are lanes. */
export async function runLanes(
  jobs: readonly Job[],
  lanes: number,
  args: readonly string[],
): Promise<readonly Report[]> {
  const waiting = [...jobs];
  const reports: Report[] = [];
  async function lane(): Promise<void> {
    for (let job = waiting.shift(); job; job = waiting.shift())
      reports.push(await runJob(job, args, jobs.length === 1));
  }
  await Promise.all(Array.from({ length: lanes }, lane));
  return reports;
}

/** Where CI tries tests again, it does so with what goes before and after them, by the whole job. */
async function runJob(job: Job, args: readonly string[], alone: boolean): Promise<Report> {
  const first = await tryJob(job, args, alone);
  const hooks = first.failures.filter(({ hook }) => hook);
  if (!process.env.CI || hooks.length === 0) return first;
  const second = await tryJob(job, args, alone);
  const failed = new Set(second.failures.map(({ title }) => title));
  return { ...second, again: [...second.again, ...hooks.filter(({ title }) => !failed.has(title))] };
}

async function tryJob(job: Job, args: readonly string[], alone: boolean): Promise<Report> {
  // Tests that run tests do so in this lane.
  const env = { ...process.env, GRADBOOK_LANES: "1" };
  const out = alone ? "inherit" : "pipe";
  const child = fork(LANE, [...args, ...job], { env, stdio: ["ignore", out, out, "ipc"] });
  let said = "";
  let report: Report | undefined;
  child.on("message", (message) => {
    report = message as Report;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(String(error)));
    child.on("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
    // What a test has left running may hold the pipes open.
    child.on("exit", (code, signal) => setTimeout(resolve, 2_000, signal ?? `exit code ${code}`));
  });
  const how = await ended;
  process.stdout.write(said);
  return report ?? lost(job, how);
}

/** Tests whose process ended before them are not passed over. */
function lost(job: Job, how: string): Report {
  const title = job.length === 1 ? `${job[0]}` : `${job[0]} and ${job.length - 1} more`;
  const failures = [{ title, why: `Its process ended before its tests did: ${how}`, hook: false }];
  return { passed: 0, skipped: 0, failures, again: [], seconds: {} };
}
