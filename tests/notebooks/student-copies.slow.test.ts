// What a student is handed: no answer in it, and nbgrader takes it.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import type { Notebook } from "../../kernel-ext/lab/release.mjs";
import { fromSource, ROOT } from "../source.ts";
import { exercisesOf, lessons, sourceOf } from "./lessons.ts";

type ReleaseModule = typeof import("../../kernel-ext/lab/release.mjs");
type Findings = Readonly<Record<string, unknown>>;

describe("What students are handed", () => {
  let released: ReleaseModule["released"];
  let folder: string;
  before(async () => {
    ({ released } = await fromSource<ReleaseModule>("lab/release.mjs"));
    folder = mkdtempSync(join(tmpdir(), "student é "));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const lesson of lessons) {
    const exercises = exercisesOf(lesson);

    it(`holds no line of a solution, hidden test or planted answer (${lesson.name})`, () => {
      const handed = JSON.stringify(released(lesson.source, lesson.name)).replace(/\\n/g, "\n");
      expect(handed).not.to.match(/BEGIN SOLUTION|HIDDEN TESTS/);
      for (const { solution, check, planted } of exercises) {
        const secret = [inside(solution, "SOLUTION"), inside(check, "HIDDEN TESTS")].flat();
        for (const line of secret) expect(handed).not.to.include(JSON.stringify(line).slice(1, -1));
        for (const { source } of planted) expect(handed).not.to.include(JSON.stringify(source).slice(1, -1));
      }
    });

    it(`is accepted by nbgrader when it is solved, and not before (${lesson.name})`, async function () {
      this.timeout(120_000);
      const stub = onlyExercises(released(lesson.source, lesson.name));
      const solved = structuredClone(stub);
      for (const { name, solution } of exercises) {
        const cell = solved.cells.find(({ id }) => id === `${name}-answer`);
        if (cell) cell.source = [solution];
      }
      const changed = structuredClone(solved);
      const test = changed.cells.find(({ metadata }) => metadata.nbgrader?.grade);
      test?.source.push("\n// mine");
      const [ofStub, ofSolved, ofChanged] = await validate({ stub, solved, changed });
      expect(ofSolved).to.deep.equal({});
      expect(ofStub?.failed).to.have.length(exercises.length);
      expect(ofChanged).to.have.keys("changed");
    });
  }

  it("has nbgrader's own checksums, whichever flags a cell has", async () => {
    const flags = [
      { grade: true, solution: false, locked: false, points: 0.5 },
      { grade: true, solution: true, locked: true, points: 3 },
      { grade: false, solution: false, locked: true },
      { grade: false, solution: true, locked: true },
    ];
    const cells = flags.map((flag, at) => ({
      id: `c${at}`,
      cell_type: "code",
      source: [flag.solution ? "é\n// BEGIN SOLUTION\n// END SOLUTION\n∂" : "check()  \n\n"],
      metadata: { nbgrader: { ...flag, grade_id: `g${at}`, schema_version: 3, task: false } },
      outputs: [],
      execution_count: null,
    }));
    const notebook = released({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, "odd");
    const path = join(folder, "odd.ipynb");
    writeFileSync(path, JSON.stringify(notebook));
    const { venvPython } = await fromSource<typeof import("../../kernel-ext/lab/place.mjs")>("lab/place.mjs");
    const script =
      "import json, sys, nbformat; from nbgrader.utils import compute_checksum as c; " +
      "print(json.dumps([c(x) for x in nbformat.read(sys.argv[1], 4).cells]))";
    const { stdout } = await promisify(execFile)(venvPython(ROOT), ["-c", script, path]);
    expect(notebook.cells.map(({ metadata }) => metadata.nbgrader.checksum)).to.deep.equal(
      JSON.parse(stdout),
    );
    expect(notebook.cells.map(({ metadata }) => metadata.editable)).to.deep.equal([
      false,
      undefined,
      false,
      undefined,
    ]);
  });

  async function validate(notebooks: Readonly<Record<string, Notebook>>): Promise<Findings[]> {
    const { labEnv } = await fromSource<typeof import("../../kernel-ext/lab/lab.mjs")>("lab/lab.mjs");
    const { venvPython } = await fromSource<typeof import("../../kernel-ext/lab/place.mjs")>("lab/place.mjs");
    mkdirSync(folder, { recursive: true });
    const paths = Object.entries(notebooks).map(([name, notebook]) => {
      const path = join(folder, `${name}.ipynb`);
      writeFileSync(path, JSON.stringify(notebook));
      return path;
    });
    const script = join(ROOT, "tests", "notebooks", "validate.py");
    const { stdout } = await promisify(execFile)(venvPython(ROOT), [script, ...paths], {
      cwd: folder,
      env: labEnv(ROOT),
      maxBuffer: 1 << 28,
    });
    return JSON.parse(stdout);
  }
});

/** The lesson's text is no part of this, and takes its time. */
function onlyExercises(notebook: Notebook): Notebook {
  const cells = notebook.cells.filter(({ id, metadata }) => id === "imports" || metadata.nbgrader);
  expect(sourceOf(cells, "imports")).to.include("gradbook/exercises");
  return { ...notebook, cells };
}

/** The lines of a region that could give something away. */
function inside(text: string, mark: string): string[] {
  const region = text.slice(text.indexOf(`BEGIN ${mark}`), text.indexOf(`END ${mark}`));
  return region
    .split("\n")
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line.length > 20);
}
