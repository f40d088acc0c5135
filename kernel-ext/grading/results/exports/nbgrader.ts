// What `nbgrader export` writes: its columns, its numbers as Python prints them. No byte order mark, as programs read it.
import type { Assignment } from "../../assignment/assignment.ts";
import { csv } from "../csv.ts";
import type { SubmissionResult } from "../result.ts";
import { namesOf } from "./names.ts";

const COLUMNS = [
  "assignment",
  "duedate",
  "timestamp",
  "student_id",
  "last_name",
  "first_name",
  "email",
  "raw_score",
  "late_submission_penalty",
  "score",
  "max_score",
];

/** By student, as the gradebook lists them. Nobody has told when it was due or handed in, so nothing is late. */
export function nbgraderCsv(results: readonly SubmissionResult[], assignment: Assignment): string {
  const rows = inOrder(results).map(({ student, earned }) => {
    const { first, last } = namesOf(student);
    const score = pythonFloat(earned);
    const most = pythonFloat(assignment.points);
    return [assignment.name, "", "", student.id, last, first, student.email ?? "", score, "0.0", score, most];
  });
  // As Python's writer ends its lines here.
  return csv([COLUMNS, ...rows], { separator: ",", end: "\n" });
}

/** By last name, first name and id: the gradebook's own order, which knows no language. */
function inOrder(results: readonly SubmissionResult[]): SubmissionResult[] {
  const key = ({ student }: SubmissionResult): string[] => {
    const { first, last } = namesOf(student);
    return [last, first, student.id];
  };
  return [...results].sort((a, b) => compare(key(a), key(b)));
}

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((one, index) => one !== b[index]);
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1;
}

const pythonFloat = (number: number): string => (Number.isInteger(number) ? `${number}.0` : String(number));
