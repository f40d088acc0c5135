// A small assignment as a lecturer writes it for nbgrader, submissions to it, and the command that grades them.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../../../source.ts";

export const GRADBOOK: string = join(ROOT, "kernel-ext", "gradbook.mjs");

/** What it ends with, and all that it says. */
export function gradbook(...args: readonly string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [GRADBOOK, ...args], { encoding: "utf8" });
  return { status, said: stdout + stderr };
}

export interface Cell {
  readonly id: string;
  readonly cell_type: "code" | "markdown" | "raw";
  readonly metadata: Record<string, unknown>;
  readonly source: string;
  readonly outputs?: readonly unknown[];
  readonly execution_count?: null;
}

const code = (id: string, source: string, metadata: Record<string, unknown> = {}): Cell => ({
  id,
  cell_type: "code",
  metadata,
  source,
  outputs: [],
  execution_count: null,
});

const marks = (grade_id: string, more: Record<string, unknown>): Record<string, unknown> => ({
  nbgrader: {
    schema_version: 3,
    task: false,
    grade: false,
    solution: false,
    locked: false,
    grade_id,
    ...more,
  },
});

export const given = (id: string, source: string): Cell => code(id, source);

export const answer = (id: string, source: string): Cell =>
  code(id, `// BEGIN SOLUTION\n${source}\n// END SOLUTION`, marks(id, { solution: true }));

export const tests = (id: string, points: number, source: string, gradbook?: Record<string, unknown>): Cell =>
  code(id, source, { ...marks(id, { grade: true, locked: true, points }), ...(gradbook && { gradbook }) });

export const words = (id: string, points: number, source: string): Cell => ({
  id,
  cell_type: "markdown",
  metadata: marks(id, { grade: true, solution: true, points }),
  source: `### BEGIN SOLUTION\n${source}\n### END SOLUTION`,
});

export const notebook = (cells: readonly Cell[]): string =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: "gradbook", display_name: "TypeScript (gradbook)", language: "typescript" },
      language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/x-typescript" },
    },
    cells,
  });

const hidden = (source: string): string => `// BEGIN HIDDEN TESTS\n${source}\n// END HIDDEN TESTS`;

export const SOFTMAX = `function softmax(z: readonly number[]): number[] {
  const most = Math.max(...z);
  const powers = z.map((x) => Math.exp(x - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
}`;

/** Right for small scores. */
export const OVERFLOWS = `function softmax(z: readonly number[]): number[] {
  const powers = z.map(Math.exp);
  return powers.map((x) => x / powers.reduce((a, b) => a + b));
}`;

/** One exercise: 1 point for the visible tests, 3 for those that no student sees. */
export const homework: readonly Cell[] = [
  given("imports", 'import { assert } from "chai";'),
  answer("softmax", SOFTMAX),
  tests("softmax-visible", 1, "assert.closeTo(softmax([1, 2])[0]!, 0.2689, 1e-3);"),
  tests(
    "softmax-hidden",
    3,
    hidden(
      "const large = softmax([1000, 1001]);\nassert.closeTo(large[0]!, 0.2689, 1e-3);\nassert.closeTo(large[1]!, 0.7311, 1e-3);",
    ),
  ),
];

/** As a student hands it in: with another text in the place of an answer. */
export function submission(cells: readonly Cell[], answers: Readonly<Record<string, string>>): string {
  return notebook(cells.map((cell) => (cell.id in answers ? { ...cell, source: answers[cell.id]! } : cell)));
}
