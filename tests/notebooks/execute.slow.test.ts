// What `npm run notebooks` says of a lesson that is not as it should be.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fromSource } from "../source.ts";

type NotebooksModule = typeof import("../../kernel-ext/lab/notebooks.mjs");

describe("A lesson that is run", function () {
  this.timeout(120_000);
  let lib: NotebooksModule;
  let folder: string;
  before(async () => {
    lib = await fromSource<NotebooksModule>("lab/notebooks.mjs");
    folder = mkdtempSync(join(tmpdir(), "lesson é "));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = async (...sources: string[]) => {
    const cells = sources.map((source, at) => {
      const about = { id: `cell-${at + 1}`, metadata: {}, source };
      if (source.startsWith("#")) return { ...about, cell_type: "markdown" };
      return { ...about, cell_type: "code", execution_count: null, outputs: [] };
    });
    const path = join(folder, `tried-${process.pid}.ipynb`);
    writeFileSync(path, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    const far: string[] = [];
    const { faults } = await lib.execute(path, (done, of) => far.push(`${done}/${of}`));
    const executed = join(lib.executedFolder(), `tried-${process.pid}.ipynb`);
    const outputs = JSON.stringify(JSON.parse(readFileSync(executed, "utf8")).cells);
    rmSync(executed);
    return { faults, far, outputs };
  };

  it("says how far it is, and keeps what came out", async () => {
    const { faults, far, outputs } = await run("# title", "6 * 7", "", "console.log('done')");
    expect(faults).to.deep.equal([]);
    expect(far).to.deep.equal(["1/2", "2/2"]);
    expect(outputs).to.include('"42"').and.to.include("done");
  });

  it("ends at the first error, and names its cell", async () => {
    const { faults, far } = await run("1", "throw new Error('no good')", "2");
    expect(faults).to.deep.equal(["cell-2: Error: no good"]);
    expect(far.at(-1)).to.equal("2/3");
  });

  it("minds a type error, a word on stderr, and a kernel that is gone", async () => {
    expect((await run("const n: number = 'a'")).faults.join()).to.match(
      /^cell-1: TypeCheckError: .*not assignable/s,
    );
    expect((await run("console.warn('careful')")).faults).to.deep.equal(["cell-1 writes to stderr: careful"]);
    const { faults } = await run("process.exit(3)", "1");
    expect(faults).to.have.length(1);
    expect(faults[0]).to.match(/ended|died|exit/i);
  });

  it("takes names of lessons, or parts of them", () => {
    expect(lib.lessonsNamed(["01"])).to.deep.equal(["01-softmax-and-cross-entropy.ipynb"]);
    expect(lib.lessonsNamed([])).to.include("01-softmax-and-cross-entropy.ipynb");
    expect(() => lib.lessonsNamed(["99"])).to.throw("No lesson is called “99”");
  });
});
