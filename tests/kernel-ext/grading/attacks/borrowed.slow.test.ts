// Names that a test shares with answers: an answer's own import is not the test's.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readAssignment } from "../../../../kernel-ext/grading/assignment/read.ts";
import { openGrader } from "../../../../kernel-ext/grading/grade/pool.ts";
import type { SubmissionResult } from "../../../../kernel-ext/grading/results/result.ts";
import { type Cell, notebookText } from "./coursework.ts";

const IMPORT = `import { assert } from "chai";`;
const cell = (id: string, source: string, marks?: object): Cell => ({
  id,
  cell_type: "code",
  source,
  metadata: marks
    ? {
        nbgrader: {
          grade_id: id,
          schema_version: 3,
          locked: false,
          task: false,
          grade: false,
          solution: false,
          ...marks,
        },
      }
    : {},
});
const answer = (source: string): Cell => cell("one-answer", source, { solution: true });
const test = (source: string): Cell => cell("one-test", source, { grade: true, points: 2, locked: true });
const SOLUTION = `${IMPORT}\nfunction one(): number { assert.isTrue(true); return 1; }`;
const ASSERTS = "assert.strictEqual(one(), 1);";
const CHEAT = `const assert: any = { strictEqual() {}, isTrue() {} };\nfunction one(): any { return 2; }`;

describe("A test whose names an answer imports as well", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gradbook-borrowed-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function graded(course: readonly Cell[], handedIn: readonly Cell[]): Promise<SubmissionResult> {
    const path = join(folder, "one.ipynb");
    writeFileSync(path, notebookText(course));
    const grader = await openGrader({ level: "none", workers: 1 });
    try {
      const notebooks = [{ notebook: "one.ipynb", text: notebookText(handedIn) }];
      const submission = { student: { id: "eve" }, source: "eve", notebooks, hash: "eve", notes: [] };
      return await grader.grade({ assignment: readAssignment(path), submission });
    } finally {
      await grader.close();
    }
  }

  it("has the course's own, whatever the answer calls by that name", async () => {
    const given = cell("given", IMPORT);
    const course = [given, answer(SOLUTION), test(ASSERTS)];
    expect((await graded(course, [given, answer(CHEAT), test("")])).earned).to.equal(0);
    expect((await graded(course, [given, answer(SOLUTION), test("")])).earned).to.equal(2);
  });

  it("has its own import", async () => {
    const course = [answer(SOLUTION), test(`${IMPORT}\n${ASSERTS}`)];
    expect((await graded(course, [answer(CHEAT), test("")])).earned).to.equal(0);
    expect((await graded(course, [answer(SOLUTION), test("")])).earned).to.equal(2);
  });

  it("is refused where nobody but the answer imports them", async () => {
    const course = [answer(SOLUTION), test(ASSERTS)];
    const failure = await graded(course, [answer(CHEAT), test("")]).catch((error: unknown) => error);
    expect(String(failure)).to.include("uses assert, which only an answer imports");
  });
});
