// Reading an instructor's notebook: what counts, and what is refused in a line.
import { mkdirSync } from "node:fs";
import { expect } from "chai";
import type { Assignment } from "../../../../kernel-ext/grading/assignment/assignment.ts";
import { answerOf, testOf } from "../../../../kernel-ext/grading/assignment/planted.ts";
import { readAssignment } from "../../../../kernel-ext/grading/assignment/read.ts";
import { Trouble } from "../../../../kernel-ext/lab/trouble.mjs";
import { lessons } from "../../../notebooks/lessons.ts";
import { ROOT } from "../../../source.ts";
import {
  answer,
  Ground,
  given,
  HOMEWORK,
  locked,
  type MadeCell,
  manual,
  notebookOf,
  planted,
  solved,
  test,
} from "../made.ts";

describe("An assignment", () => {
  let ground: Ground;
  before(() => {
    ground = new Ground();
  });
  after(() => ground.remove());

  const read = (cells: readonly MadeCell[], whole?: Readonly<Record<string, unknown>>): Assignment =>
    readAssignment(ground.put("hw.ipynb", notebookOf(cells, whole)));

  /** The line that it is refused with. */
  function refused(make: () => unknown): string {
    try {
      make();
    } catch (error) {
      expect(error, String(error)).to.be.instanceOf(Trouble);
      const line = String(error);
      expect(line)
        .to.match(/ → ./)
        .and.not.match(/[\n\r]/);
      return line;
    }
    expect.fail("it was not refused");
  }
  const refusedCells = (...cells: readonly MadeCell[]): string => refused(() => read(cells));
  const refusedText = (text: string): string => refused(() => readAssignment(ground.put("hw.ipynb", text)));

  it("is what nbgrader's marks and ours say, cell by cell", () => {
    const task = {
      grade: false,
      solution: false,
      locked: true,
      task: true,
      grade_id: "essay",
      points: 3,
      schema_version: 3,
    };
    const { notebooks, points, name } = read([
      given("words", "Explain.", "markdown"),
      locked("helper", "const h = 1;"),
      answer("f", solved("function f()", "return 1;")),
      test("f-check", "f();\n// BEGIN HIDDEN TESTS\nf(1);\n// END HIDDEN TESTS", 2.5, { seconds: 3 }),
      test("bonus", "f(2);", 1, { extra: true }),
      test("free", "f(3);", 0),
      manual("why", "Because."),
      {
        id: "essay",
        kind: "markdown",
        source: "Write.\nBEGIN MARK SCHEME\nyes\nEND MARK SCHEME",
        nbgrader: task,
      },
      planted("wrong", "function f() {}", { exercise: "f", points: 0, told: "Nothing came" }),
    ]);
    expect(points).to.equal(7.5);
    expect(name).to.equal("hw");
    const shown = notebooks[0]!.cells.map(({ id, part, points: worth, seconds, extra, released }) => [
      id,
      part,
      worth,
      seconds,
      extra,
      released,
    ]);
    expect(shown).to.deep.equal([
      ["words", "given", 0, 10, false, "Explain."],
      ["helper", "given", 0, 10, false, "const h = 1;"],
      [
        "f",
        "answer",
        0,
        10,
        false,
        'function f() {\n  // Your code here.\n  throw new Error("not written yet");\n}',
      ],
      ["f-check", "test", 2.5, 3, false, "f();"],
      ["bonus", "test", 1, 10, true, "f(2);"],
      ["free", "test", 0, 10, false, "f(3);"],
      ["why", "manual", 2, 10, false, "*Your answer here.*"],
      ["essay", "manual", 3, 10, false, "Write."],
      ["wrong", "planted", 0, 10, false, undefined],
    ]);
    expect(notebooks[0]!.cells[1]).to.include({ locked: true });
    expect(notebooks[0]!.cells[7]).to.include({ task: true });
    expect(notebooks[0]!.cells[8]!.planted).to.deep.equal({ exercise: "f", points: 0, told: "Nothing came" });
  });

  it("is any of the lessons, and the folder of them all", () => {
    for (const { name, source } of lessons) {
      const { points, notebooks } = readAssignment(`${ROOT}/notebooks/${name}`);
      const worth = source.cells.map(({ metadata }) => metadata.nbgrader?.points ?? 0);
      expect(points, name).to.equal(worth.reduce((sum, one) => sum + one, 0));
      const { cells } = notebooks[0]!;
      for (const { planted: plant } of cells)
        if (plant)
          expect([testOf(cells, plant.exercise)?.id, answerOf(cells, plant.exercise)?.id]).to.deep.equal([
            `${plant.exercise}-check`,
            `${plant.exercise}-answer`,
          ]);
    }
    expect(readAssignment(`${ROOT}/notebooks`).notebooks).to.have.length(lessons.length);
  });

  it("may be a whole cell that is the solution, sources as lists, cells without ids, Windows line ends, tenths of points", () => {
    const cells = [
      answer("f", ["function f() {\r\n", "  return 1;\r\n", "}"]),
      test("f-check", "f();", 0.1),
      test("g", "f();", 0.2),
    ];
    const bare = cells.map(({ id: _, ...cell }) => cell);
    const { points, notebooks } = read([...bare, { source: "a" }, { source: "b" }], { nbformat_minor: 2 });
    expect(points).to.equal(0.3);
    const { source, released } = notebooks[0]!.cells[0]!;
    expect(source).to.equal("function f() {\n  return 1;\n}");
    expect(released).to.equal('// Your code here.\nthrow new Error("not written yet");');
    expect(notebooks[0]!.cells.map(({ id }) => id)).to.deep.equal(["f", "f-check", "g", "cell-4", "cell-5"]);
  });

  it("is in TypeScript or JavaScript, as its kernel says, whichever that is", () => {
    const kernel = (name: string, language?: string) =>
      read(HOMEWORK, {
        metadata: { kernelspec: { name, display_name: name, ...(language ? { language } : {}) } },
      });
    expect(kernel("gradbook-javascript", "javascript").notebooks[0]!.language).to.equal("javascript");
    for (const name of ["tslab", "deno", "gradbook"])
      expect(kernel(name).notebooks[0]!.language).to.equal("typescript");
    expect(refused(() => kernel("python3", "python"))).to.match(/hw\.ipynb is for python/);
    expect(refused(() => kernel("ir"))).to.match(/hw\.ipynb is for ir/);
    expect(refused(() => read(HOMEWORK, { metadata: {} }))).to.include("does not say which kernel");
  });

  it("has another hash when something decides otherwise, and the same when nothing does", () => {
    const more = [
      ...HOMEWORK,
      planted("wrong", "function add() {}", { exercise: "add", points: 0, told: "x" }),
    ];
    const { hash } = read(more);
    const changed = (at: number, change: Partial<MadeCell>): string =>
      read(more.with(at, { ...more[at]!, ...change })).hash;
    expect(hash).to.match(/^[0-9a-f]{64}$/);
    expect(changed(0, { source: "Other words." }), "an explanation").to.equal(hash);
    expect(changed(4, { source: "function add() { return 1; }" }), "a planted answer").to.equal(hash);
    expect(
      changed(2, { outputs: [{ output_type: "stream", name: "stdout", text: "1" }] }),
      "an output",
    ).to.equal(hash);
    const test3 = more[3]!;
    const others = [
      changed(1, { source: "const offset = 1;" }),
      changed(2, { source: solved("function add(a: number)", "return a;") }),
      changed(3, { source: "assert.equal(add(1, 2), 4);" }),
      changed(3, { nbgrader: { ...test3.nbgrader, points: 3 } }),
      changed(3, { metadata: { gradbook: { seconds: 1 } } }),
      changed(3, { metadata: { gradbook: { extra: true } } }),
      read(more, { metadata: { kernelspec: { name: "jslab", language: "javascript" } } }).hash,
      read([more[1]!, more[0]!, more[2]!, more[3]!, test("again", "add(1, 1);", 0)]).hash,
    ];
    expect(new Set([hash, ...others])).to.have.property("size", others.length + 1);
  });

  it("is refused where it is not there, or no notebook", () => {
    expect(refused(() => readAssignment(ground.path("no\nwhere.ipynb")))).to.include("There is no");
    mkdirSync(ground.path("empty"));
    expect(refused(() => readAssignment(ground.path("empty")))).to.include("no notebook in");
    expect(refused(() => readAssignment("/dev/null"))).to.include("is no file");
    expect(refusedText("{ not JSON")).to.match(/^(Trouble: )?hw\.ipynb is not JSON/);
    expect(refusedText("")).to.include("hw.ipynb is empty");
    expect(refusedText("{}")).to.include("hw.ipynb is not a notebook");
    expect(refusedText(`${"[".repeat(100_000)}`)).to.include("nested");
    for (const nbformat of [3, 5])
      expect(refused(() => read(HOMEWORK, { nbformat }))).to.include(`of format ${nbformat}`);
    expect(refusedText(notebookOf(HOMEWORK).replace('"cells":[', '"cells":[7,'))).to.include(
      "hw.ipynb, cell 1",
    );
    expect(refusedCells(given("a", "1"))).to.include("no cell is graded");
  });

  it("is refused where points are missing, negative, no number or beyond all measure", () => {
    const f = answer("f", solved("function f()", "return 1;"));
    const wrong: [unknown, string][] = [
      [null, "without points"],
      ["", "without points"],
      [-1, "“-1”"],
      ["3", '“"3"”'],
      [true, "“true”"],
      [1e7, "too many"],
    ];
    for (const [points, why] of wrong)
      expect(refusedCells(f, test("t", "f();", points)))
        .to.include("cell “t”")
        .and.include(why);
    const { points: _, ...unmarked } = test("t", "f();").nbgrader!;
    expect(refusedCells(f, { ...test("t", "f();"), nbgrader: unmarked })).to.include("without points");
    const text = notebookOf([f, test("t", "f();", 5)]);
    for (const number of ["NaN", "-Infinity", "1e999"])
      expect(refusedText(text.replace('"points":5', `"points": ${number}`))).to.match(
        /cell “t”: “.*” is not a number of points/,
      );
    expect(refusedCells(f, manual("m", "x", -2))).to.include("cell “m”");
  });

  it("is refused where marks and regions do not fit, with the file and the cell", () => {
    const t = test("t", "f();");
    const cases: [readonly MadeCell[], RegExp][] = [
      [[answer("f", "// BEGIN SOLUTION\n1"), t], /cell “f”: BEGIN SOLUTION and END SOLUTION do not pair/],
      [[answer("f", "1\n// END SOLUTION"), t], /cell “f”: BEGIN SOLUTION and END SOLUTION do not pair/],
      [
        [test("t", "// BEGIN HIDDEN TESTS\n1")],
        /cell “t”: BEGIN HIDDEN TESTS and END HIDDEN TESTS do not pair/,
      ],
      [[t, given("g", "// BEGIN HIDDEN TESTS\n1\n// END HIDDEN TESTS")], /cell “g”: hidden tests outside/],
      [[t, given("g", "// BEGIN SOLUTION\n1\n// END SOLUTION")], /cell “g”: it has BEGIN SOLUTION and no/],
      [
        [t, given("g", "BEGIN MARK SCHEME\n1\nEND MARK SCHEME", "markdown")],
        /cell “g”: a mark scheme outside a task/,
      ],
      [[t, test("t", "g();")], /two cells have the grade_id “t”/],
      [[t, { ...test("", "g();"), id: "x" }], /cell “x”: nbgrader's marks have no grade_id/],
      [[t, { ...answer("", "g();"), id: "x" }], /cell “x”: nbgrader's marks have no grade_id/],
      [[{ ...t, kind: "markdown" }], /cell “t”: text is graded by a person only/],
      [[{ ...t, kind: "raw" }], /cell “t”: a raw cell cannot be graded/],
      [[test("t", "f();", 1, { seconds: 0 })], /cell “t”: metadata\.gradbook\.seconds is “0”/],
      [[test("t", "f();", 1, { seconds: "9" })], /seconds is “"9"”/],
      [[test("t", "f();", 1, { extra: "yes" })], /cell “t”: metadata\.gradbook\.extra is “"yes"”/],
      [[t, planted("p", "x", { points: 0, told: "" })], /cell “p”: a planted answer without its exercise/],
      [[answer("f", "1"), t, planted("p", "x", { exercise: "t", points: -1, told: "" })], /cell “p”: “-1”/],
      [
        [answer("f", "1"), t, planted("p", "x", { exercise: "u", points: 0, told: "" })],
        /cell “p”: no answer with a test is called “u”/,
      ],
    ];
    for (const [cells, why] of cases)
      expect(refusedCells(...cells))
        .to.match(why)
        .and.include("hw.ipynb");
  });
});
