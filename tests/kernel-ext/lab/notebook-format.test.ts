import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fromSource } from "../../source.ts";

type Format = typeof import("../../../kernel-ext/lab/notebook-format.mjs");

describe("the one form of notebooks", () => {
  let lib: Format;
  before(async () => {
    lib = await fromSource<Format>("lab/notebook-format.mjs");
  });

  const code = { cell_type: "code", id: "a", metadata: {}, execution_count: 3, outputs: [{}], source: "1" };
  const notebook = (...cells: object[]) =>
    JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells });
  const format = (...cells: object[]) => JSON.parse(lib.normalised(notebook(...cells), "x.ipynb"));

  it("takes away what a run leaves", () => {
    const [cell] = format({
      ...code,
      metadata: { execution: {}, collapsed: true, trusted: true, tags: ["x"] },
    }).cells;
    expect(cell).to.deep.equal({
      ...code,
      execution_count: null,
      outputs: [],
      metadata: { tags: ["x"] },
      source: ["1"],
    });
  });

  it("keeps a source line by line, without trailing blanks", () => {
    const [one, two, three] = format(
      { ...code, source: ["const a = 1;  \n", "\n", "a\t\n\n"] },
      { ...code, id: "b", source: "" },
      { cell_type: "markdown", id: "c" },
    ).cells;
    expect(one.source).to.deep.equal(["const a = 1;\n", "\n", "a"]);
    expect(two.source).to.deep.equal([]);
    expect(three).to.deep.equal({ cell_type: "markdown", id: "c", metadata: {}, source: [] });
  });

  it("keeps the pictures in a text cell", () => {
    const attachments = { "a.png": { "image/png": "AA==" } };
    const [cell] = format({
      cell_type: "markdown",
      id: "m",
      metadata: {},
      source: "![](a)",
      attachments,
    }).cells;
    expect(cell.attachments).to.deep.equal(attachments);
  });

  it("names our kernel and format 4.5, whatever ran it", () => {
    const text = JSON.stringify({
      cells: [code],
      metadata: {
        kernelspec: { name: "tslab" },
        language_info: { version: "1" },
        title: "kept",
        widgets: { state: {} },
      },
      nbformat: 4,
      nbformat_minor: 2,
    });
    const { metadata, nbformat_minor } = JSON.parse(lib.normalised(text, "x"));
    expect(metadata.title).to.equal("kept");
    expect(metadata.kernelspec.name).to.equal("gradbook");
    expect(metadata.language_info).not.to.have.property("version");
    expect(metadata).not.to.have.property("widgets");
    expect(nbformat_minor).to.equal(5);
  });

  it("does nothing the second time", () => {
    const once = lib.normalised(notebook({ ...code, source: "a  \r\n \n\nb \n" }, { ...code, id: "b" }), "x");
    expect(lib.normalised(once, "x")).to.equal(once);
  });

  const errors: [string, () => string, RegExp][] = [
    ["a cell without id", () => notebook(code, { ...code, id: undefined }), /x\.ipynb: cell 2 has no id →/],
    ["a cell that is none", () => '{"nbformat":4,"cells":[null]}', /cell 1 has no id →/],
    ["the same id twice", () => notebook(code, code), /two cells have the id “a” →/],
    ["what is not JSON", () => "{", /x\.ipynb is not JSON \(.*\) →/],
    ["another format", () => '{"nbformat":3,"worksheets":[]}', /not a notebook of format 4 →/],
  ];
  for (const [name, text, said] of errors) {
    it(`refuses ${name} in one sentence`, () => {
      try {
        lib.normalised(text(), "x.ipynb");
      } catch (error) {
        expect(String(error)).to.match(said).and.not.to.include("\n");
        return;
      }
      throw new Error("it should have refused");
    });
  }

  it("writes only lessons that differ, and only when asked", () => {
    const root = mkdtempSync(join(tmpdir(), "format "));
    try {
      mkdirSync(join(root, "notebooks"));
      const file = join(root, "notebooks", "a.ipynb");
      writeFileSync(file, notebook(code));
      expect(lib.formatNotebooks(root, { write: false })).to.deep.equal(["a.ipynb"]);
      expect(readFileSync(file, "utf8")).to.equal(notebook(code));
      expect(lib.formatNotebooks(root, { write: true })).to.deep.equal(["a.ipynb"]);
      expect(lib.formatNotebooks(root, { write: true })).to.deep.equal([]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
