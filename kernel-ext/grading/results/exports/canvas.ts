// A file that Canvas's gradebook imports. Canvas tells students by its own id, and assignments by "Name (id)", which only
// its own export knows: that is filled, and all else in it stays. Without one, what is known goes where Canvas looks.

import { Trouble } from "../../../lab/trouble.mjs";
import type { Assignment } from "../../assignment/assignment.ts";
import { csv, csvLike, parseCsv, type Table } from "../csv.ts";
import type { SubmissionResult } from "../result.ts";
import { pointsText } from "../text.ts";
import { anyOrder, matched, type Row, type Way } from "./names.ts";
import type { ExportOptions } from "./options.ts";

const HEAD = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"];
const POSSIBLE = "Points Possible";

export function canvasCsv(
  results: readonly SubmissionResult[],
  assignment: Assignment,
  { roster, column, tell = () => {} }: ExportOptions = {},
): string {
  if (roster !== undefined) return filled(parseCsv(roster), results, assignment, column, tell);
  tell("Canvas knows students by its own ids: give its gradebook export as the roster, and they are matched");
  const rows = results.map(({ student, earned }) => [
    student.name ?? student.id,
    /^\d+$/.test(student.number ?? "") ? student.number! : "",
    "",
    student.id,
    "",
    pointsText(earned),
  ]);
  const possible = [`    ${POSSIBLE}`, "", "", "", "", pointsText(assignment.points)];
  return csv([[...HEAD, column ?? assignment.name], possible, ...rows]);
}

/** From what is surest to what is only likely. */
const WAYS: readonly Way[] = [
  { row: (row) => row.ID, student: ({ number }) => number },
  { row: (row) => row["SIS Login ID"], student: ({ id }) => id },
  { row: (row) => row["SIS User ID"], student: ({ id }) => id },
  { row: (row) => row["SIS Login ID"], student: ({ email }) => email },
  { row: (row) => row["SIS User ID"], student: ({ number }) => number },
  { row: (row) => row.ID, student: ({ id }) => id },
  { row: (row) => anyOrder(row.Student), student: ({ name }) => anyOrder(name) },
  // Canvas names downloaded files by the name without blanks and signs.
  { row: (row) => joined(row.Student), student: ({ id }) => joined(id) },
];

const joined = (name: string | undefined): string =>
  (name ?? "").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

function filled(
  table: Table,
  results: readonly SubmissionResult[],
  assignment: Assignment,
  column: string | undefined,
  tell: (line: string) => void,
): string {
  const [head = [], ...rest] = table.rows;
  if (!head[0]?.includes("Student") || !head.includes("ID"))
    throw new Trouble(
      "The roster is not a gradebook that Canvas has exported: its first line has no Student and ID",
      "in Canvas: Grades, Export, Export Entire Gradebook",
    );
  const at = columnFor(head, column ?? assignment.name);
  const isStudent = (row: readonly string[]): boolean =>
    !row[0]?.includes(POSSIBLE) && row[head.indexOf("ID")] !== "";
  const students = new Map<Row, string[]>(
    rest.filter(isStudent).map((row) => [Object.fromEntries(head.map((name, i) => [name, row[i]])), row]),
  );
  const { of, left } = matched([...students.keys()], results, WAYS);
  for (const [row, cells] of students) {
    const result = of.get(row);
    if (result) set(cells, at, pointsText(result.earned));
  }
  for (const row of rest)
    if (row[0]?.includes(POSSIBLE) && !row[at]) set(row, at, pointsText(assignment.points));
  set(head, at, head[at] ?? column ?? assignment.name);
  for (const { student } of left)
    tell(`${student.id} is not in Canvas's roster, so the export leaves it out`);
  return csvLike({ ...table, rows: [head, ...rest] });
}

/** Canvas writes "Name (123)"; a new name at the end makes a new assignment there. */
function columnFor(head: readonly string[], name: string): number {
  const same = head.indexOf(name);
  const numbered = head.flatMap((one, at) => (one.replace(/ \(\d+\)$/, "") === name ? [at] : []));
  if (same < 0 && numbered.length > 1)
    throw new Trouble(
      `The roster has ${numbered.length} columns for “${name}”: ${numbered.map((at) => head[at]).join(", ")}`,
      `name one with its number: --column "${head[numbered[0]!]}"`,
    );
  return same >= 0 ? same : (numbered[0] ?? head.length);
}

function set(row: string[], at: number, value: string): void {
  while (row.length < at) row.push("");
  row[at] = value;
}
