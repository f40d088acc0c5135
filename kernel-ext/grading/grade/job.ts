// One submission to grade, whole: plain data, so that it may go to another process or another machine.
import type { Assignment } from "../assignment/assignment.ts";
import type { Submission } from "../intake/submission.ts";
import type { SubmissionResult } from "../results/result.ts";
import type { Level } from "../sandbox/sandbox.ts";

export interface Job {
  readonly assignment: Assignment;
  readonly submission: Submission;
  /** What the tests draw their numbers by; others each time where it is not said. */
  readonly seed?: number;
}

export interface GraderOptions {
  readonly level: Level;
  readonly workers: number;
}

/** Grades jobs, as many at a time as it has workers; more wait. Never rejects because of a submission. */
export interface Grader {
  grade(job: Job): Promise<SubmissionResult>;
  close(): Promise<void>;
}
