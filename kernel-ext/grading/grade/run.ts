// A run over all that was handed in: grades what is new or has changed, writes each result as it comes, and goes on
// where an earlier run was cut off.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Screen } from "../../lab/screen.mjs";
import { counted, duration } from "../../lab/screen.mjs";
import { Trouble } from "../../lab/trouble.mjs";
import type { Assignment } from "../assignment/assignment.ts";
import { readAssignment } from "../assignment/read.ts";
import type { Submission } from "../intake/submission.ts";
import { type Taken, takeIn } from "../intake/take-in.ts";
import type { ExportOptions } from "../results/exports/options.ts";
import { formatNamed } from "../results/formats.ts";
import type { SubmissionResult } from "../results/result.ts";
import type { Level } from "../sandbox/sandbox.ts";
import type { Grader } from "./job.ts";
import { openGrader } from "./pool.ts";
import { ResultFolder } from "./result-folder.ts";

export interface GradeOptions {
  readonly assignment: string;
  readonly submissions: readonly string[];
  readonly out: string;
  readonly level: Level | undefined;
  readonly workers: number;
  /** Grades all anew. */
  readonly again: boolean;
  /** Grades elsewhere: opens who does. */
  readonly elsewhere: (() => Promise<Grader>) | undefined;
  readonly exports: readonly string[];
  readonly list: PlatformList;
}

/** A learning platform's own list, to fill in. */
export interface PlatformList {
  /** The file. */
  readonly roster: string | undefined;
  /** The column to fill, where it is not the assignment's name. */
  readonly column: string | undefined;
  /** Whether grades go up or down to the platform's greatest. */
  readonly scale: boolean;
}

/** How many are read and waiting, for each that is being graded. */
const READ_AHEAD = 3;
/** And where others grade: there may be many of them. */
const HANDED_OUT = 256;

/** Returns the exit code: 1 where a submission could not be graded. */
export async function gradeAll(options: GradeOptions, screen: Screen): Promise<number> {
  const assignment = readAssignment(options.assignment);
  const run = new Run(assignment, options, screen);
  return run.go();
}

function readRoster(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new Trouble(`${path} cannot be read`, "--roster takes the CSV that Canvas or Moodle exports");
  }
}

function exportOptions({ roster, column, scale }: PlatformList, tell: (line: string) => void): ExportOptions {
  const list = roster === undefined ? undefined : readRoster(roster);
  return {
    ...(list !== undefined && { roster: list, worksheet: list }),
    ...(column !== undefined && { column }),
    scale,
    tell,
  };
}

interface Fault {
  readonly student: string;
  readonly fault: string;
}

class Run {
  readonly #assignment: Assignment;
  readonly #options: GradeOptions;
  readonly #screen: Screen;
  readonly #folder: ResultFolder;
  /** What is said of them at the end; the results themselves are in the folder, and memory stays flat. */
  readonly #faults: Fault[] = [];
  readonly #started = performance.now();
  #graded = 0;
  #known = 0;
  #waits = 0;

  constructor(assignment: Assignment, options: GradeOptions, screen: Screen) {
    this.#assignment = assignment;
    this.#options = options;
    this.#screen = screen;
    this.#folder = new ResultFolder(options.out, assignment);
  }

  async go(): Promise<number> {
    const { submissions, workers, level, elsewhere, exports, list } = this.#options;
    // Before an hour of work, not after it.
    for (const name of exports) formatNamed(name);
    const options = exportOptions(list, (line) => this.#screen.say(line));
    const taken = await takeIn(submissions, this.#assignment);
    const grader = await (elsewhere?.() ?? openGrader({ level: level ?? "bwrap", workers }));
    try {
      await this.#all(taken, grader, elsewhere ? HANDED_OUT : workers * READ_AHEAD);
    } finally {
      await grader.close();
    }
    this.#screen.clear();
    const all = this.#folder.finish();
    const status = this.#report();
    await this.#folder.export(all, exports, options);
    return status;
  }

  /** A few at a time, so that not all are in memory. */
  async #all(taken: readonly Taken[], grader: Grader, most: number): Promise<void> {
    const waiting = [...taken];
    const total = waiting.length;
    const work = async (): Promise<void> => {
      for (let one = waiting.shift(); one; one = waiting.shift()) {
        const submission = await one.read();
        this.#note(await this.#one(submission, grader));
        this.#progress(total);
      }
    };
    await Promise.all(Array.from({ length: Math.min(most, total) }, work));
  }

  async #one(submission: Submission, grader: Grader): Promise<SubmissionResult> {
    const known = this.#options.again ? undefined : this.#folder.known(submission);
    if (known) {
      this.#known++;
      return known;
    }
    const result = await grader.grade({ assignment: this.#assignment, submission });
    this.#folder.write(result);
    this.#graded++;
    return result;
  }

  #note({ student, fault, waits }: SubmissionResult): void {
    if (fault !== undefined) this.#faults.push({ student: student.id, fault });
    if (waits) this.#waits++;
  }

  #progress(total: number): void {
    const seconds = (performance.now() - this.#started) / 1000;
    const rate = seconds > 0 ? Math.round((60 * this.#graded) / seconds) : 0;
    const done = this.#graded + this.#known;
    this.#screen.progress(done, total, `${done} of ${total}, ${rate} a minute`);
  }

  #report(): number {
    const { out } = this.#options;
    for (const { student, fault } of this.#faults) this.#screen.say(`✗ ${student}: ${fault}`);
    const spent = performance.now() - this.#started;
    const parts = [
      `${counted(this.#graded, "submission")} graded in ${duration(spent)}`,
      ...(this.#known ? [`${this.#known} unchanged since the last run`] : []),
      ...(this.#faults.length ? [`${this.#faults.length} could not be graded`] : []),
      ...(this.#waits ? [`${this.#waits} wait for a person`] : []),
    ];
    this.#screen.say(`${parts.join(", ")}; ${join(out, "summary.html")} shows all`);
    return this.#faults.length ? 1 : 0;
  }
}
