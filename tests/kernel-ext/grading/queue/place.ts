// What the tests of the queue share: a Redis, workers as processes of their own, and jobs.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Assignment } from "../../../../kernel-ext/grading/assignment/assignment.ts";
import type { Grader, Job } from "../../../../kernel-ext/grading/grade/job.ts";
import { type QueueGraderOptions, queueGrader } from "../../../../kernel-ext/grading/queue/queue-grader.ts";
import { type QueueStatus, queueStatus } from "../../../../kernel-ext/grading/queue/status.ts";
import { OwnRedis } from "./redis.ts";

const WORKER = fileURLToPath(new URL("./worker-main.js", import.meta.url));

export const ASSIGNMENT: Assignment = {
  name: "softmax",
  hash: "a1",
  points: 4,
  notebooks: [
    {
      name: "softmax.ipynb",
      language: "typescript",
      cells: [
        {
          id: "t",
          part: "test",
          kind: "code",
          source: "",
          released: "",
          points: 4,
          extra: false,
          seconds: 0.2,
        },
      ],
    },
  ],
};

export function job(student: string, text: string): Job {
  const hash = createHash("sha256").update(text).digest("hex");
  const notebooks = [{ notebook: "softmax.ipynb", text }];
  return {
    assignment: ASSIGNMENT,
    submission: { student: { id: student }, source: `${student}.zip`, notebooks, hash, notes: [] },
  };
}

export const jobs = (count: number, text: string): Job[] =>
  Array.from({ length: count }, (_, n) => job(`student${n}`, text));

/** A worker in a process of its own. */
export class WorkerProcess {
  readonly process: ChildProcess;
  said = "";

  constructor(options: object, log: string) {
    const env = { ...process.env, STAND_IN_LOG: log };
    this.process = spawn(process.execPath, [WORKER, JSON.stringify({ workers: 1, ...options })], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.on("data", (text) => {
        this.said += text;
      });
  }

  get gone(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  async says(words: RegExp): Promise<void> {
    await until(() => words.test(this.said) || this.gone);
    expect(this.said).to.match(words);
  }
}

export class Place {
  readonly redis: OwnRedis;
  readonly log: string;
  readonly said: string[] = [];
  readonly #workers: WorkerProcess[] = [];
  readonly #graders: Grader[] = [];

  private constructor(redis: OwnRedis) {
    this.redis = redis;
    this.log = join(redis.folder, "runs.log");
  }

  static async open(options?: Parameters<typeof OwnRedis.start>[0]): Promise<Place> {
    return new Place(await OwnRedis.start(options));
  }

  /** Workers that have joined. */
  async workers(count: number, options: object = {}): Promise<WorkerProcess[]> {
    const made = Array.from(
      { length: count },
      () => new WorkerProcess({ url: this.redis.url, ...options }, this.log),
    );
    this.#workers.push(...made);
    await Promise.all(made.map((worker) => worker.says(/has joined/)));
    return made;
  }

  async grader(options: Partial<QueueGraderOptions> = {}): Promise<Grader> {
    const say = (line: string) => this.said.push(line);
    const grader = await queueGrader({ url: this.redis.url, say, ...options });
    this.#graders.push(grader);
    return grader;
  }

  status(): Promise<QueueStatus> {
    return queueStatus({ url: this.redis.url }, () => {});
  }

  /** Each time a grader began with a submission: who, and the grader's process. */
  runs(): { student: string; pid: number }[] {
    if (!existsSync(this.log)) return [];
    const lines = readFileSync(this.log, "utf8").trimEnd().split("\n");
    return lines.map((line) => {
      const [student = "", pid] = line.split(" ");
      return { student, pid: Number(pid) };
    });
  }

  runsOf(student: string): number {
    return this.runs().filter((run) => run.student === student).length;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#graders.map((grader) => grader.close()));
    for (const { process: worker } of this.#workers) worker.kill("SIGKILL");
    await until(() => this.#workers.every((worker) => worker.gone));
    const pids = [...new Set(this.runs().map(({ pid }) => pid))];
    await this.redis.remove();
    await until(() => !pids.some(lives));
  }
}

export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function until(holds: () => boolean, seconds = 20): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Not within ${seconds} s: ${holds}`);
    await delay(20);
  }
}
