// What came of grading: plain data, written as JSON (schema: results/schema.json), from which every report is made.
import type { Student } from "../intake/submission.ts";
import type { Outcome } from "../judge.ts";

/** What an answer ran into. */
export type Limit = "time" | "memory" | "processes" | "files" | "output";

/** A type or syntax error in an answer, at the student's own line. */
export interface AnswerProblem {
  /** The answer's cell. */
  readonly cell: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The line of source. */
  readonly text: string;
}

export interface ExerciseResult {
  readonly notebook: string;
  /** The `grade_id` of the test or of the manual answer. */
  readonly id: string;
  /** In words, as "stable softmax". */
  readonly title: string;
  readonly points: number;
  /** Null where a person has to look. */
  readonly earned: number | null;
  readonly extra: boolean;
  /** The tests of a `check`, hidden ones among them; empty for a test cell that asserts by itself. */
  readonly outcomes: readonly Outcome[];
  /** Of a test cell that asserts by itself: its assertion's message. `hidden` where it comes from a hidden test, and no student reads it. */
  readonly failure?: { readonly message: string; readonly hidden: boolean };
  readonly limit?: Limit;
  /** What the answers' cells threw when they ran, with the student's own lines. */
  readonly thrown?: string;
  readonly problems: readonly AnswerProblem[];
  /** What the answers' cells printed when they ran, cut; nothing of what came when tests called them. */
  readonly printed?: string;
  /**
   * What answers printed when tests called them, cut. No student reads it where a test is hidden: an answer could print
   * what it is called with.
   */
  readonly printedInTests?: string;
  /** What the answers' cells drew when they ran: SVG, as text. */
  readonly figures?: readonly string[];
  /** What a manual answer says (Markdown or code), for whoever grades it. */
  readonly answer?: string;
  readonly seconds: number;
}

export interface SubmissionResult {
  readonly schema: 1;
  readonly assignment: string;
  readonly assignmentHash: string;
  readonly submissionHash: string;
  readonly student: Student;
  readonly source: string;
  readonly earned: number;
  /** What can be reached, extra credit left out. */
  readonly points: number;
  /** Whether exercises wait for a person. */
  readonly waits: boolean;
  readonly exercises: readonly ExerciseResult[];
  /** Why it could not be graded: one line. All exercises have 0 points then. */
  readonly fault?: string;
  readonly notes: readonly string[];
  readonly sandbox: string;
  readonly seconds: number;
  /** ISO 8601. */
  readonly graded: string;
}
