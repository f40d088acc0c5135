// The way between the checker and the answers: two pipes that are read and written while everything waits, so that a
// call of a student's function is an ordinary call. What crosses is data.
import type { PreparedCell } from "../../language/language.ts";

/** A cell that is ready to run. */
export interface RunCell {
  readonly id: string;
  /** Stands in tracebacks, as "your cell 3". */
  readonly label: string;
  /** As the student wrote it. */
  readonly source: string;
  readonly cell: PreparedCell;
}

/** What became of a cell: what it threw, with the lines of its source. */
export interface Ran {
  readonly thrown?: string;
}

/** The pipe has ended: whoever answers was killed, or ended itself. */
export class AnswersGone extends Error {
  override name = "AnswersGone";
}

/** The answers of one student, in another process. Every call blocks until it has its answer. */
export interface Answers {
  run(cell: RunCell): Ran;
  has(name: string): boolean;
  /** The value of a name: plain data as a copy of it; a function, a class or an instance as what it can be called by. */
  value(name: string): unknown;
  /** What was printed since it was last asked, at most `limit` characters. */
  printed(): string;
}
