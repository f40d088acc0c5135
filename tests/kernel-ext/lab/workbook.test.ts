import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fromSource } from "../../source.ts";

type WorkbookModule = typeof import("../../../kernel-ext/lab/workbook.mjs");

describe("the workbook", () => {
  let lib: WorkbookModule;
  let root: string;
  before(async () => {
    lib = await fromSource<WorkbookModule>("lab/workbook.mjs");
  });
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "workbook é "));
    mkdirSync(join(root, "notebooks"));
    course("v1");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const course = (text: string) => writeFileSync(join(root, "notebooks", "01-a.ipynb"), text);
  const copy = () => join(root, "workbook", "01-a.ipynb");
  const ledger = () => join(root, "workbook", ".gradbook.json");
  const student = (text: string) => writeFileSync(copy(), text);
  const nothing = { added: [], updated: [], kept: [] };

  it("is a copy of the lessons, and of nothing else", () => {
    writeFileSync(join(root, "notebooks", "notes.txt"), "");
    expect(lib.makeWorkbook(root)).to.deep.equal({ ...nothing, added: ["01-a.ipynb"] });
    expect(readdirSync(join(root, "workbook")).sort()).to.deep.equal([".gradbook.json", "01-a.ipynb"]);
    expect(lib.makeWorkbook(root)).to.deep.equal(nothing);
  });

  it("follows the course where the student has not touched it", () => {
    lib.makeWorkbook(root);
    course("v2");
    expect(lib.makeWorkbook(root)).to.deep.equal({ ...nothing, updated: ["01-a.ipynb"] });
    expect(readFileSync(copy(), "utf8")).to.equal("v2");
  });

  it("keeps what the student changed, and says so only where the course changed too", () => {
    lib.makeWorkbook(root);
    student("mine");
    expect(lib.makeWorkbook(root)).to.deep.equal(nothing);
    course("v2");
    expect(lib.makeWorkbook(root)).to.deep.equal({ ...nothing, kept: ["01-a.ipynb"] });
    expect(readFileSync(copy(), "utf8")).to.equal("mine");
  });

  it("brings back a lesson that was deleted", () => {
    lib.makeWorkbook(root);
    rmSync(copy());
    expect(lib.makeWorkbook(root).added).to.deep.equal(["01-a.ipynb"]);
  });

  for (const damage of ["", "{", "null", "[]", '"text"', "7", '{"01-a.ipynb":7}']) {
    it(`overwrites nothing of the student's when its ledger is ${damage || "empty"}`, () => {
      lib.makeWorkbook(root);
      student("mine");
      writeFileSync(ledger(), damage);
      course("v2");
      expect(lib.makeWorkbook(root).kept).to.deep.equal(["01-a.ipynb"]);
      expect(readFileSync(copy(), "utf8")).to.equal("mine");
    });
  }

  it("still follows the course after a start that was ended before the ledger was written", () => {
    lib.makeWorkbook(root);
    rmSync(ledger());
    lib.makeWorkbook(root);
    course("v2");
    expect(lib.makeWorkbook(root).updated).to.deep.equal(["01-a.ipynb"]);
  });

  it("leaves alone a file of the student's that has a new lesson's name", () => {
    mkdirSync(join(root, "workbook"));
    student("mine");
    expect(lib.makeWorkbook(root).kept).to.deep.equal(["01-a.ipynb"]);
    expect(readFileSync(copy(), "utf8")).to.equal("mine");
  });
});
