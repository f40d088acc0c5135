// A gradebook that is filled here, read by nbgrader itself; and what needs Python's own readers.
import { execFile, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import type { Assignment } from "../../../../kernel-ext/grading/assignment/assignment.ts";
import { classroomWorkflow } from "../../../../kernel-ext/grading/results/classroom.ts";
import { junitXml } from "../../../../kernel-ext/grading/results/exports/junit.ts";
import { nbgraderCsv } from "../../../../kernel-ext/grading/results/exports/nbgrader.ts";
import { FORMATS } from "../../../../kernel-ext/grading/results/formats.ts";
import { nbgraderDatabase } from "../../../../kernel-ext/grading/results/gradebook.ts";
import type { SubmissionResult } from "../../../../kernel-ext/grading/results/result.ts";
import { fromSource, ROOT } from "../../../source.ts";
import { results as all, assignment as class1, exercise } from "./class.ts";

const run = promisify(execFile);
const ASK = join(ROOT, "tests", "kernel-ext", "grading", "results", "gradebook.py");

/** With names that nbgrader's folders may have. */
const rename = (name: string): string => name.replace("02-beam search", "02-beam");
const assignment: Assignment = {
  ...class1,
  name: "week1",
  notebooks: class1.notebooks.map((notebook) => ({ ...notebook, name: rename(notebook.name) })),
};
const results: readonly SubmissionResult[] = all.map((one) => ({
  ...one,
  assignment: "week1",
  exercises: one.exercises.map((done) => ({ ...done, notebook: rename(done.notebook) })),
}));

describe("what Python's programs make of results", function () {
  // Each asks Python several times, which takes long on a machine that is busy.
  this.timeout(600_000);
  let python: string;
  let env: NodeJS.ProcessEnv;
  let folder: string;
  let path: string;

  before(async function () {
    const place = await fromSource<typeof import("../../../../kernel-ext/lab/place.mjs")>("lab/place.mjs");
    python = place.venvPython(ROOT);
    if (!existsSync(python)) this.skip();
    env = { ...place.pythonEnv(), PATH: `${dirname(python)}${delimiter}${process.env.PATH}` };
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gradbook gradebook # "));
    path = join(folder, "gradebook.db");
    for (const variable of ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"])
      env[variable] = join(folder, "jupyter");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const ask = async (verb: string): Promise<unknown> => {
    const { stdout } = await run(python, [ASK, verb, folder, path], { env, cwd: folder, maxBuffer: 2 ** 26 });
    return stdout ? JSON.parse(stdout) : undefined;
  };

  /** The folders that nbgrader looks for: what was handed out, and what ben's notebooks became. */
  const course = (): void => {
    for (const { name, cells } of assignment.notebooks) {
      const graded = cells.map(({ id, part, kind, source, points }) => ({
        cell_type: kind,
        id,
        source,
        metadata: {
          nbgrader: {
            grade_id: id,
            grade: part === "test" || part === "manual",
            solution: part === "answer" || part === "manual",
            locked: part === "test" || part === "given",
            task: false,
            schema_version: 3,
            ...(points ? { points } : {}),
          },
        },
        ...(kind === "code" ? { outputs: [], execution_count: null } : {}),
      }));
      const target = join(folder, "autograded", "ben", "week1");
      mkdirSync(target, { recursive: true });
      mkdirSync(join(folder, "source", "week1"), { recursive: true });
      writeFileSync(
        join(target, name),
        JSON.stringify({ cells: graded, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
      );
    }
  };

  it("nbgrader exports from the gradebook what the export for nbgrader says", async () => {
    await nbgraderDatabase(results, assignment, path);
    const to = join(folder, "theirs.csv");
    await run(python, ["-m", "nbgrader", "export", `--to=${to}`, "--db", `sqlite:///${path}`], {
      env,
      cwd: folder,
    });
    const plain = (csv: string): string[] =>
      csv.split("\n").filter((line) => /^(assignment|week1,,,(ada|ben|cleo|dan|eve))/.test(line));
    expect(plain(readFileSync(to, "utf8"))).to.have.lengthOf(6);
    expect(plain(readFileSync(to, "utf8"))).to.deep.equal(plain(nbgraderCsv(results, assignment)));
  });

  it("the same results twice give the same gradebook, and nothing is left beside it", async () => {
    await nbgraderDatabase(results, assignment, path);
    const once = await ask("dump");
    await nbgraderDatabase(results, assignment, path);
    expect(await ask("dump")).to.equal(once);
    expect(readdirSync(folder).filter((name) => name.includes("gradebook.db"))).to.deep.equal([
      "gradebook.db",
    ]);
  });

  it("scores and comments by hand stay, with students and assignments that are not ours", async () => {
    await nbgraderDatabase(results, assignment, path);
    await ask("grade-by-hand");
    await nbgraderDatabase(results, assignment, path);
    const kept = {
      comment: "Well said.",
      others: ["Zoe", "2026-11-01 00:00:00"],
      email: "his own",
      grades: {
        "stable-softmax-check": [1, 3, null, false],
        "cross-entropy-check": [2, null, null, false],
        "bonus-check": [0, null, null, false],
        "why-shift": [null, 2.5, null, false],
        "beam-check": [1, null, 0.5, false],
      },
    };
    expect(await ask("by-hand")).to.deep.equal(kept);
    // He has handed in again: what a person has graded is to be looked at again.
    const better = results.map((one) =>
      one.student.id === "ben"
        ? { ...one, exercises: [exercise("stable-softmax-check", 4), ...one.exercises.slice(1)] }
        : one,
    );
    await nbgraderDatabase(better, assignment, path);
    const grades = { ...kept.grades, "stable-softmax-check": [4, 3, null, true] };
    expect(await ask("by-hand")).to.deep.equal({ ...kept, grades });
  });

  it("the formgrader reads it: notebooks, scores, names, and who waits", async () => {
    await nbgraderDatabase(results, assignment, path);
    course();
    const { students, ...read } = (await ask("formgrader")) as { students: string[] };
    expect(read).to.deep.equal({
      assignment: 10,
      notebooks: ["01-softmax", "02-beam"],
      submission: {
        score: 4,
        max_score: 10,
        code_score: 4,
        written_score: 0,
        needs_manual_grade: true,
        first_name: "Ben",
        last_name: "Hur",
      },
    });
    expect(students).to.include.members(["ada", "ben", "cleo", "dan", "eve"]);
  });

  it("nbgrader generates feedback from it", async () => {
    await nbgraderDatabase(results, assignment, path);
    course();
    const args = ["-m", "nbgrader", "generate_feedback", "week1", "--db", `sqlite:///${path}`];
    await run(python, args, { env, cwd: folder, maxBuffer: 2 ** 26 });
    const html = readFileSync(join(folder, "feedback", "ben", "week1", "01-softmax.html"), "utf8");
    expect(html.replace(/\s+/g, " ")).to.include("01-softmax (Score: 3.0 / 9.0)");
  });

  it("refuses in one line what is no gradebook, and leaves it as it is", async () => {
    writeFileSync(path, "a list of names");
    const error = await nbgraderDatabase(results, assignment, path).catch((thrown: unknown) => thrown);
    expect(String(error)).to.match(/gradebook\.db is not a gradebook → name another file/);
    expect(readFileSync(path, "utf8")).to.equal("a list of names");
    expect(readdirSync(folder)).to.deep.equal(["gradebook.db"]);
  });

  it("the published schema holds for all results, and not for others", () => {
    const script = `import json, sys, jsonschema
schema = json.load(open(sys.argv[1])); jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
print(json.dumps([validator.is_valid(one) for one in json.load(sys.stdin)]))`;
    const exported: unknown = JSON.parse(String(FORMATS.json!.make!(results, assignment, {})));
    const [first] = results;
    const others = [
      { ...first, earned: "4" },
      { ...first, surprise: 1 },
      { ...first, student: {} },
      { ...first, exercises: [{}] },
      3,
    ];
    const schema = join(ROOT, "kernel-ext", "grading", "results", "schema.json");
    const { stdout, stderr } = spawnSync(python, ["-c", script, schema], {
      env,
      encoding: "utf8",
      input: JSON.stringify([exported, ...results, ...others]),
    });
    expect(stderr).to.equal("");
    const holds = [true, ...results.map(() => true), ...others.map(() => false)];
    expect(JSON.parse(stdout)).to.deep.equal(holds);
  });

  it("the Classroom workflow is YAML with a step for each test, whatever a name says", () => {
    const odd = `it's "odd": \${{ secrets.X }} # & * \\ \u0085 \u2028`;
    const strange = {
      ...assignment,
      notebooks: assignment.notebooks.map((notebook) => ({
        ...notebook,
        cells: notebook.cells.map((cell) => (cell.id === "beam-check" ? { ...cell, id: odd } : cell)),
      })),
    };
    const read = spawnSync(
      python,
      ["-c", "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))"],
      {
        env,
        encoding: "utf8",
        input: classroomWorkflow(strange, { package: "gradbook@0.1.0", folder: "my work" }),
      },
    );
    expect(read.stderr).to.equal("");
    const { name, jobs } = JSON.parse(read.stdout);
    expect(name).to.equal("Autograding Tests");
    expect(Object.keys(jobs)).to.deep.equal(["run-autograding-tests"]);
    const { steps } = jobs["run-autograding-tests"];
    const graders = steps.filter((step: { uses?: string }) => step.uses?.includes("command-grader"));
    expect(graders.map((step: { with: object }) => step.with)[0]).to.deep.equal({
      "test-name": "stable-softmax-check",
      "setup-command": "",
      command: "npx gradbook check 'my work/01-softmax.ipynb' --exercise stable-softmax-check",
      timeout: "2",
      "max-score": "4",
    });
    const command = graders.at(-1).with.command as string;
    expect(command).not.to.include("${{");
    const words = spawnSync("sh", ["-c", command.replace("npx gradbook", "printf '%s|'")], {
      encoding: "utf8",
    });
    expect(words.stdout).to.match(
      /^check\|my work\/02-beam\.ipynb\|--exercise\|it's "odd": \$ \{\{ secrets\.X \}\} # & \* \\ /,
    );
    const reporter = steps.at(-1);
    expect(reporter.with.runners).to.equal("exercise1,exercise2,exercise3,exercise4");
    expect(reporter.env)
      .to.include({ EXERCISE1_RESULTS: `\${{ steps.exercise1.outputs.result }}` })
      .and.have.all.keys(...[1, 2, 3, 4].map((number) => `EXERCISE${number}_RESULTS`));
  });

  it("JUnit's XML is well-formed", () => {
    const script = `import sys, xml.etree.ElementTree as tree
suites = tree.fromstring(sys.stdin.buffer.read())
print(len(suites), sum(len(suite.findall("testcase")) for suite in suites), sum(int(suite.get("tests")) for suite in suites))`;
    const { stdout, stderr } = spawnSync(python, ["-c", script], {
      env,
      encoding: "utf8",
      input: junitXml(results, assignment),
    });
    expect(stderr).to.equal("");
    const [suites, cases, told] = stdout.trim().split(" ").map(Number);
    expect(suites).to.equal(results.length);
    expect(cases).to.equal(told);
  });
});
