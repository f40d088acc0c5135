// Several checkers, each a process of its own. What ends one costs the submission that it had, and after a second try.
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Trouble } from "../../lab/trouble.mjs";
import type { SubmissionResult } from "../results/result.ts";
import type { FromChecker, ToChecker } from "./checker-main.ts";
import type { Grader, GraderOptions, Job } from "./job.ts";
import { failedResult } from "./scores.ts";

const MAIN = fileURLToPath(new URL("./checker-main.js", import.meta.url));
/** How long (s) a submission may take beyond the time of its exercises, before its checker is given up. */
const PATIENCE = 30;
const TRIES = 2;
/** After so long (s), a checker counts as held up, and another one takes its place until it is free again. */
const SLOW = 2;
/** Checkers for each worker at most, as the held up ones still compute. */
const MOST_EACH = 4;
/** Where the system's own certificates are not asked for, Node starts sooner. */
const ENVIRONMENT = ["PATH", "HOME", "TMPDIR", "LANG", "TZ", "XDG_RUNTIME_DIR", "DOCKER_HOST"];

interface Waiting {
  readonly job: Job;
  readonly resolve: (result: SubmissionResult) => void;
  readonly reject: (error: Error) => void;
  tries: number;
}

export async function openGrader(options: GraderOptions): Promise<Grader> {
  const pool = new Pool(options);
  await pool.start();
  return pool;
}

class Pool implements Grader {
  readonly #options: GraderOptions;
  readonly #waiting: Waiting[] = [];
  readonly #checkers = new Set<CheckerProcess>();
  readonly #slow = new Set<CheckerProcess>();
  readonly #starting = new Set<Promise<CheckerProcess>>();
  #closed = false;

  constructor(options: GraderOptions) {
    this.#options = options;
  }

  /** The first tells whether the sandbox holds. */
  async start(): Promise<void> {
    await this.#add();
    await Promise.all(Array.from({ length: this.#options.workers - 1 }, () => this.#add()));
  }

  grade(job: Job): Promise<SubmissionResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject, tries: 0 });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const starting = [...this.#starting].map((one) => one.then((checker) => checker.close()));
    await Promise.allSettled([...[...this.#checkers].map((checker) => checker.close()), ...starting]);
  }

  async #add(): Promise<void> {
    const starting = CheckerProcess.start(this.#options);
    this.#starting.add(starting);
    const checker = await starting.finally(() => this.#starting.delete(starting));
    if (this.#closed) return checker.close();
    this.#checkers.add(checker);
    void checker.ended.then(() => {
      const left = this.#checkers.delete(checker);
      if (left && !this.#closed && this.#checkers.size < this.#options.workers)
        this.#add().catch((error) => this.#giveUp(error));
    });
    this.#next();
  }

  #next(): void {
    for (const checker of this.#checkers) {
      if (checker.isBusy) continue;
      const waiting = this.#waiting.shift();
      if (!waiting) return;
      void this.#hand(checker, waiting);
    }
  }

  async #hand(checker: CheckerProcess, waiting: Waiting): Promise<void> {
    const timer = setTimeout(() => this.#relieve(checker), 1000 * SLOW);
    const answer = await checker.grade(waiting.job);
    clearTimeout(timer);
    this.#slow.delete(checker);
    if (answer === undefined) this.#lost(waiting);
    else if (answer instanceof Error) waiting.reject(answer);
    else waiting.resolve(answer);
    if (this.#spare() > 0) this.#retire(checker);
    this.#next();
  }

  /** A few slow submissions would else hold up all others. */
  #relieve(checker: CheckerProcess): void {
    this.#slow.add(checker);
    if (this.#waiting.length === 0 || this.#closed || this.#spare() >= 0) return;
    const all = this.#checkers.size + this.#starting.size;
    if (all < MOST_EACH * this.#options.workers) this.#add().catch(() => {});
  }

  /** How many checkers there are beyond the workers, those that are held up left out. */
  #spare(): number {
    return this.#checkers.size + this.#starting.size - this.#slow.size - this.#options.workers;
  }

  #retire(checker: CheckerProcess): void {
    this.#checkers.delete(checker);
    void checker.close();
  }

  #lost(waiting: Waiting): void {
    if (++waiting.tries < TRIES) {
      this.#waiting.unshift(waiting);
      return;
    }
    const { assignment, submission } = waiting.job;
    const circumstances = { seconds: 0, sandbox: this.#options.level, notes: submission.notes };
    waiting.resolve(
      failedResult(
        assignment,
        submission,
        `It ended its checker ${TRIES} times: look at it by hand`,
        circumstances,
      ),
    );
  }

  /** No checker can be started any more. */
  #giveUp(error: Error): void {
    if (this.#checkers.size > 0) return;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

class CheckerProcess {
  readonly ended: Promise<void>;
  readonly #process: ChildProcess;
  readonly #known = new Set<string>();
  #take: ((answer: SubmissionResult | Error | undefined) => void) | undefined;
  #count = 0;

  private constructor(child: ChildProcess) {
    this.#process = child;
    this.ended = new Promise((resolve) => {
      child.once("exit", () => {
        this.#answer(undefined);
        resolve();
      });
    });
    child.on("message", (message: FromChecker) => {
      if (message.type === "graded") this.#answer(message.result);
      else if (message.type === "stuck") this.#answer(new Trouble(message.message, message.advice));
    });
  }

  static start({ level }: GraderOptions): Promise<CheckerProcess> {
    const env = Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]]));
    const child = fork(MAIN, [level], {
      env,
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execArgv: ["--no-warnings"],
    });
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said = (said + String(chunk)).slice(-2000);
    });
    return new Promise((resolve, reject) => {
      child.once("exit", () =>
        reject(new Trouble(`A checker did not start: ${said.trim()}`, "npm run doctor")),
      );
      child.once("message", (message: FromChecker) => {
        if (message.type === "ready") resolve(new CheckerProcess(child));
        else if (message.type === "failed") reject(new Trouble(message.message, message.advice));
      });
    });
  }

  get isBusy(): boolean {
    return this.#take !== undefined || !this.#process.connected;
  }

  /** Undefined where the process has ended over it. */
  async grade({ assignment, submission, seed }: Job): Promise<SubmissionResult | Error | undefined> {
    const { hash, notebooks } = assignment;
    const answer = new Promise<SubmissionResult | Error | undefined>((resolve) => {
      this.#take = resolve;
    });
    if (!this.#known.has(hash)) this.#send({ type: "assignment", assignment });
    this.#known.add(hash);
    const request = { type: "grade", id: ++this.#count, hash, submission } as const;
    this.#send(seed === undefined ? request : { ...request, seed });
    const seconds = notebooks.flatMap(({ cells }) =>
      cells.map((cell) => (cell.part === "test" ? cell.seconds : 0)),
    );
    const most = seconds.reduce((a, b) => a + b, PATIENCE);
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), 1000 * most);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), 5000);
    await this.ended;
    clearTimeout(timer);
  }

  #send(message: ToChecker): void {
    this.#process.send(message, (error) => {
      if (error) this.#process.kill("SIGKILL");
    });
  }

  #answer(answer: SubmissionResult | Error | undefined): void {
    const take = this.#take;
    this.#take = undefined;
    take?.(answer);
  }
}
