// nbgrader's gradebook, filled by nbgrader itself: its own code knows its tables, of whatever version it is.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { aside } from "../../lab/files.mjs";
import { Trouble } from "../../lab/trouble.mjs";
import type { Assignment, AssignmentCell, AssignmentNotebook } from "../assignment/assignment.ts";
import { namesOf } from "./exports/names.ts";
import { root } from "./own-files.ts";
import type { SubmissionResult } from "./result.ts";
import { cleaned, inLine } from "./text.ts";

const place: typeof import("../../lab/place.mjs") = await import(
  new URL("kernel-ext/lab/place.mjs", root).href
);
const SCRIPT = fileURLToPath(new URL("kernel-ext/grading/results/gradebook.py", root));

/**
 * A gradebook that is there is kept: other assignments and students, scores and comments by hand, late penalties. The
 * same results twice give the same gradebook. It is filled as a copy, which then takes its place.
 */
export async function nbgraderDatabase(
  results: readonly SubmissionResult[],
  assignment: Assignment,
  path: string,
): Promise<void> {
  const python = place.venvPython(fileURLToPath(root));
  if (!existsSync(python))
    throw new Trouble(
      "The Python environment with nbgrader, which fills its gradebook, is not here",
      "npm run lab",
    );
  const target = resolve(path);
  const content = {
    target,
    part: aside(target),
    assignment: assignment.name,
    notebooks: assignment.notebooks.map(notebookOf),
    submissions: results.map(submissionOf),
  };
  const { code, told } = await run(python, JSON.stringify(content, whole));
  if (code === 0) return;
  const [sentence, advice] = told.split(" → ", 2);
  throw new Trouble(sentence || `nbgrader ended with ${code} while its gradebook was filled`, advice);
}

/** Python writes no half characters to a database. */
const whole = (_key: string, value: unknown): unknown =>
  typeof value === "string" ? value.replace(/\p{Surrogate}/gu, "\ufffd") : value;

/** As nbgrader names it: without an ending. */
const nameOf = ({ name }: AssignmentNotebook): string => name.replace(/\.ipynb$/, "");

function notebookOf(notebook: AssignmentNotebook) {
  const display = notebook.language === "typescript" ? "TypeScript" : "JavaScript";
  const kernel = notebook.language === "typescript" ? "gradbook" : "gradbook-javascript";
  return {
    name: nameOf(notebook),
    kernelspec: { display_name: `${display} (gradbook)`, language: notebook.language, name: kernel },
    cells: notebook.cells.filter(isMarked).map(cellOf),
  };
}

/** What nbgrader has a row for. */
const isMarked = ({ part, locked = false }: AssignmentCell): boolean =>
  part === "answer" || part === "test" || part === "manual" || (part === "given" && locked);

/** Extra points count for a student, and not to what can be reached: such a cell has none to reach. */
function cellOf({ id, part, kind, points, extra, source, released, task = false }: AssignmentCell) {
  return {
    id,
    kind: kind === "code" ? "code" : "markdown",
    graded: part === "test" || part === "manual",
    solution: part === "answer" || (part === "manual" && !task),
    task,
    points: extra ? 0 : points,
    source: part === "test" ? source : (released ?? source),
  };
}

/** nbgrader's columns for names hold as many. */
const LONGEST = 100;

function submissionOf({ student, exercises }: SubmissionResult) {
  const { first, last } = namesOf(student);
  return {
    student: {
      id: cleaned(student.id),
      first_name: inLine(first, LONGEST),
      last_name: inLine(last, LONGEST),
      email: inLine(student.email ?? "", LONGEST),
    },
    scores: exercises.map(({ notebook, id, earned }) => ({
      notebook: notebook.replace(/\.ipynb$/, ""),
      cell: id,
      earned,
    })),
  };
}

/** What the script says on its standard error is one line, with what helps after an arrow. */
async function run(python: string, input: string): Promise<{ code: number | null; told: string }> {
  const env = place.pythonEnv();
  // nbgrader calls alembic by its name.
  const path = `${dirname(python)}${delimiter}${env.PATH ?? ""}`;
  const child = spawn(python, [SCRIPT], { env: { ...env, PATH: path }, stdio: ["pipe", "ignore", "pipe"] });
  let told = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    told = (told + chunk).slice(-20_000);
  });
  // A script that ends early does not read to the end.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const code = await new Promise<number | null>((done, fail) => {
    child.on("error", fail);
    child.on("close", done);
  });
  return { code, told: told.trim().split("\n").at(-1) ?? "" };
}
