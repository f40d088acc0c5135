import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Cell, Notebook } from "../../../kernel-ext/lab/release.mjs";
import { fromSource } from "../../source.ts";

type WorkbookModule = typeof import("../../../kernel-ext/lab/workbook.mjs");

const NAME = "01-a.ipynb";

function cell(id: string, source: string, metadata: Record<string, unknown> = {}): Cell {
  return {
    id,
    cell_type: "code",
    source: source.split(/(?<=\n)/),
    metadata,
    outputs: [],
    execution_count: null,
  };
}

const notebook = (...cells: Cell[]): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });

const marks = (grade_id: string, more: object): { nbgrader: object } => ({
  nbgrader: {
    grade: false,
    solution: false,
    locked: false,
    task: false,
    schema_version: 3,
    grade_id,
    ...more,
  },
});
const answer = (body: string): Cell =>
  cell(
    "answer",
    `function f() {\n  // BEGIN SOLUTION\n  ${body}\n  // END SOLUTION\n}`,
    marks("answer", { solution: true }),
  );
const test = (body: string): Cell =>
  cell("test", body, marks("test", { grade: true, locked: true, points: 2 }));

/** The same numbers in [0, 1) for the same seed (mulberry32). */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Some cells changed, deleted, moved, doubled and added; `written` follows what must still be there. */
function shuffledWith(
  cells: readonly Cell[],
  stamp: string,
  random: () => number,
  written: Set<string> = new Set(),
): Cell[] {
  const textOf = ({ source }: Cell): string => [source].flat().join("");
  const write = (text: string): string[] => {
    written.add(text);
    return [text];
  };
  const result: Cell[] = [];
  for (const [at, one] of cells.entries()) {
    const dice = random();
    // What the student deletes or writes over is theirs to lose.
    if (dice < 0.3) written.delete(textOf(one));
    if (dice < 0.1) continue;
    if (dice < 0.3) result.push({ ...one, source: write(`${stamp} changes ${at}`) });
    else result.push(one);
    if (dice > 0.95)
      result.push({
        ...one,
        id: stamp.startsWith("s") ? one.id : `${one.id}x`,
        source: write(`${stamp} doubles ${at}`),
      });
    if (dice > 0.85 && dice < 0.95) result.push(cell(`${stamp}-${at}`, write(`${stamp} adds ${at}`)[0]!));
  }
  if (random() < 0.3) result.reverse();
  const seen = new Set<string>();
  return stamp.startsWith("s") ? result : result.filter(({ id }) => !seen.has(id) && seen.add(id));
}

