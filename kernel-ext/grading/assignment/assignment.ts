// What a lecturer hands out, as grading sees it: the instructor's notebooks, taken apart into cells with a part each.
// Everything that decides about points comes from here, and nothing of it from a submission.

/** What a cell is for. */
export type CellPart =
  /** Code or text that is the course's: imports, helpers, explanations. */
  | "given"
  /** Where the student writes code. */
  | "answer"
  /** Code that tests answers, for points. */
  | "test"
  /** An answer that a person grades: text or code. */
  | "manual"
  /** A planted wrong answer (`verify` tries it); never handed out. */
  | "planted";

export interface AssignmentCell {
  /** nbgrader's `grade_id`; the notebook's own id for cells without one. */
  readonly id: string;
  readonly part: CellPart;
  readonly kind: "code" | "markdown" | "raw";
  /** As the instructor wrote it: with solutions and hidden tests. */
  readonly source: string;
  /** As it is handed out: a stub for a solution, no hidden tests. Undefined where it is not. */
  readonly released: string | undefined;
  /** Of tests and of manual answers. */
  readonly points: number;
  /** Points on top: they count for the student, and not to what can be reached (`metadata.gradbook.extra`). */
  readonly extra: boolean;
  /** How long a test may take, with its answers (`metadata.gradbook.seconds`). */
  readonly seconds: number;
  /** Of given cells: a student's change does not count, as nbgrader undoes it. */
  readonly locked?: boolean;
  /** A task of nbgrader's: a text that asks, with the answer in cells that the student adds below. */
  readonly task?: boolean;
  /** Of a planted answer: the exercise, the points that it must get, and words of the feedback. */
  readonly planted?: { readonly exercise: string; readonly points: number; readonly told: string };
}

export interface AssignmentNotebook {
  /** The file's name without its folder. */
  readonly name: string;
  readonly language: "typescript" | "javascript";
  readonly cells: readonly AssignmentCell[];
}

export interface Assignment {
  readonly name: string;
  readonly notebooks: readonly AssignmentNotebook[];
  /** All that can be reached, extra credit left out. */
  readonly points: number;
  /** Of everything that decides about points: another one means that all is to be graded again. */
  readonly hash: string;
}
