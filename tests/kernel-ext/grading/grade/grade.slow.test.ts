import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { SubmissionResult } from "../../../../kernel-ext/grading/results/result.ts";
import {
  answer,
  type Cell,
  GRADBOOK,
  given,
  gradbook,
  homework,
  notebook,
  OVERFLOWS,
  SOFTMAX,
  submission,
  tests,
  words,
} from "./homework.ts";

describe("gradbook grade", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "grade é "));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text: string): string {
    const file = join(folder, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** One folder a student, with the answers of each. */
  function handIn(
    cells: readonly Cell[],
    students: Readonly<Record<string, Readonly<Record<string, string>>>>,
  ): string {
    write("homework.ipynb", notebook(cells));
    for (const [name, answers] of Object.entries(students))
      write(`submitted/${name}/homework.ipynb`, submission(cells, answers));
    return join(folder, "submitted");
  }

  const command = (): string[] => [
    "grade",
    join(folder, "homework.ipynb"),
    join(folder, "submitted"),
    "--out",
    join(folder, "out"),
  ];

  const grade = (...options: readonly string[]): { status: number | null; said: string } =>
    gradbook(...command(), ...options);

  function result(student: string): SubmissionResult {
    return JSON.parse(readFileSync(join(folder, "out", "results", `${student}.json`), "utf8"));
  }

  it("gives each kind of answer what it should", () => {
    handIn(homework, {
      right: { softmax: SOFTMAX },
      overflows: { softmax: OVERFLOWS },
      wrong: { softmax: "function softmax(z: readonly number[]) { return z.map(() => 0.5) }" },
      unanswered: { softmax: '// Your code here.\nthrow new Error("not written yet");' },
      typed: {
        softmax:
          "function softmax(z: readonly number[]): number[] {\n  return z.map((x) => x.toUpperCase())\n}",
      },
      syntax: { softmax: "function softmax(z {" },
      loud: { softmax: SOFTMAX.replace("const most", 'console.warn("hm"); console.log(z); const most') },
    });
    const { status, said } = grade();
    expect(status, said).to.equal(0);
    const points = ["right", "overflows", "wrong", "unanswered", "typed", "syntax", "loud"].map(
      (name) => result(name).earned,
    );
    expect(points).to.deep.equal([4, 1, 0, 0, 0, 0, 4]);
    const [problem] = result("typed").exercises[0]!.problems;
    expect([problem?.line, problem?.column, problem?.message]).to.deep.equal([
      2,
      25,
      "Property 'toUpperCase' does not exist on type 'number'.",
    ]);
    expect(result("syntax").exercises[0]?.problems[0]?.line).to.equal(1);
    expect(result("loud").exercises[0]?.printedInTests).to.contain("hm").and.to.contain("[ 1, 2 ]");
    expect(result("overflows").exercises[1]?.failure?.hidden).to.equal(true);
    expect(readFileSync(join(folder, "out", "feedback", "overflows.html"), "utf8")).not.to.contain("1001");
  });

  it("knows part of the points, points on top, and what a person has to grade", () => {
    const cells = [
      answer("f", "const f = (x: number) => x;"),
      tests("f-parts", 4, "[1, 2, 3, 4].filter((x) => f(x) === x).length"),
      answer("g", "const g = () => 1;"),
      tests("g-extra", 2, "if (g() !== 1) throw new Error('g');", { extra: true }),
      words("why", 5, "Because."),
    ];
    handIn(cells, {
      half: { f: "const f = (x: number) => (x > 2 ? x : 0);", why: "I think so." },
      all: {},
      none: { f: "", g: "", why: "" },
    });
    expect(grade().status).to.equal(0);
    const all = ["half", "all", "none"].map((name) => result(name));
    expect(all.map(({ earned }) => earned)).to.deep.equal([4, 6, 0]);
    expect(all.map(({ points }) => points)).to.deep.equal([9, 9, 9]);
    expect(all.map(({ waits }) => waits)).to.deep.equal([true, true, false]);
    expect(result("half").exercises.find(({ id }) => id === "why")?.answer).to.equal("I think so.");
  });

  it("tells who runs into a limit which one, and grades the next exercise", () => {
    const cells = [
      answer("f", "const f = () => 1;"),
      tests("f-test", 1, "if (f() !== 1) throw new Error('f');", { seconds: 5 }),
      answer("g", "const g = () => 1;"),
      tests("g-test", 1, "if (g() !== 1) throw new Error('g');"),
    ];
    handIn(cells, {
      endless: { f: "function f(): number { while (true) {} }" },
      waiting: { f: "await new Promise(() => {}); const f = () => 1;" },
      exits: { f: "const f = (): number => process.exit(0);" },
      hungry: {
        f: "const f = () => { const all: unknown[] = []; while (true) all.push(new Float64Array(1e6).fill(1)); return 1 };",
      },
    });
    const { said } = grade();
    const exercises = (name: string) => result(name).exercises.map(({ earned, limit }) => [earned, limit]);
    expect(exercises("endless"), said).to.deep.equal([
      [0, "time"],
      [1, undefined],
    ]);
    expect(exercises("waiting")).to.deep.equal([
      [0, undefined],
      [1, undefined],
    ]);
    expect(result("waiting").exercises[0]?.thrown).to.match(/never/);
    expect(exercises("exits")).to.deep.equal([
      [0, undefined],
      [1, undefined],
    ]);
    expect(exercises("hungry")).to.deep.equal([
      [0, "memory"],
      [1, undefined],
    ]);
  });

  it("is not fooled by a test that expects an error when the answer ends its process", () => {
    const cells = [
      given("imports", 'import { assert } from "chai";'),
      answer("f", "const f = (): void => { throw new RangeError('no') };"),
      tests("f-test", 1, "assert.throws(() => f());"),
    ];
    handIn(cells, { exits: { f: "const f = () => process.exit()" }, right: {} });
    grade();
    expect([result("exits").earned, result("right").earned]).to.deep.equal([0, 1]);
  });

  it("lets answers use what the course and the student declare besides", () => {
    const cells = [
      given("helper", "const twice = (x: number): number => 2 * x;\ninterface Pair { a: number; b: number }"),
      given("training", "throw new Error('an exercise needs no training');"),
      answer("f", "const f = ({ a, b }: Pair): number => twice(a) + b;"),
      tests("f-test", 1, "if (f({ a: 1, b: 2 }) !== 4) throw new Error('f');"),
    ];
    const own = given("own", "function mine(x: number) { return x + x }");
    write("homework.ipynb", notebook(cells));
    const mine = cells.map((cell) =>
      cell.id === "f" ? { ...cell, source: "const f = ({ a, b }: Pair) => mine(a) + b;" } : cell,
    );
    write("submitted/own/homework.ipynb", notebook([mine[0]!, mine[1]!, own, mine[2]!, mine[3]!]));
    const { said } = grade();
    expect(result("own").earned, said).to.equal(1);
  });

  it("grades anew only what has changed", () => {
    handIn(homework, { a: { softmax: SOFTMAX }, b: { softmax: OVERFLOWS } });
    grade();
    const times = (): number[] =>
      ["a", "b"].map((name) => statSync(join(folder, "out", "results", `${name}.json`)).mtimeMs);
    const before = times();
    expect(grade().said).to.contain("2 unchanged");
    expect(times()).to.deep.equal(before);
    write("submitted/b/homework.ipynb", submission(homework, { softmax: SOFTMAX }));
    expect(grade("--resume").said).to.contain("1 submission graded").and.to.contain("1 unchanged");
    expect(result("b").earned).to.equal(4);
    expect(times()[0]).to.equal(before[0]);
    write(
      "homework.ipynb",
      notebook(
        homework.map((cell) =>
          cell.id === "softmax-hidden" ? { ...cell, source: `${cell.source}\n` } : cell,
        ),
      ),
    );
    expect(grade("--again").said).to.contain("2 submissions graded");
  });

  it("goes on after kill -9: nothing is lost, and nothing graded twice", async () => {
    const slow = SOFTMAX.replace(
      "const most",
      "const end = Date.now() + 300; while (Date.now() < end); const most",
    );
    const names = Array.from({ length: 20 }, (_, n) => `s${n}`);
    handIn(homework, Object.fromEntries(names.map((name) => [name, { softmax: `// ${name}\n${slow}` }])));
    const first = spawn(process.execPath, [GRADBOOK, ...command()], { stdio: "ignore" });
    const there = (): string[] =>
      names.filter((name) => existsSync(join(folder, "out", "results", `${name}.json`)));
    const ended = new Promise((resolve) => first.once("exit", resolve));
    while (there().length < 4) await new Promise((resolve) => setTimeout(resolve, 50));
    first.kill("SIGKILL");
    await ended;
    const kept = there();
    const marks = kept.map((name) => result(name).graded);
    const { said, status } = grade("--resume");
    expect(status, said).to.equal(0);
    expect(said).to.contain(`${names.length - kept.length} submissions graded`);
    expect(kept.map((name) => result(name).graded)).to.deep.equal(marks);
    expect(names.map((name) => result(name).earned)).to.deep.equal(names.map(() => 4));
    const grades = readFileSync(join(folder, "out", "grades.csv"), "utf8")
      .trim()
      .split("\n");
    expect(grades).to.have.length(names.length + 1);
  });

  it("holds up nobody for a slow submission", () => {
    const cells = homework.map((cell) =>
      cell.id === "softmax-visible"
        ? { ...cell, metadata: { ...cell.metadata, gradbook: { seconds: 30 } } }
        : cell,
    );
    const names = Array.from({ length: 4 }, (_, n) => `quick${n}`);
    handIn(cells, {
      ...Object.fromEntries(
        ["a", "b"].map((name) => [
          `${name} slow`,
          { softmax: "function softmax(z: readonly number[]): number[] { while (true) {} }" },
        ]),
      ),
      ...Object.fromEntries(names.map((name) => [name, { softmax: `// ${name}\n${SOFTMAX}` }])),
    });
    grade("--workers", "2");
    const graded = (name: string): number => Date.parse(result(name).graded);
    const slow = Math.min(graded("a slow"), graded("b slow"));
    expect(Math.max(...names.map(graded))).to.be.below(slow);
  });

  it("says in a line what cannot be graded, grades the rest, and ends with 1", () => {
    handIn(homework, { right: { softmax: SOFTMAX } });
    write("submitted/broken/homework.ipynb", "{ not json");
    write("submitted/old/homework.ipynb", JSON.stringify({ nbformat: 3, nbformat_minor: 0, worksheets: [] }));
    mkdirSync(join(folder, "submitted", "empty"));
    const { status, said } = grade();
    expect(status).to.equal(1);
    for (const name of ["broken", "old"]) expect(said).to.match(new RegExp(`✗ ${name}: [^\n]+`));
    expect(result("right").earned).to.equal(4);
    expect(said).not.to.match(/\n\s+at /);
  });

  it("says in a line that an assignment is not there, or does not compile", () => {
    handIn(homework, { right: {} });
    write(
      "homework.ipynb",
      notebook(
        homework.map((cell) =>
          cell.id === "softmax-visible" ? { ...cell, source: "assert.nothing(softmax(1));" } : cell,
        ),
      ),
    );
    const wrong = grade();
    expect(wrong.status).to.equal(1);
    expect(wrong.said).to.match(/✗ homework\.ipynb, cell “softmax-visible”: [^\n]+\n$/);
    rmSync(join(folder, "homework.ipynb"));
    const missing = grade();
    expect(missing.status).to.equal(1);
    expect(missing.said.trim().split("\n")).to.have.length(1);
  });

  it("gives the same points in containers, where one can be started", () => {
    const endless = { softmax: "function softmax(z: readonly number[]): number[] { for (;;); }" };
    handIn(homework, { right: { softmax: SOFTMAX }, partly: { softmax: OVERFLOWS }, endless });
    const { status, said } = grade("--sandbox", "container");
    if (/No container can be started here|neither is installed|does not start/.test(said)) {
      expect(status).to.equal(1);
      return void expect(said).to.include("--sandbox bwrap");
    }
    expect(status, said).to.equal(0);
    const [right, partly, late] = ["right", "partly", "endless"].map(result);
    expect([right?.earned, partly?.earned, late?.earned]).to.deep.equal([4, 1, 0]);
    expect(late?.exercises[0]?.limit).to.equal("time");
  });
});
