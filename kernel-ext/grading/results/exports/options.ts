// What exports can be told.
import type { Level } from "../../sandbox/sandbox.ts";

export interface ExportOptions {
  /** The gradebook as Canvas exports it (its CSV text), whose column is filled. */
  readonly roster?: string;
  /** The offline grading worksheet as Moodle exports it (its CSV text), whose column is filled. */
  readonly worksheet?: string;
  /** The name of the column to fill, where it is not the assignment's. */
  readonly column?: string;
  /** Grades go up or down to the platform's greatest grade, where that is another. */
  readonly scale?: boolean;
  /** When Gradescope shows hidden tests' points; never what is in them. */
  readonly hidden?: "hidden" | "after_due_date" | "after_published";
  /** The sandbox's level where grading runs in somebody else's container. */
  readonly sandbox?: Level;
  /** What a lecturer should know, a line each: students without a row, rows without a student. */
  readonly tell?: (line: string) => void;
}