describe("the workbook", () => {
  let lib: WorkbookModule;
  let root: string;
  before(async () => {
    lib = await fromSource<WorkbookModule>("lab/workbook.mjs");
  });
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "workbook é "));
    mkdirSync(join(root, "notebooks"));
    course(cell("a", "1"), cell("b", "2"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const course = (...cells: Cell[]) =>
    writeFileSync(join(root, "notebooks", NAME), JSON.stringify(notebook(...cells)));
  const copy = () => join(root, "workbook", NAME);
  const base = () => join(root, "workbook", ".gradbook", NAME);
  const mine = (): Notebook => JSON.parse(readFileSync(copy(), "utf8"));
  const student = (change: (cells: Cell[]) => Cell[]) => {
    const now = mine();
    writeFileSync(copy(), JSON.stringify({ ...now, cells: change(now.cells) }));
  };
  const edit = (id: string, source: string) =>
    student((cells) => cells.map((one) => (one.id === id ? { ...one, source: [source] } : one)));
  const seen = () => mine().cells.map(({ id, source }) => `${id}: ${source.join("")}`);
  const make = () => lib.makeWorkbook(root);
  const nothing = { added: [], updated: [], both: [], kept: [] };

  it("holds the lessons, and nothing else", () => {
    writeFileSync(join(root, "notebooks", "notes.txt"), "");
    mkdirSync(join(root, "notebooks", "exercises"));
    expect(make()).to.deep.equal({ ...nothing, added: [NAME] });
    expect(readdirSync(join(root, "workbook")).sort()).to.deep.equal([".gradbook", NAME]);
    expect(make()).to.deep.equal(nothing);
  });

  it("has stubs for solutions, no hidden test and no planted answer; what is not the student's is locked", () => {
    course(answer("return 42;"), test("// BEGIN HIDDEN TESTS\nhidden(42);\n// END HIDDEN TESTS\ncheck()"), {
      ...cell("planted", "function f() { return 41 }", { tags: ["planted"] }),
      cell_type: "raw",
    });
    make();
    expect(seen()).to.deep.equal([
      'answer: function f() {\n  // Your code here.\n  throw new Error("not written yet");\n}',
      "test: check()",
    ]);
    expect(readFileSync(base(), "utf8")).not.to.match(/42|41|HIDDEN|SOLUTION/);
    const [first, second] = mine().cells.map(({ metadata }) => metadata);
    expect(first).to.include({ deletable: false }).and.not.have.property("editable");
    expect(second).to.include({ deletable: false, editable: false });
    expect(second?.nbgrader.checksum).to.match(/^[0-9a-f]{32}$/);
  });

  it("hands out nothing that a cell has printed", () => {
    const output = { output_type: "stream", name: "stdout", text: ["the answer is 42"] };
    course({ ...cell("a", "1"), outputs: [output], execution_count: 7 });
    make();
    expect(mine().cells[0]).to.include({ execution_count: null }).and.deep.include({ outputs: [] });
  });

  it("has a stub of text where the answer is text, and takes any ends of lines and sources that are one string", () => {
    const text = cell("t", "Why?\r\n\r\n<!-- BEGIN SOLUTION -->\r\nBecause.\r\n<!-- END SOLUTION -->", {
      ...marks("t", { solution: true, grade: true, points: 1 }),
    });
    const code = { ...answer("return 42;"), source: answer("return 42;").source.join("") as never };
    course({ ...text, cell_type: "markdown" }, code);
    make();
    expect(seen()).to.deep.equal([
      "t: Why?\r\n\r\n*Your answer here.*",
      'answer: function f() {\n  // Your code here.\n  throw new Error("not written yet");\n}',
    ]);
    expect(mine().cells[0]?.metadata).not.to.have.property("editable");
  });

  it("stubs every region of a cell, each as far indented as it was", () => {
    const body =
      "{\n  // BEGIN SOLUTION\n  1\n  // END SOLUTION\n}{\n\t// BEGIN SOLUTION\n\t2\n\t// END SOLUTION\n}";
    course(cell("x", body, marks("x", { solution: true })));
    make();
    const stub = (indent: string): string =>
      `${indent}// Your code here.\n${indent}throw new Error("not written yet");\n`;
    expect(mine().cells[0]?.source.join("")).to.equal(`{\n${stub("  ")}}{\n${stub("\t")}}`);
  });

  for (const [what, ...cells] of [
    ["a mark without a name", cell("x", "1", marks("x", { grade_id: undefined, locked: true }))],
    ["a test without points", cell("x", "1", marks("x", { grade: true, locked: true }))],
    ["a region without its end", cell("x", "// BEGIN SOLUTION", marks("x", { solution: true }))],
    ["an end without its region", cell("x", "// END HIDDEN TESTS")],
    ["a region in another", cell("x", "// BEGIN SOLUTION\n// BEGIN SOLUTION\n// END SOLUTION")],
    ["a solution that is not marked as one", cell("x", "// BEGIN SOLUTION\n// END SOLUTION")],
    ["a solution cell without a region", cell("x", "1", marks("x", { solution: true }))],
    ["hidden tests that nbgrader would keep", cell("x", "// BEGIN HIDDEN TESTS\n// END HIDDEN TESTS")],
  ] as const) {
    it(`hands nothing out that has ${what}`, () => {
      course(...cells);
      expect(make).to.throw(`${NAME}, cell “x”`);
      expect(existsSync(copy())).to.equal(false);
    });
  }

  it("follows the course where the student has not touched it", () => {
    make();
    course(cell("a", "1"), cell("b", "3"));
    expect(make()).to.deep.equal({ ...nothing, updated: [NAME] });
    expect(seen()).to.deep.equal(["a: 1", "b: 3"]);
  });

  it("keeps what the student changed and added, and updates the rest, with the outputs of what stays", () => {
    make();
    edit("a", "mine");
    const output = { output_type: "stream", name: "stdout", text: ["2"] };
    student(([a, b]) => [a!, cell("own", "own"), { ...b!, outputs: [output] }]);
    course(cell("lead", "0"), cell("a", "1"), cell("b", "2"), cell("c", "3"));
    expect(make()).to.deep.equal({ ...nothing, updated: [NAME] });
    expect(seen()).to.deep.equal(["lead: 0", "a: mine", "own: own", "b: 2", "c: 3"]);
    expect(mine().cells[3]?.outputs).to.deep.equal([output]);
    expect(make()).to.deep.equal(nothing);
  });

  it("keeps both where both changed a cell, the student's last, so that it counts", () => {
    make();
    edit("a", "mine");
    course(cell("a", "theirs"), cell("b", "2"));
    expect(make()).to.deep.equal({ ...nothing, both: [{ name: NAME, cells: ["a"] }] });
    const [note, ...rest] = seen();
    expect(note).to.match(/^a-note: \*The course has a new version of this cell/);
    expect(rest).to.deep.equal(["a-course: theirs", "a: mine", "b: 2"]);
    course(cell("a", "theirs again"), cell("b", "2"));
    make();
    expect(seen().map((line) => line.slice(0, 30))).to.include.members([
      "a-course-2: theirs again",
      "a: mine",
    ]);
    expect(new Set(mine().cells.map(({ id }) => id)).size).to.equal(mine().cells.length);
  });

  it("lets the course's version of a test count, and keeps a changed one beside it", () => {
    course(test("check(1)"));
    make();
    edit("test", "cheat()");
    course(test("check(2)"));
    expect(make().both).to.deep.equal([{ name: NAME, cells: ["test"] }]);
    expect(seen().slice(1)).to.deep.equal(["test-yours: cheat()", "test: check(2)"]);
    expect(mine().cells[1]?.metadata).not.to.have.property("nbgrader");
    expect(mine().cells[2]?.metadata.nbgrader).to.include({ points: 2 });
  });

  it("leaves deleted what the student deleted, and drops what the course dropped, unless it was changed", () => {
    course(cell("a", "1"), cell("b", "2"), cell("c", "3"));
    make();
    student((cells) => cells.filter(({ id }) => id !== "a"));
    edit("c", "mine");
    course(cell("a", "new"), cell("d", "4"));
    make();
    expect(seen().sort()).to.deep.equal(["c: mine", "d: 4"]);
  });

  it("keeps the order that the student gave the cells", () => {
    course(cell("a", "1"), cell("b", "2"), cell("c", "3"));
    make();
    student((cells) => [...cells].reverse());
    course(cell("a", "1"), cell("new", "!"), cell("b", "2"), cell("c", "3"));
    make();
    expect(seen()).to.deep.equal(["c: 3", "b: 2", "a: 1", "new: !"]);
  });

  it("loses no cell of a notebook that has an id twice", () => {
    course(answer("return 1;"), cell("b", "2"));
    make();
    student(([a, b]) => [a!, b!, { ...a!, source: ["mine"] }, { ...a!, source: ["mine, too"] }]);
    course(answer("return 1;"), cell("b", "3"));
    make();
    expect(seen().slice(1)).to.deep.equal(["b: 3", "answer-2: mine", "answer-3: mine, too"]);
    expect(mine().cells.map(({ metadata }) => "nbgrader" in metadata)).to.deep.equal([
      true,
      false,
      false,
      false,
    ]);
  });

  it("keeps a picture that the student put in", () => {
    const picture = (data: string) => ({ attachments: { "a.png": { "image/png": data } } });
    const shown = (words: string): Cell => ({
      ...cell("a", `${words} ![](attachment:a.png)`),
      cell_type: "markdown",
      ...picture("course"),
    });
    course(shown("See"));
    make();
    student(([a]) => [{ ...a!, ...picture("mine") }]);
    course(shown("Look at"));
    make();
    expect(mine().cells.map(({ attachments }) => attachments)).to.deep.include(picture("mine").attachments);
  });

  it("says a conflict once, however often a start is ended before it wrote down what it had handed out", () => {
    make();
    edit("a", "mine");
    const before = readFileSync(base());
    course(cell("a", "theirs"), cell("b", "2"));
    make();
    const after = seen();
    writeFileSync(base(), before);
    expect(make()).to.deep.equal({ ...nothing, updated: [NAME] });
    expect(seen()).to.deep.equal(after);
  });

  it("lets go of no lesson that the course has renamed or given up", () => {
    make();
    edit("a", "mine");
    renameSync(join(root, "notebooks", NAME), join(root, "notebooks", "01-b.ipynb"));
    expect(make()).to.deep.equal({ ...nothing, added: ["01-b.ipynb"] });
    expect(seen()).to.deep.equal(["a: mine", "b: 2"]);
  });

  it("writes through a folder that is a link", () => {
    mkdirSync(join(root, "elsewhere"));
    symlinkSync("elsewhere", join(root, "workbook"));
    make();
    edit("a", "mine");
    course(cell("a", "1"), cell("b", "3"));
    make();
    expect(seen()).to.deep.equal(["a: mine", "b: 3"]);
    expect(readdirSync(join(root, "elsewhere")).sort()).to.deep.equal([".gradbook", NAME]);
  });

  it("never loses what a student wrote, whatever both sides do", () => {
    for (let seed = 1; seed <= 100; seed++) {
      rmSync(join(root, "workbook"), { recursive: true, force: true });
      const random = draws(seed);
      let theirs = Array.from({ length: 4 }, (_, i) => cell(`c${i}`, `course ${i}`));
      course(...theirs);
      make();
      const written = new Set<string>();
      for (let round = 0; round < 4; round++) {
        student((cells) => shuffledWith(cells, `s${seed}-${round}`, random, written));
        theirs = [...shuffledWith(theirs, `t${round}`, random), cell(`t${round}-last`, `t${round} last`)];
        course(...theirs);
        make();
        const now = mine().cells;
        const where = `seed ${seed}, round ${round}`;
        const texts = new Set(now.map(({ source }) => [source].flat().join("")));
        for (const text of written) expect([...texts], where).to.include(text);
        for (const { id, source } of theirs) {
          if (!id.startsWith(`t${round}-`)) continue;
          expect([...texts], `${where}: new in the course`).to.include([source].flat().join(""));
        }
        expect(new Set(now.map(({ id }) => id)).size, where).to.equal(now.length);
        for (const { id } of now) expect(id).to.match(/^[\w-]{1,64}$/);
        expect(make(), where).to.deep.equal(nothing);
      }
    }
  }).timeout(90_000);

  it("brings back a lesson that was deleted", () => {
    make();
    rmSync(copy());
    expect(make().added).to.deep.equal([NAME]);
  });

  for (const damage of [
    "",
    "{",
    "null",
    "[]",
    '"text"',
    '{"cells":[]}',
    '{"nbformat":4,"cells":[{}]}',
    '{"nbformat":4,"cells":[{"id":"a"}]}',
  ]) {
    it(`overwrites nothing of the student's that is ${damage || "empty"}, nor where that is what was handed out`, () => {
      make();
      writeFileSync(copy(), damage);
      course(cell("a", "new"));
      expect(make().kept).to.deep.equal([NAME]);
      expect(readFileSync(copy(), "utf8")).to.equal(damage);
      rmSync(copy());
      make();
      edit("a", "mine");
      writeFileSync(base(), damage);
      course(cell("a", "newer"));
      expect(make().kept).to.deep.equal([NAME]);
      expect(seen()).to.deep.equal(["a: mine"]);
    });
  }

  it("still follows the course after a start that was ended before it wrote down what it had handed out", () => {
    make();
    rmSync(base());
    make();
    course(cell("a", "new"));
    expect(make().updated).to.deep.equal([NAME]);
    expect(seen()).to.deep.equal(["a: new"]);
  });

  describe("put back to what was handed out", () => {
    beforeEach(() => {
      make();
      edit("a", "mine");
      edit("b", "mine, too");
    });

    it("takes the cells that are named, deleted ones too", () => {
      lib.resetCells(root, NAME, ["b"]);
      expect(seen()).to.deep.equal(["a: mine", "b: 2"]);
      student((cells) => cells.filter(({ id }) => id !== "b"));
      lib.resetCells(root, NAME, ["b"]);
      expect(seen()).to.deep.equal(["a: mine", "b: 2"]);
    });

    it("takes the whole lesson, and keeps the student's beside it", () => {
      expect(lib.resetCells(root, NAME, [])).to.include("01-a.mine-1.ipynb");
      expect(seen()).to.deep.equal(["a: 1", "b: 2"]);
      expect(readFileSync(join(root, "workbook", "01-a.mine-1.ipynb"), "utf8")).to.include("mine, too");
      expect(lib.resetCells(root, NAME, [])).to.include("01-a.mine-2.ipynb");
    });

    it("says what there is no such cell or lesson of", () => {
      expect(() => lib.resetCells(root, NAME, ["z"])).to.throw("has no cell “z”");
      expect(() => lib.resetCells(root, "02.ipynb", [])).to.throw("There is no lesson “02.ipynb”");
      writeFileSync(copy(), "{");
      expect(() => lib.resetCells(root, NAME, ["a"])).to.throw("no notebook");
      lib.resetCells(root, NAME, []);
      expect(seen()).to.deep.equal(["a: 1", "b: 2"]);
    });
  });
});
