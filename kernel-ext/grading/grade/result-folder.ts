// The folder of a run: what is there from the runs before, and what this one adds.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "../../lab/files.mjs";
import type { Assignment } from "../assignment/assignment.ts";
import type { Submission } from "../intake/submission.ts";
import type { ExportOptions } from "../results/exports/options.ts";
import { exportTo, formatNamed } from "../results/formats.ts";
import type { SubmissionResult } from "../results/result.ts";
import { studentFiles, writeStudent, writeSummary } from "../results/write.ts";

export class ResultFolder {
  readonly #path: string;
  readonly #assignment: Assignment;

  constructor(path: string, assignment: Assignment) {
    this.#path = path;
    this.#assignment = assignment;
  }

  /** The result of the same work by the same tests, if there is one. */
  known({ student, hash, notes }: Submission): SubmissionResult | undefined {
    const { result } = studentFiles(student.id, this.#path);
    const known = readResult(result);
    if (known?.assignmentHash !== this.#assignment.hash || known.submissionHash !== hash) return undefined;
    // What could not be graded may be graded now: the fault may have been ours, or the machine's.
    if (known.fault !== undefined) return undefined;
    // What is said of it may have changed with what lies around it.
    return notes.every((note) => known.notes.includes(note)) ? known : undefined;
  }

  write(result: SubmissionResult): void {
    writeStudent(result, this.#assignment, this.#path);
  }

  /** The class: all that are here by this assignment, from this run and from those before. */
  finish(): readonly SubmissionResult[] {
    const folder = join(this.#path, "results");
    const all = readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => readResult(join(folder, name)))
      .filter((result) => result !== undefined)
      .filter(({ assignmentHash }) => assignmentHash === this.#assignment.hash)
      .sort((a, b) => (a.student.id < b.student.id ? -1 : 1));
    writeSummary(all, this.#assignment, this.#path);
    return all;
  }

  async export(
    results: readonly SubmissionResult[],
    formats: readonly string[],
    options: ExportOptions,
  ): Promise<void> {
    for (const name of formats) {
      const path = join(this.#path, formatNamed(name).file);
      await exportTo(name, results, this.#assignment, path, options);
    }
  }
}

function readResult(path: string): SubmissionResult | undefined {
  const found = readJson(path) as SubmissionResult | undefined;
  return found?.schema === 1 ? found : undefined;
}
