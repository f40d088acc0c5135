// One job after the other, in a worker's places.
import type { Job as Entry } from "bullmq";
import { duration } from "../../lab/screen.mjs";
import type { Trouble } from "../../lab/trouble.mjs";
import type { Job } from "../grade/job.ts";
import { failedResult } from "../grade/scores.ts";
import type { SubmissionResult } from "../results/result.ts";
import type { Connection } from "./connection.ts";
import { DEATHS, type Ticket, VERSION } from "./names.ts";
import type { Runs } from "./runs.ts";
import type { Slot } from "./slot.ts";
import { takeAssignment, takeSubmission } from "./store.ts";
import type { WorkerOptions } from "./worker.ts";

/** Gone for good, put off for a moment, or given back as it was. */
export type Left = "over" | "later" | "back";

/** As many submissions that no grader takes, or graders that do not start, one after the other: it is this machine. */
const UNFIT = 3;
/** Milliseconds until what has killed a grader is tried again: others come first. */
const PAUSE = 1_000;

export class Work {
  leaving = false;
  onUnfit: (trouble: Trouble) => void = () => {};
  readonly #connection: Connection;
  readonly #runs: Runs;
  readonly #slots: readonly Slot[];
  readonly #free: Slot[];
  readonly #options: WorkerOptions;
  readonly #refused = new Set<string>();
  #unfit = 0;

  constructor(connection: Connection, runs: Runs, slots: readonly Slot[], options: WorkerOptions) {
    this.#connection = connection;
    this.#runs = runs;
    this.#slots = slots;
    this.#free = [...slots];
    this.#options = options;
  }

  get busy(): number {
    return this.#slots.length - this.#free.length;
  }

  /** Ends what is being graded; it is given back. */
  drop(): void {
    this.leaving = true;
    for (const slot of this.#slots) slot.close();
  }

  async on(entry: Entry<Ticket>, token: string | undefined): Promise<Left> {
    const id = entry.id ?? "";
    // BullMQ gives no more jobs than there are places.
    const slot = this.#free.pop();
    if (!slot) return back(entry, token);
    try {
      // Left by another version, of which nobody is there: who waits for it hands it in again.
      if (entry.data.version !== VERSION) return "over";
      const job = await this.#read(entry);
      // What Redis has lost a part of is handed in again by whoever waits for it, once it is gone.
      if (!job) return "over";
      const begun = await this.#runs.begin(id);
      if (begun.state === "done") return "over";
      if (begun.state === "aside") return await this.#setAside(id, job, "went with its whole worker");
      return await this.#grade(slot, entry, token, job, begun.run);
    } finally {
      this.#free.push(slot);
    }
  }

  async #read(entry: Entry<Ticket>): Promise<Job | undefined> {
    const [assignment, own] = await Promise.all([
      takeAssignment(this.#connection, entry.data.assignmentHash),
      takeSubmission(this.#connection, entry.id ?? ""),
    ]);
    return assignment && own ? { assignment, ...own } : undefined;
  }

  async #grade(
    slot: Slot,
    entry: Entry<Ticket>,
    token: string | undefined,
    job: Job,
    run: string,
  ): Promise<Left> {
    const id = entry.id ?? "";
    const { say } = this.#options;
    const who = job.submission.student.id;
    const outcome = await slot.grade(job, this.#seconds(job));
    // While we leave, a fault may come from what ends with us.
    if (this.leaving && !("result" in outcome && outcome.result.fault === undefined)) {
      await this.#runs.release(id, run);
      say(`${who}: given back`);
      return back(entry, token);
    }
    if ("result" in outcome) return this.#finish(id, outcome.result);
    if ("unfit" in outcome) {
      await this.#runs.release(id, run);
      say(`${who}: given back, because ${outcome.unfit.message}`);
      if (++this.#unfit >= UNFIT) this.onUnfit(outcome.unfit);
      return later(entry, token);
    }
    const died = "died" in outcome ? outcome.died : `gave up: ${outcome.refused.message}`;
    const deaths = await this.#runs.bury(id, run);
    say(`${who}: its grader ${died} (${deaths} of ${DEATHS})`);
    if ("refused" in outcome && this.#refused.add(id).size >= UNFIT) this.onUnfit(outcome.refused);
    if (deaths < DEATHS) return later(entry, token);
    return this.#setAside(id, job, died);
  }

  async #finish(id: string, result: SubmissionResult): Promise<Left> {
    this.#unfit = 0;
    this.#refused.clear();
    const first = await this.#runs.finish(id, result);
    const came = result.fault ?? `${result.earned} of ${result.points} in ${duration(result.seconds * 1000)}`;
    this.#options.say(`${result.student.id}: ${first ? came : "another worker was first"}`);
    return "over";
  }

  async #setAside(id: string, job: Job, last: string): Promise<Left> {
    const fault = `It killed its grader ${DEATHS} times; the last one ${last}`;
    const { assignment, submission } = job;
    const circumstances = { seconds: 0, sandbox: this.#options.level, notes: submission.notes };
    await this.#runs.finish(id, failedResult(assignment, submission, fault, circumstances), true);
    this.#options.say(`${job.submission.student.id}: set aside`);
    return "over";
  }

  /** The grader has its own clocks, and tries twice; this one is for a grader that hangs itself. */
  #seconds({ assignment }: Job): number {
    const tests = assignment.notebooks.flatMap(({ cells }) => cells.filter(({ part }) => part === "test"));
    const own = tests.reduce((sum, { seconds }) => sum + seconds, 0);
    return 2 * own + (this.#options.slack ?? 120);
  }
}

async function back(entry: Entry<Ticket>, token: string | undefined): Promise<Left> {
  await entry.moveToWait(token);
  return "back";
}

async function later(entry: Entry<Ticket>, token: string | undefined): Promise<Left> {
  await entry.moveToDelayed(Date.now() + PAUSE, token);
  return "later";
}
