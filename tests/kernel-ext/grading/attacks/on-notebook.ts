// Attacks by the notebook that is handed in: its metadata, its cells, its size.
import type { Attack } from "./attack.ts";
import { type Cell, HONEST, notebookText, studentsCells } from "./coursework.ts";

const WRONG = { normalise: "function normalise(xs: readonly number[]): any { return xs; }" };

/** A usual submission, with its cells changed. */
const changed = (
  name: string,
  change: (cells: Cell[]) => readonly Cell[],
  more: Partial<Attack> = {},
): Attack => ({
  name,
  answers: {},
  harmless: true,
  notebook: () => notebookText(change(studentsCells(WRONG))),
  ...more,
});

const raw = (name: string, text: () => string, more: Partial<Attack> = {}): Attack => ({
  name,
  answers: {},
  harmless: true,
  notebook: text,
  ...more,
});

const marked = (cell: Cell, marks: Record<string, unknown>, others: Record<string, unknown> = {}): Cell => ({
  ...cell,
  metadata: { ...cell.metadata, ...others, nbgrader: { ...(cell.metadata.nbgrader as object), ...marks } },
});
const code = (id: string, source: string, metadata: Cell["metadata"] = {}): Cell => ({
  id,
  cell_type: "code",
  metadata,
  source,
});
const mark = (id: string, more: object = {}): Cell["metadata"] => ({
  nbgrader: {
    grade: true,
    solution: false,
    locked: true,
    task: false,
    schema_version: 3,
    grade_id: id,
    points: 1000,
    ...more,
  },
});

export const onNotebook: readonly Attack[] = [
  changed("whose metadata raises all points", (cells) =>
    cells.map((cell) =>
      marked(cell, { points: 1000, grade: true }, { gradbook: { extra: true, seconds: 1e9, points: 1000 } }),
    ),
  ),
  changed("that replaces every test by one that passes", (cells) =>
    cells.map((cell) => (/(visible|hidden|check|test)$/.test(cell.id) ? { ...cell, source: "1000" } : cell)),
  ),
  changed("that brings tests of its own", (cells) => [
    ...cells,
    ...["normalise-hidden", "own-test", "__proto__", "constructor", "toString"].map((id) =>
      code(`more-${id}`, "1000", mark(id)),
    ),
  ]),
  changed("that marks its answers as graded by hand, and with points", (cells) =>
    cells.map((cell) =>
      cell.id.endsWith("answer") ? marked(cell, { grade: true, points: 1000, task: true }) : cell,
    ),
  ),
  changed(
    "that gives its tests the ids of answers and its answers those of tests",
    (cells) =>
      cells.map((cell) =>
        marked(cell, {
          grade_id: cell.id.endsWith("answer")
            ? cell.id.replace("answer", "test")
            : cell.id.replace(/visible|hidden|check|test/, "answer"),
        }),
      ),
    { unrun: true },
  ),
  changed("in which every cell is there three times", (cells) => [...cells, ...cells, ...cells]),
  changed("with an honest answer hidden behind a wrong one of the same id", (cells) => [
    code("first", HONEST.normalise, mark("normalise-answer", { grade: false, solution: true })),
    ...cells,
  ]),
  changed(
    "whose answers are text and raw cells",
    (cells) => cells.map((cell) => ({ ...cell, cell_type: "markdown" as const })),
    { unrun: true },
  ),
  changed("that puts its own code into the course's cells", (cells) =>
    cells.map((cell) =>
      cell.id === "imports" || cell.id === "nearly"
        ? {
            ...cell,
            source:
              "const assert: any = new Proxy(() => 4, { get: () => () => 4 });\nconst nearly: any = () => true;\nconst check: any = () => 4;",
          }
        : cell,
    ),
  ),
  changed("that shows outputs of tests that passed", (cells) =>
    cells.map((cell) =>
      Object.assign(cell, {
        outputs: [
          { output_type: "execute_result", data: { "text/plain": "1000" }, metadata: {}, execution_count: 1 },
        ],
      }),
    ),
  ),
  raw("with __proto__ and constructor wherever there is a name", () =>
    notebookText(studentsCells(WRONG)).replace(
      /"metadata": ?\{/g,
      '"__proto__": {"points": 1000, "part": "given", "polluted": true}, "constructor": {"prototype": {"points": 1000}}, "metadata": {"__proto__": {"nbgrader": {"points": 1000}},',
    ),
  ),
  raw(
    "that is 100,000 levels deep",
    () => `{"cells":${"[".repeat(1e5)}${"]".repeat(1e5)},"metadata":{},"nbformat":4,"nbformat_minor":5}`,
    { unrun: true },
  ),
  raw("of 60 MB in one output", () =>
    notebookText([
      ...studentsCells(WRONG),
      { id: "big", cell_type: "raw", metadata: {}, source: "x".repeat(6e7) },
    ]),
  ),
  raw(
    "of 3,000,000 empty objects",
    () => `{"cells":[${"{},".repeat(3e6)}{}],"metadata":{},"nbformat":4,"nbformat_minor":5}`,
    { unrun: true },
  ),
  raw("of 100,000 cells", () =>
    notebookText([
      ...studentsCells(WRONG),
      ...Array.from({ length: 1e5 }, (_, i) => code(`more-${i}`, `const more${i} = normalise;`)),
    ]),
  ),
  raw("that is no JSON", () => "PK\u0003\u0004 points: 1000", { unrun: true }),
  raw("that is empty", () => "", { unrun: true }),
  raw("that is a list", () => "[1000]", { unrun: true }),
  raw(
    "whose sources are no text",
    () =>
      notebookText(studentsCells({})).replace(
        /"source": "[\s\S]*?"(?=\s*[,}])/g,
        '"source": [["1000"], {"length": 1e9}, null, 5]',
      ),
    { unrun: true },
  ),
  raw("for another kernel", () => notebookText(studentsCells(WRONG)).replaceAll("typescript", "python"), {}),
];
