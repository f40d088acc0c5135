// Notebooks, assignments and folders made for a test.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Assignment } from "../../../kernel-ext/grading/assignment/assignment.ts";
import { readAssignment } from "../../../kernel-ext/grading/assignment/read.ts";

export interface MadeCell {
  readonly id?: string;
  readonly kind?: "code" | "markdown" | "raw";
  readonly source?: unknown;
  readonly nbgrader?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly outputs?: readonly unknown[];
  readonly attachments?: unknown;
}

const TYPESCRIPT = { kernelspec: { name: "gradbook", display_name: "TypeScript", language: "typescript" } };

export function notebookOf(
  cells: readonly MadeCell[],
  whole: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    cells: cells.map(
      ({ id, kind = "code", source = "", nbgrader, metadata = {}, outputs = [], attachments }) => ({
        ...(id === undefined ? {} : { id }),
        cell_type: kind,
        metadata: { ...metadata, ...(nbgrader ? { nbgrader } : {}) },
        source,
        ...(kind === "code" ? { outputs, execution_count: null } : {}),
        ...(attachments ? { attachments } : {}),
      }),
    ),
    metadata: TYPESCRIPT,
    nbformat: 4,
    nbformat_minor: 5,
    ...whole,
  });
}

const flags = (grade: boolean, solution: boolean, locked: boolean) => ({
  grade,
  solution,
  locked,
  task: false,
  schema_version: 3,
});

export const answer = (grade_id: string, source: unknown): MadeCell => ({
  id: grade_id,
  source,
  nbgrader: { ...flags(false, true, false), grade_id },
});

export const test = (
  grade_id: string,
  source: unknown,
  points: unknown = 1,
  gradbook?: object,
): MadeCell => ({
  id: grade_id,
  source,
  nbgrader: { ...flags(true, false, true), grade_id, points },
  ...(gradbook ? { metadata: { gradbook } } : {}),
});

export const manual = (grade_id: string, source: unknown, points: unknown = 2): MadeCell => ({
  id: grade_id,
  kind: "markdown",
  source,
  nbgrader: { ...flags(true, true, false), grade_id, points },
});

export const locked = (grade_id: string, source: unknown): MadeCell => ({
  id: grade_id,
  source,
  nbgrader: { ...flags(false, false, true), grade_id },
});

export const given = (id: string, source: unknown, kind: "code" | "markdown" = "code"): MadeCell => ({
  id,
  source,
  kind,
});

export const planted = (id: string, source: unknown, gradbook: object): MadeCell => ({
  id,
  kind: "raw",
  source,
  metadata: { tags: ["planted"], gradbook },
});

export const solved = (head: string, ...lines: readonly string[]): string =>
  [`${head} {`, "  // BEGIN SOLUTION", ...lines.map((line) => `  ${line}`), "  // END SOLUTION", "}"].join(
    "\n",
  );

/** A folder for a test, and the way to fill and to take it away. */
export class Ground {
  readonly folder: string = mkdtempSync(join(tmpdir(), "gradbook intake é "));

  put(path: string, content: string | Buffer): string {
    const place = join(this.folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
    return place;
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One notebook, `homework.ipynb`, with an answer `add-answer`, its test, and given cells. */
export const HOMEWORK: readonly MadeCell[] = [
  given("words", "Add two numbers.", "markdown"),
  given("imports", "const offset = 0;"),
  answer(
    "add-answer",
    solved("function add(a: number, b: number)", "const sum = a + b + offset;", "return sum;"),
  ),
  test(
    "add-check",
    "// BEGIN HIDDEN TESTS\nassert.equal(add(20, 22), 42);\n// END HIDDEN TESTS\nassert.equal(add(1, 2), 3);",
    2,
  ),
];

export function homework(
  ground: Ground,
  cells: readonly MadeCell[] = HOMEWORK,
  name = "homework",
): Assignment {
  return readAssignment(ground.put(join("course", `${name}.ipynb`), notebookOf(cells)));
}

/** What a student hands in of `HOMEWORK`. */
export const handedIn = (body: string, ...more: readonly MadeCell[]): string =>
  notebookOf([
    given("imports", "const offset = 0;"),
    ...more,
    answer("add-answer", `function add(a: number, b: number) {\n  ${body}\n}`),
    test("add-check", "assert.equal(add(1, 2), 3);", 100),
  ]);
