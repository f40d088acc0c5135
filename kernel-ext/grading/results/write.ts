// Where results lie: a file with all of it and a page for each student, as soon as they are there, and the class's at
// the end. Every file is written aside and renamed.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeAside } from "../../lab/files.mjs";
import type { Assignment } from "../assignment/assignment.ts";
import { nbgraderCsv } from "./exports/nbgrader.ts";
import { feedbackPage } from "./feedback.ts";
import type { SubmissionResult } from "./result.ts";
import { summaryCsv, summaryPage } from "./summary.ts";

export interface StudentFiles {
  readonly result: string;
  readonly feedback: string;
}

/** For resuming: a student's files, whether they are there or not. */
export function studentFiles(student: string, dir: string): StudentFiles {
  const name = fileNameOf(student);
  return { result: join(dir, "results", `${name}.json`), feedback: join(dir, "feedback", `${name}.html`) };
}

/** The page first: a result that is there has one. */
export function writeStudent(result: SubmissionResult, assignment: Assignment, dir: string): StudentFiles {
  const files = studentFiles(result.student.id, dir);
  writeAside(files.feedback, feedbackPage(result, assignment));
  writeAside(files.result, `${JSON.stringify(result, null, 2)}\n`);
  return files;
}

export function writeSummary(
  results: readonly SubmissionResult[],
  assignment: Assignment,
  dir: string,
): void {
  writeAside(join(dir, "summary.html"), summaryPage(results, assignment));
  writeAside(join(dir, "summary.csv"), summaryCsv(results, assignment));
  writeAside(join(dir, "grades.csv"), nbgraderCsv(results, assignment));
}

export function writeResults(
  results: readonly SubmissionResult[],
  assignment: Assignment,
  dir: string,
): void {
  for (const result of results) writeStudent(result, assignment, dir);
  writeSummary(results, assignment, dir);
}

const LONGEST = 80;
/** What every file system takes, and no shell or page minds. */
const PLAIN = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}_@+, .-]*[\p{L}\p{M}\p{N}_@+-])?$/u;
/** Windows keeps these for itself, whatever ends them. */
const KEPT = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** What a name gets that is not plain: a plain one that looks like it could be somebody's. */
const HASHED = /-[0-9a-f]{8}$/;

/** A student's id as a file's name: the id itself where it is plain, and else with a hash of it, so that no two are the same. */
export function fileNameOf(id: string): string {
  const plainly = PLAIN.test(id) && !KEPT.test(id) && !HASHED.test(id);
  if (plainly && id.length <= LONGEST && id === id.normalize("NFC")) return id;
  const plain = id
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_@+-]+/gu, "-")
    .replace(/^[^\p{L}\p{N}]+|-+$/gu, "");
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 8);
  // By characters, and short enough for names of 255 bytes.
  return `${[...plain].slice(0, LONGEST / 2).join("") || "student"}-${hash}`;
}
