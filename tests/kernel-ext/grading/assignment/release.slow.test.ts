// A release as nbgrader itself reads it.
import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { releaseAssignment } from "../../../../kernel-ext/grading/assignment/release.ts";
import { fromSource, ROOT } from "../../../source.ts";
import { answer, Ground, given, locked, type MadeCell, manual, notebookOf, solved, test } from "../made.ts";

const SCRIPT = `
import json, sys, nbformat
from nbgrader.nbgraderformat import read
from nbgrader.utils import compute_checksum, is_grade, is_solution, is_locked, is_task
notebook = read(sys.argv[1], as_version=4)
nbformat.validate(notebook)
marked = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
print(json.dumps([[c.metadata.nbgrader["grade_id"], compute_checksum(c) == c.metadata.nbgrader["checksum"],
  is_grade(c), is_solution(c), is_locked(c), is_task(c), c.metadata.nbgrader.get("points")] for c in marked]))
`;

describe("A release, to nbgrader", () => {
  const ground = new Ground();
  after(() => ground.remove());

  const task = {
    grade: false,
    solution: false,
    locked: true,
    task: true,
    grade_id: "task",
    points: 3,
    schema_version: 3,
  };
  const cells: readonly MadeCell[] = [
    given("words", "∂ words", "markdown"),
    locked("helper", "const h = '∂';"),
    {
      ...answer("f", solved("function f()", "return 1;")),
      nbgrader: { grade: false, solution: true, locked: false, grade_id: "f", schema_version: 1 },
    },
    test("f-check", "// BEGIN HIDDEN TESTS\nf(1);\n// END HIDDEN TESTS\nf();\n\n", 0.5),
    test("free", "f(2);", 0),
    manual("why", "because"),
    {
      id: "task",
      kind: "markdown",
      source: "Write.\nBEGIN MARK SCHEME\nyes\nEND MARK SCHEME\nWell.",
      nbgrader: task,
    },
    { id: "plain", source: "1", nbgrader: {} },
  ];

  for (const nbformat_minor of [2, 5])
    it(`is valid, with its checksums and marks (nbformat 4.${nbformat_minor})`, async () => {
      const { venvPython } =
        await fromSource<typeof import("../../../../kernel-ext/lab/place.mjs")>("lab/place.mjs");
      const made = nbformat_minor < 5 ? cells.map(({ id: _, ...cell }) => cell) : cells;
      const { folder } = releaseAssignment([ground.put("hw.ipynb", notebookOf(made, { nbformat_minor }))]);
      const output = execFileSync(venvPython(ROOT), ["-c", SCRIPT, `${folder}/hw.ipynb`], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
      expect(JSON.parse(output)).to.deep.equal([
        ["helper", true, false, false, true, false, null],
        ["f", true, false, true, false, false, null],
        ["f-check", true, true, false, true, false, 0.5],
        ["free", true, true, false, true, false, 0],
        ["why", true, true, true, false, false, 2],
        ["task", true, false, false, true, true, 3],
      ]);
    }).timeout(60_000);
});
