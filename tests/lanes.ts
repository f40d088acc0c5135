// Processes that run test files side by side; what they print comes out in one piece a process.
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
  const floor = new Floor();
  const reports: Report[] = [];
  async function lane(): Promise<void> {
    for (let job = waiting.shift(); job; job = waiting.shift()) reports.push(await runJob(job, args, floor));
  }
  await Promise.all(Array.from({ length: lanes }, lane));
  return reports;
}

async function runJob(job: Job, args: readonly string[], floor: Floor): Promise<Report> {
  const voice = floor.enter();
  const env = {
    ...process.env,
    // Tests that run tests do so in this lane.
    GRADBOOK_LANES: "1",
    ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}),
  };
  const child = fork(LANE, [...args, ...job], { env, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let report: Report | undefined;
  child.on("message", (message) => {
    report = message as Report;
  });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", voice.say);
  const ended = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(String(error)));
    child.on("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
    // What a test has left running may hold the pipes open.
    child.on("exit", (code, signal) => setTimeout(resolve, 2_000, signal ?? `exit code ${code}`));
  });
  const how = await ended;
  voice.leave();
  return report ?? lost(job, how);
}

/** Tests whose process ended before them are not passed over. */
function lost(job: Job, how: string): Report {
  const title = job.length === 1 ? `${job[0]}` : `${job[0]} and ${job.length - 1} more`;
  const failures = [{ title, why: `Its process ended before its tests did: ${how}` }];
  return { passed: 0, skipped: 0, failures, again: [], seconds: {} };
}

/** Lets one speak at a time: whoever came first speaks as it goes, the others when it has left. */
class Floor {
  readonly #inside: Voice[] = [];

  enter(): Voice {
    const voice = new Voice(() => this.#next());
    this.#inside.push(voice);
    this.#next();
    return voice;
  }

  #next(): void {
    for (;;) {
      // Those that have left say all at once, before one speaks who is still at it.
      const speaker =
        this.#inside.find((voice) => voice.speaks) ??
        this.#inside.find((voice) => voice.left) ??
        this.#inside[0];
      speaker?.speak();
      if (!speaker?.left) return;
      this.#inside.splice(this.#inside.indexOf(speaker), 1);
    }
  }
}

class Voice {
  speaks = false;
  left = false;
  #held = "";
  readonly #moved: () => void;

  constructor(moved: () => void) {
    this.#moved = moved;
  }

  readonly say = (text: string): void => {
    if (this.speaks) process.stdout.write(text);
    else this.#held += text;
  };

  speak(): void {
    this.speaks = true;
    process.stdout.write(this.#held);
    this.#held = "";
  }

  leave(): void {
    this.left = true;
    this.#moved();
  }
}
