// A small assignment: tests by plain asserts, some of them hidden, by a number, by `check`; and an answer in words.
import type { Notebook } from "../../../../kernel-ext/lab/release.mjs";

export type Cell = Notebook["cells"][number];
type Marks = Readonly<Record<string, unknown>>;

const PLAIN: Marks = { grade: false, solution: false, locked: false, task: false, schema_version: 3 };

export function cell(id: string, source: string, marks?: Marks, kind = "code"): Cell {
  const metadata = marks ? { nbgrader: { ...PLAIN, grade_id: id, ...marks } } : {};
  const code = kind === "code" ? { outputs: [], execution_count: null } : {};
  return { id, cell_type: kind, source: [source], metadata, ...code };
}

export const notebook = (cells: readonly Cell[]): Notebook => ({
  cells: [...cells],
  metadata: {
    kernelspec: { display_name: "TypeScript (gradbook)", language: "typescript", name: "gradbook" },
    language_info: { file_extension: ".ts", mimetype: "text/x-typescript", name: "typescript" },
  },
  nbformat: 4,
  nbformat_minor: 5,
});

/** Two answers with the same steps, so that one text serves both. */
const signature = (name: string): string => `function ${name}(z: readonly number[]): number[]`;
const RIGHT = `const most = Math.max(...z);
  const e = z.map((x) => Math.exp(x - most));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((x) => x / sum);`;
const OVERFLOWS = `const e = z.map(Math.exp);
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((x) => x / sum);`;

const solution = (text: string): string => `// BEGIN SOLUTION\n  ${text}\n  // END SOLUTION`;
const withBody = (name: string, body: string): string => `${signature(name)} {\n  ${body}\n}`;
const even = (text: string): string => `const even = (n: number): boolean => {\n  ${text}\n};`;

const answer = (id: string, source: string): Cell => cell(id, source, { solution: true });
const test = (id: string, points: number, source: string): Cell =>
  cell(id, source, { grade: true, locked: true, points });

/** Stands in a hidden test's text. */
export const SECRET = "scores above a thousand";

/** What an answer in words must say. */
const WORDS = "Because *sums* of exponentials overflow.";

export const assignment: Notebook = notebook([
  cell("imports", 'import assert from "node:assert/strict";\nimport { check } from "gradbook/exercises";'),
  answer("softmax", withBody("softmax", solution(RIGHT))),
  test("softmax-seen", 1, "assert.deepEqual(softmax([0, 0]), [0.5, 0.5]);"),
  test(
    "softmax-hidden",
    3,
    `// More is tested when it is graded.
// BEGIN HIDDEN TESTS
assert.ok(Math.abs(softmax([1001, 1000])[0]! - 0.7310585786300049) < 1e-12, "${SECRET}");
// END HIDDEN TESTS`,
  ),
  answer("even", even(solution("return n % 2 === 0;"))),
  test("even-partly", 3, "[even(2), !even(-3), even(0)].filter((holds) => holds).length * 0.5 + 1.5"),
  answer("stable", withBody("stableSoftmax", solution(RIGHT))),
  test("stable-check", 4, 'check("stable-softmax", { stableSoftmax })'),
  cell(
    "words",
    `Why?\n# BEGIN SOLUTION\n${WORDS}\n# END SOLUTION`,
    { grade: true, solution: true, points: 2 },
    "markdown",
  ),
]);

/** What a student has done to the released copy. */
interface Work {
  /** By cell; an empty one leaves the stub. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly edits?: (cells: Cell[]) => Cell[];
}

export interface Student extends Work {
  /** A sentence with the submission as its subject. */
  readonly does: string;
  /** The marks that are not full; null where there is none. */
  readonly marks?: Readonly<Record<string, number | null>>;
}

export const FULL: Readonly<Record<string, number | null>> = {
  "softmax-seen": 1,
  "softmax-hidden": 3,
  "even-partly": 3,
  "stable-check": 4,
  words: null,
};

const NOTHING = { "softmax-seen": 0, "softmax-hidden": 0 };
const right = (name: string, before: string): string => withBody(name, `${before}\n  ${RIGHT}`);

