// What goes out to students, and what never does.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Assignment } from "../../../../kernel-ext/grading/assignment/assignment.ts";
import { leaksIn } from "../../../../kernel-ext/grading/assignment/leaks.ts";
import { readAssignment } from "../../../../kernel-ext/grading/assignment/read.ts";
import { releaseAssignment, releasedNotebooks } from "../../../../kernel-ext/grading/assignment/release.ts";
import { lessons } from "../../../notebooks/lessons.ts";
import { ROOT } from "../../../source.ts";
import { answer, Ground, given, HOMEWORK, manual, notebookOf, planted, solved, test } from "../made.ts";

const CELLS = [
  ...HOMEWORK,
  manual("why", "BEGIN SOLUTION\nBecause addition is commutative.\nEND SOLUTION"),
  planted("add-planted", "function add(a: number, b: number) {\n  return a - b - offset;\n}", {
    exercise: "add",
    points: 0,
    told: "a difference",
  }),
];

describe("A release", () => {
  let ground: Ground;
  beforeEach(() => {
    ground = new Ground();
  });
  afterEach(() => ground.remove());

  const course = (cells = CELLS, whole?: Readonly<Record<string, unknown>>): string =>
    ground.put("course/hw.ipynb", notebookOf(cells, whole));
  const trouble = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      expect(error).to.have.property("name", "Trouble");
      return String(error);
    }
    expect.fail("it was not refused");
  };

  it("lies in release/ beside the notebook, with a manifest of what was handed out", () => {
    const { folder, manifest } = releaseAssignment([course()]);
    expect(folder).to.equal(ground.path("course", "release"));
    expect(readdirSync(folder).sort()).to.deep.equal(["hw.ipynb", "manifest.json"]);
    const bytes = readFileSync(join(folder, "hw.ipynb"));
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"))).to.deep.equal(manifest);
    expect(manifest).to.deep.equal({
      schema: 1,
      assignment: "hw",
      gradbook: version,
      points: 4,
      exercises: [
        { notebook: "hw.ipynb", id: "add-check", kind: "test", points: 2, extra: false, seconds: 10 },
        { notebook: "hw.ipynb", id: "why", kind: "manual", points: 2, extra: false },
      ],
      files: [
        { name: "hw.ipynb", bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") },
      ],
    });
  });

  it("holds nothing to try a guess against: other solutions and hidden tests give the same files", () => {
    releaseAssignment([course()]);
    const before = readFileSync(ground.path("course", "release", "manifest.json"), "utf8");
    const others = CELLS.with(
      2,
      answer("add-answer", solved("function add(a: number, b: number)", "return b + a;")),
    ).with(
      3,
      test(
        "add-check",
        "// BEGIN HIDDEN TESTS\nassert.equal(add(3, 3), 6);\n// END HIDDEN TESTS\nassert.equal(add(1, 2), 3);",
        2,
      ),
    );
    releaseAssignment([course(others)]);
    expect(readFileSync(ground.path("course", "release", "manifest.json"), "utf8")).to.equal(before);
  });

  it("has no solution, hidden test, planted answer, output, widget state or picture of a solution", () => {
    const shown = [{ output_type: "stream", name: "stdout", text: "the answer is 42" }];
    const cells = CELLS.with(2, { ...CELLS[2]!, outputs: shown }).with(4, {
      ...CELLS[4]!,
      attachments: { "solution.png": { "image/png": "AAAA" } },
    });
    const metadata = {
      kernelspec: { name: "gradbook", language: "typescript" },
      widgets: { state: "42 is it" },
      celltoolbar: "x",
    };
    releaseAssignment([course(cells, { metadata })]);
    const text = readFileSync(ground.path("course", "release", "hw.ipynb"), "utf8");
    for (const secret of [
      "const sum",
      "20, 22",
      "commutative",
      "a - b",
      "42",
      "SOLUTION",
      "HIDDEN",
      "solution.png",
      "planted",
      "widgets",
    ])
      expect(text).not.to.include(secret);
    expect(text).to.include("assert.equal(add(1, 2), 3);");
  });

  it("keeps cells without ids without them, in the newest shape of nbgrader's marks", () => {
    const old = {
      ...answer("f", solved("function f()", "return 1;")),
      nbgrader: { grade: false, solution: true, grade_id: "f", schema_version: 1 },
    };
    const bare = [old, test("f-check", "f();"), given("g", "1")].map(({ id: _, ...cell }) => cell);
    releaseAssignment([course(bare, { nbformat_minor: 4 })]);
    const { cells, nbformat_minor } = JSON.parse(
      readFileSync(ground.path("course", "release", "hw.ipynb"), "utf8"),
    );
    expect(nbformat_minor).to.equal(4);
    for (const cell of cells) expect(cell).not.to.have.property("id");
    const { checksum, ...marks } = cells[0].metadata.nbgrader;
    expect(checksum).to.match(/^[0-9a-f]{32}$/);
    expect(marks).to.deep.equal({
      grade: false,
      solution: true,
      locked: false,
      task: false,
      grade_id: "f",
      schema_version: 3,
      cell_type: "code",
    });
    expect(cells[2].metadata).to.deep.equal({});
  });

  it("may hold several notebooks, or a folder of them, and goes where it is told", () => {
    const other = ground.put("course/two.ipynb", notebookOf(CELLS));
    const to = ground.path("out", "deep");
    expect(releaseAssignment([course(), other], { to }).manifest.files.map(({ name }) => name)).to.deep.equal(
      ["hw.ipynb", "two.ipynb"],
    );
    expect(releaseAssignment([ground.path("course")], { to }).manifest.points).to.equal(8);
    expect(trouble(() => releaseAssignment([course(), course()]))).to.include(
      "Two notebooks are called hw.ipynb",
    );
    const far = ground.put("elsewhere/three.ipynb", notebookOf(CELLS));
    expect(trouble(() => releaseAssignment([course(), far]))).to.include("several folders");
  });

  it("never overwrites what it is made from, nor another instructor's notebook, by whatever way", () => {
    const source = course();
    const was = readFileSync(source, "utf8");
    symlinkSync(ground.path("course"), ground.path("link"));
    mkdirSync(ground.path("hard"));
    symlinkSync(source, ground.path("hard", "hw.ipynb"));
    for (const to of ["course", "link", "hard"])
      expect(trouble(() => releaseAssignment([source], { to: ground.path(to) }))).to.include(
        "would be overwritten",
      );
    ground.put("other/hw.ipynb", notebookOf(CELLS));
    expect(trouble(() => releaseAssignment([source], { to: ground.path("other") }))).to.include(
      "would be overwritten",
    );
    expect(trouble(() => releaseAssignment([source], { to: source }))).to.include("is no folder");
    expect(readFileSync(source, "utf8")).to.equal(was);
  });

  it("is written whole or not at all", () => {
    const { folder } = releaseAssignment([course()]);
    const was = readFileSync(join(folder, "hw.ipynb"), "utf8");
    const leaking = CELLS.with(0, { ...CELLS[0]!, metadata: { note: "const sum = a + b + offset;" } });
    expect(trouble(() => releaseAssignment([course(leaking)]))).to.include(
      "hw.ipynb gives away a line of “add-answer”",
    );
    expect(readFileSync(join(folder, "hw.ipynb"), "utf8")).to.equal(was);
    expect(readdirSync(folder).sort()).to.deep.equal(["hw.ipynb", "manifest.json"]);
  });

  it("is a command, with one line for what goes wrong", () => {
    const source = course();
    const gradbook = (...args: readonly string[]): string => {
      try {
        return execFileSync(
          process.execPath,
          [join(ROOT, "kernel-ext", "gradbook.mjs"), "release", ...args],
          { encoding: "utf8", stdio: "pipe" },
        );
      } catch (error) {
        const { status, stderr } = error as { status: number; stderr: string };
        return `${status} ${stderr}`;
      }
    };
    expect(gradbook(source, "--to", ground.path("out"))).to.match(
      /^Released “hw” into .*out: hw\.ipynb, manifest\.json\n2 exercises, 4 points; a person grades 1\n$/,
    );
    expect(existsSync(ground.path("out", "hw.ipynb"))).to.equal(true);
    expect(gradbook(ground.path("nowhere.ipynb"))).to.match(/^1 ✗ There is no .*nowhere\.ipynb → .*\n$/);
    expect(gradbook()).to.match(/^1 ✗ release takes .* → .*\n$/);
    if (process.getuid?.() !== 0) {
      chmodSync(ground.path("out"), 0o500);
      expect(gradbook(source, "--to", ground.path("out", "x"))).to.match(
        /^1 ✗ A file could not be written .*\n$/,
      );
    }
  }).timeout(60_000);
});

