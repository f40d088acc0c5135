// Moodle's offline grading worksheet, filled. Moodle tells rows by "Participant 123", leaves out those whose grade is
// above the greatest, and those that were changed there since the worksheet was taken.

import { Trouble } from "../../../lab/trouble.mjs";
import type { Assignment } from "../../assignment/assignment.ts";
import { csv, csvLike, parseCsv, type Table } from "../csv.ts";
import type { SubmissionResult } from "../result.ts";
import { pointsText } from "../text.ts";
import { anyOrder, matched, type Row, type Way } from "./names.ts";
import type { ExportOptions } from "./options.ts";

const IDENTIFIER = "Identifier";
const NAME = "Full name";
const EMAIL = "Email address";
const GRADE = "Grade";
const GREATEST = "Maximum Grade";
const HEAD = [
  IDENTIFIER,
  NAME,
  EMAIL,
  "Status",
  GRADE,
  GREATEST,
  "Grade can be changed",
  "Last modified (submission)",
  "Last modified (grade)",
  "Feedback comments",
];

export function moodleCsv(
  results: readonly SubmissionResult[],
  assignment: Assignment,
  { worksheet, column, scale = false, tell = () => {} }: ExportOptions = {},
): string {
  const grades = new Grades(assignment.points, scale, tell);
  if (worksheet !== undefined) return filled(parseCsv(worksheet), results, column ?? GRADE, grades, tell);
  const rows = results.map(({ student, earned }) => {
    const { number = "", id, name, email = "" } = student;
    if (!number)
      tell(
        `Moodle has no number for ${id} that is known here: give its worksheet, or its row is passed over`,
      );
    const identifier = number ? `Participant ${number}` : "";
    const grade = grades.text(earned, assignment.points, id);
    const whole = pointsText(assignment.points);
    return [identifier, name ?? id, email, "Submitted for grading", grade, whole, "Yes", "-", "-", ""];
  });
  return csv([HEAD, ...rows]);
}

class Grades {
  readonly #points: number;
  readonly #scale: boolean;
  readonly #tell: (line: string) => void;

  constructor(points: number, scale: boolean, tell: (line: string) => void) {
    this.#points = points;
    this.#scale = scale;
    this.#tell = tell;
  }

  /** Moodle passes over a grade above the greatest, so extra points end there. */
  text(earned: number, greatest: number, who: string): string {
    if (greatest !== this.#points && !this.#scale)
      throw new Trouble(
        `Moodle's greatest grade is ${pointsText(greatest)}, and the assignment has ${pointsText(this.#points)} points`,
        "set the greatest grade in Moodle and take the worksheet again, or --scale",
      );
    const grade = this.#points > 0 ? (earned * greatest) / this.#points : 0;
    if (grade > greatest)
      this.#tell(`${who} has more than Moodle's greatest grade, and gets ${pointsText(greatest)}`);
    return pointsText(Math.min(grade, greatest));
  }
}

const WAYS: readonly Way[] = [
  { row: (row) => /\d+$/.exec(row[IDENTIFIER] ?? "")?.[0], student: ({ number }) => number },
  { row: (row) => row[EMAIL], student: ({ email }) => email },
  { row: (row) => row[EMAIL], student: ({ id }) => id },
  { row: (row) => row["ID number"], student: ({ id }) => id },
  { row: (row) => row.Username, student: ({ id }) => id },
  { row: (row) => row[EMAIL]?.split("@", 1)[0], student: ({ id }) => id },
  { row: (row) => anyOrder(row[NAME]), student: ({ name }) => anyOrder(name) },
  { row: (row) => anyOrder(row[NAME]), student: ({ id }) => anyOrder(id) },
];

function filled(
  table: Table,
  results: readonly SubmissionResult[],
  column: string,
  grades: Grades,
  tell: (line: string) => void,
): string {
  const [head = [], ...rest] = table.rows;
  const at = head.indexOf(column);
  if (!head.includes(IDENTIFIER) || at < 0)
    throw new Trouble(
      `The worksheet's first line lacks “${head.includes(IDENTIFIER) ? column : IDENTIFIER}”`,
      "in Moodle, with its language set to English: View all submissions, Download grading worksheet; --column NAME names another column",
    );
  const students = new Map<Row, string[]>(
    rest.map((row) => [Object.fromEntries(head.map((name, i) => [name, row[i]])), row]),
  );
  const { of, left } = matched([...students.keys()], results, WAYS);
  for (const [row, cells] of students) {
    const result = of.get(row);
    if (!result) continue;
    // A worksheet in a language with decimal commas wants them back.
    const comma = /^\d+,\d+$/.test(row[GREATEST] ?? "");
    const greatest = Number((row[GREATEST] ?? "").replace(",", ".")) || result.points;
    const grade = grades.text(result.earned, greatest, result.student.id);
    while (cells.length <= at) cells.push("");
    cells[at] = comma ? grade.replace(".", ",") : grade;
  }
  for (const { student } of left)
    tell(`${student.id} is not in Moodle's worksheet, so the export leaves it out`);
  return csvLike({ ...table, rows: [head, ...rest] });
}