export const students: Readonly<Record<string, Student>> = {
  correct: { does: "is right" },
  overflows: {
    does: "overflows for large scores",
    answers: { softmax: withBody("softmax", OVERFLOWS), stable: withBody("stableSoftmax", OVERFLOWS) },
    marks: { "softmax-hidden": 0, "stable-check": 1 },
  },
  wrong: {
    does: "is wrong",
    answers: { softmax: withBody("softmax", "return [...z];"), even: even("return n < 0;") },
    marks: { ...NOTHING, "even-partly": 1.5 },
  },
  unanswered: {
    does: "is the stub, in code and in words",
    answers: Object.fromEntries(["softmax", "even", "stable", "words"].map((id) => [id, ""])),
    marks: { ...NOTHING, "even-partly": 0, "stable-check": 0, words: 0 },
  },
  types: {
    does: "has a type error, and is right for one of three numbers",
    answers: {
      softmax: withBody("softmax", `const one: string = 1;\n  ${RIGHT}`),
      even: even("return n > 1;"),
    },
    marks: { ...NOTHING, "even-partly": 2.5 },
  },
  syntax: {
    does: "has a syntax error",
    answers: { softmax: `${signature("softmax")} { return z.map((x => x); }` },
    marks: NOTHING,
  },
  warns: {
    does: "warns at its top level",
    answers: {
      softmax: `console.warn("started");\n${withBody("softmax", RIGHT)}\nconsole.error("done");`,
      even: `process.emitWarning("old");\nprocess.stderr.write("even\\n");\n${even("return n % 2 === 0;")}`,
    },
  },
  "warns-inside": {
    does: "warns in the functions that the tests call",
    answers: {
      softmax: right("softmax", 'console.warn(z); console.error("z"); console.trace("here");'),
      even: even('process.stderr.write("n is " + n); process.emitWarning("slow"); return n % 2 === 0;'),
      stable: right("stableSoftmax", 'console.warn("stable"); console.assert(false, "never");'),
    },
  },
  exits: {
    does: "ends the process, at its top level and in a function that a test calls",
    answers: { softmax: "process.exit(0);", stable: withBody("stableSoftmax", "process.abort();") },
    marks: { ...NOTHING, "stable-check": 0 },
  },
  prints: {
    does: "prints 50 MB, in lines and in one line",
    answers: {
      softmax: `${withBody("softmax", RIGHT)}\nfor (let i = 0; i < 1e6; i++) console.log("x".repeat(49));`,
      even: even('process.stderr.write("y".repeat(1.7e7)); return n % 2 === 0;'),
    },
  },
  loops: {
    does: "loops, at its top level and, printing, in a function that a test calls",
    answers: {
      softmax: "while (true);",
      stable: withBody("stableSoftmax", "for (let i = 0; ; i++) console.error(i);"),
    },
    marks: { ...NOTHING, "stable-check": 0 },
  },
  "changes-tests": {
    does: "has other tests, and more points for them",
    answers: { softmax: withBody("softmax", "return [];") },
    edits: (cells) => cells.map((one) => (one.metadata.nbgrader?.grade ? easier(one) : one)),
    marks: NOTHING,
  },
  "removes-an-answer": {
    does: "has lost an answer's cell",
    edits: (cells) => cells.filter(({ id }) => id !== "even"),
    marks: { "even-partly": 0 },
  },
  "adds-cells": {
    does: "has cells of its own: with an error, with a test's name, from another assignment, of an older nbgrader",
    edits: (cells) => [
      ...cells.slice(0, 1),
      cell("mine", "const two: number = 'two';"),
      cell("text", "# Mine", undefined, "markdown"),
      cell("double", "throw new Error('mine');", { grade: true, grade_id: "softmax-seen", points: 1 }),
      ...cells.slice(1),
      cell("elsewhere", "throw 1;", { grade: true, points: 5 }),
      cell("old", "1", { grade: true, points: 5, schema_version: 1 }),
    ],
  },
  "removes-tests": {
    does: "has lost two tests",
    edits: (cells) => cells.filter(({ id }) => id !== "softmax-hidden" && id !== "stable-check"),
    marks: { "softmax-hidden": null, "stable-check": null },
  },
};

function easier(one: Cell): Cell {
  const nbgrader = { ...one.metadata.nbgrader, points: 100 };
  const source = one.cell_type === "code" ? ["100"] : one.source;
  return { ...one, source, metadata: { ...one.metadata, nbgrader } };
}

/** What a student hands in: the released copy, with the source's solutions where there are no other answers. */
export function handIn(
  released: Notebook,
  source: Notebook,
  { answers = {}, edits = (cells) => cells }: Work = {},
): Notebook {
  const cells = released.cells.map((one): Cell => {
    const solved = source.cells.find(({ id }) => id === one.id);
    if (!one.metadata.nbgrader?.solution || !solved) return one;
    const text = answers[one.id] ?? solved.source.join("");
    return text === "" ? one : { ...one, source: [text] };
  });
  return { ...released, cells: edits(cells) };
}
