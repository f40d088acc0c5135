// Every format that results can be exported to, for `--export` and for the list that `gradbook export` prints.

import { writeAside } from "../../lab/files.mjs";
import { Trouble } from "../../lab/trouble.mjs";
import type { Assignment } from "../assignment/assignment.ts";
import { canvasCsv } from "./exports/canvas.ts";
import { gradescopeJson } from "./exports/gradescope.ts";
import { junitXml } from "./exports/junit.ts";
import { moodleCsv } from "./exports/moodle.ts";
import { nbgraderCsv } from "./exports/nbgrader.ts";
import type { ExportOptions } from "./exports/options.ts";
import { nbgraderDatabase } from "./gradebook.ts";
import type { SubmissionResult } from "./result.ts";
import { summaryCsv, summaryPage } from "./summary.ts";

type Make = (
  results: readonly SubmissionResult[],
  assignment: Assignment,
  options: ExportOptions,
) => string | Uint8Array;

type Fill = (results: readonly SubmissionResult[], assignment: Assignment, path: string) => Promise<void>;

export interface Format {
  /** In a list, after its name. */
  readonly about: string;
  /** What its file is called where nobody names one. */
  readonly file: string;
  /** Text or bytes; for a file that is kept and filled, `fill`. */
  readonly make?: Make;
  readonly fill?: Fill;
}

export const FORMATS: Readonly<Record<string, Format>> = {
  nbgrader: { about: "CSV as nbgrader exports it", file: "grades.csv", make: nbgraderCsv },
  gradebook: {
    about: "nbgrader's own gradebook, a database; one that is there is kept and updated",
    file: "gradebook.db",
    fill: nbgraderDatabase,
  },
  canvas: {
    about: "CSV for Canvas's gradebook (--roster FILE: its export, filled)",
    file: "canvas.csv",
    make: canvasCsv,
  },
  moodle: {
    about: "CSV for Moodle's offline grading (--worksheet FILE: its worksheet, filled)",
    file: "moodle.csv",
    make: moodleCsv,
  },
  gradescope: {
    about: "results.json of a Gradescope autograder",
    file: "gradescope.json",
    make: gradescopeJson,
  },
  junit: { about: "JUnit's XML: a suite for each student", file: "junit.xml", make: junitXml },
  json: {
    about: "everything, by the schema in kernel-ext/grading/results/schema.json",
    file: "results.json",
    make: json,
  },
  summary: {
    about: "the class in a CSV, with a column for each exercise",
    file: "summary.csv",
    make: summaryCsv,
  },
  page: { about: "the class in a page", file: "summary.html", make: summaryPage },
};

function json(results: readonly SubmissionResult[]): string {
  return `${JSON.stringify(results, null, 2)}\n`;
}

export function formatNamed(name: string): Format {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (format) return format;
  throw new Trouble(`There is no format “${name}”`, `one of ${Object.keys(FORMATS).join(", ")}`);
}

/** Writes the results in a format to a file, whole or not at all. */
export async function exportTo(
  name: string,
  results: readonly SubmissionResult[],
  assignment: Assignment,
  path: string,
  options: ExportOptions = {},
): Promise<void> {
  const { make, fill } = formatNamed(name);
  if (make) writeAside(path, make(results, assignment, options));
  await fill?.(results, assignment, path);
}