describe("The last look at a release", () => {
  let ground: Ground;
  let assignment: Assignment;
  let path: string;
  beforeEach(() => {
    ground = new Ground();
    path = ground.put("hw.ipynb", notebookOf(CELLS));
    assignment = readAssignment(path);
  });
  afterEach(() => ground.remove());

  const leaks = (cells: typeof CELLS): string[] =>
    leaksIn(new Map([["hw.ipynb", notebookOf(cells)]]), assignment);

  it("finds nothing in any lesson's release, and every secret line in what was not released", () => {
    for (const { name } of lessons) {
      const lesson = `${ROOT}/notebooks/${name}`;
      const read = readAssignment(lesson);
      expect(leaksIn(releasedNotebooks(lesson), read), name).to.deep.equal([]);
      const raw = new Map([[name, readFileSync(lesson, "utf8")]]);
      expect(leaksIn(raw, read).length, name).to.be.greaterThan(20);
    }
    expect(leaksIn(releasedNotebooks(path), assignment)).to.deep.equal([]);
  });

  it("finds a line of a solution, a hidden test, a planted answer, a manual answer and an output", () => {
    const safe = [given("g", "1")];
    expect(leaks(safe)).to.deep.equal([]);
    const found = (source: string): string | undefined => leaks([given("g", `// see\n${source}`)])[0];
    expect(found("const  sum = a+b + offset;")).to.include("a line of “add-answer”");
    expect(found("assert.equal(add(20, 22), 42);")).to.include("a line of “add-check”");
    expect(found("return a - b - offset;")).to.include("a line of “add-planted”");
    expect(found("Because addition is commutative.")).to.include("a line of “why”");
    expect(found("// BEGIN SOLUTION")).to.include("a region's mark");
    expect(
      leaks([{ ...safe[0]!, outputs: [{ output_type: "stream", name: "stdout", text: "x" }] }])[0],
    ).to.include("the output of “g”");
    expect(
      leaks([{ ...safe[0]!, metadata: { copied: { from: "const sum = a + b + offset;" } } }])[0],
    ).to.include("add-answer");
    expect(
      leaksIn(new Map([["notes.md", "see:\n  assert.equal(add(20, 22), 42);"]]), assignment),
    ).to.have.length(1);
  });

  it("lets pass what students see anyway, a stub as a planted answer among it", () => {
    const stub = planted(
      "add-planted",
      'function add(a: number, b: number) {\n  throw new Error("not written yet");\n}',
      { exercise: "add", points: 0, told: "not written" },
    );
    const prompt = manual("why", "*Your answer here.*");
    const lesson = ground.put("stub.ipynb", notebookOf([...HOMEWORK, prompt, stub]));
    expect(leaksIn(releasedNotebooks(lesson), readAssignment(lesson))).to.deep.equal([]);
    expect(
      leaks([
        given("g", "const offset = 0;\nfunction add(a: number, b: number) {\n}\nassert.equal(add(1, 2), 3);"),
      ]),
    ).to.deep.equal([]);
  });
});
