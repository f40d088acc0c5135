// The autograder's zip in the layout that Gradescope documents: set up, and run on a submission.
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { readAssignment } from "../../../../kernel-ext/grading/assignment/read.ts";
import { ELSEWHERE } from "../../../../kernel-ext/grading/results/elsewhere.ts";
import type { Notebook } from "../../../../kernel-ext/lab/release.mjs";
import { fromSource, ROOT } from "../../../source.ts";
import { unzipped } from "./unzipped.ts";

const run = promisify(execFile);
const NAME = "20-beam-search.ipynb";
const PATH = join(ROOT, "notebooks", NAME);

describe("the autograder for Gradescope, in its layout", function () {
  this.timeout(300_000);
  let root: string;
  let env: NodeJS.ProcessEnv;
  let student: Notebook;

  before(async function () {
    // Its set-up would bring it, which is not a test's to do.
    if (spawnSync("bwrap", ["--version"]).status !== 0) this.skip();
    const { released } =
      await fromSource<typeof import("../../../../kernel-ext/lab/release.mjs")>("lab/release.mjs");
    student = released(JSON.parse(readFileSync(PATH, "utf8")), NAME);
    root = mkdtempSync(join(tmpdir(), "gradbook autograder "));
    env = { ...process.env, AUTOGRADER_ROOT: root, npm_config_prefer_offline: "true" };
    const zip = ELSEWHERE.autograder!.make(readAssignment(PATH), [PATH]) as Uint8Array;
    for (const [name, { bytes, mode }] of unzipped(zip)) {
      const path = join(root, "source", name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes, { mode: mode & 0o777 });
      if (name === "run_autograder") writeFileSync(join(root, name), bytes, { mode: mode & 0o777 });
    }
    mkdirSync(join(root, "results"));
    await run(join(root, "source", "setup.sh"), [], { env, cwd: root });
  });
  after(() => {
    if (root) rmSync(root, { recursive: true, force: true });
  });

  const SOLUTION = `function totalLogProbability(next: (beginning: readonly number[]) => readonly number[], tokens: readonly number[]): number {
  return tokens.reduce((total, token, i) => total + Math.log(next(tokens.slice(0, i))[token]!), 0);
}`;

  it("grades a submission: points of tests that are shown with words, of hidden ones without", async () => {
    const cells = student.cells.map((cell) =>
      cell.id === "total-log-probability-answer" ? { ...cell, source: [SOLUTION] } : cell,
    );
    mkdirSync(join(root, "submission"));
    writeFileSync(join(root, "submission", NAME), JSON.stringify({ ...student, cells }));
    await run(join(root, "run_autograder"), [], { env, cwd: root });
    const text = readFileSync(join(root, "results", "results.json"), "utf8");
    const results = JSON.parse(text);
    expect(results.score, text).to.equal(4);
    const hidden = results.tests.filter(
      (test: { visibility: string }) => test.visibility === "after_published",
    );
    expect(hidden[0]).to.deep.equal({
      name: "total log probability: a hidden test (4)",
      score: 1,
      max_score: 1,
      status: "passed",
      visibility: "after_published",
    });
    // Titles of the lesson's hidden tests.
    expect(text).not.to.match(
      /equals the library on random models|keeps the likeliest of many|greedy when narrow/,
    );
    expect(text).to.include("It is not written yet.");
  });
});
