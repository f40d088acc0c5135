// What `npm run notebooks` says of a lesson that is not as it should be.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { fromSource, ROOT } from "../source.ts";

type NotebooksModule = typeof import("../../kernel-ext/lab/notebooks.mjs");

describe("A lesson that is run", function () {
  this.timeout(120_000);
  let lib: NotebooksModule;
  let folder: string;
  before(async () => {
    lib = await fromSource<NotebooksModule>("lab/notebooks.mjs");
    folder = mkdtempSync(join(tmpdir(), "lesson é "));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(lib.executedFolder(), `tried-${process.pid}.ipynb`), { force: true });
  });

  const write = (...sources: string[]): string => {
    const cells = sources.map((source, at) => {
      const about = { id: `cell-${at + 1}`, metadata: {}, source };
      if (source.startsWith("#")) return { ...about, cell_type: "markdown" };
      return { ...about, cell_type: "code", execution_count: null, outputs: [] };
    });
    const path = join(folder, `tried-${process.pid}.ipynb`);
    writeFileSync(path, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    return path;
  };

  const run = async (...sources: string[]) => {
    const path = write(...sources);
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

  it("names a cell that does not end, and ends it", async () => {
    const path = write("1", "while (true);");
    const { faults } = await lib.execute(path, undefined, 2);
    expect(faults).to.have.length(1);
    expect(faults[0]).to.match(/^cell-2: CellTimeoutError: .* after 2 seconds/);
  });

  it("says in a line what is no notebook, and leaves no older one in its place", async () => {
    const path = write("1");
    const executed = join(lib.executedFolder(), basename(path));
    await lib.execute(path);
    expect(existsSync(executed)).to.equal(true);
    for (const [damage, words] of [
      ["{", /^NotJSONError: .*JSON/],
      ['{"cells": [{}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', /^\w+: .+/],
      [undefined, /^FileNotFoundError: /],
    ] as const) {
      if (damage === undefined) rmSync(path);
      else writeFileSync(path, damage);
      const { faults } = await lib.execute(path);
      expect(faults).to.have.length(1);
      expect(faults[0]).to.match(words).and.not.include("\n");
      expect(existsSync(executed)).to.equal(false);
    }
  });

  it("may be run twice at once", async () => {
    const path = write("const a = 1; a + 1");
    const runs = await Promise.all([lib.execute(path), lib.execute(path)]);
    expect(runs.flatMap(({ faults }) => faults)).to.deep.equal([]);
    expect(readFileSync(join(lib.executedFolder(), basename(path)), "utf8")).to.include('"2"');
    expect(readdirSync(lib.executedFolder()).filter((file) => file.endsWith(".part"))).to.deep.equal([]);
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
    it(`leaves no process behind when who runs it gets a ${signal}`, async function () {
      if (!existsSync("/proc/self/environ")) this.skip();
      const path = write("process.pid", "await new Promise((resolve) => setTimeout(resolve, 30_000));");
      const module = JSON.stringify(pathToFileURL(join(ROOT, "kernel-ext", "lab", "notebooks.mjs")).href);
      const script = `(await import(${module})).execute(process.argv[1], (done) => console.log(done))`;
      const marked = { ...process.env, GRADBOOK_TEST_MARK: `${process.pid}-${signal}` };
      const runner = spawn(process.execPath, ["--input-type=module", "-e", script, path], {
        env: marked,
        detached: true,
      });
      await once(runner.stdout, "data");
      expect(processesWith(marked.GRADBOOK_TEST_MARK)).to.have.length.of.at.least(3);
      // A terminal sends its Ctrl-C to the whole group.
      process.kill(signal === "SIGINT" ? -runner.pid! : runner.pid!, signal);
      for (let waited = 0; waited < 100 && processesWith(marked.GRADBOOK_TEST_MARK).length; waited++)
        await sleep(100);
      expect(processesWith(marked.GRADBOOK_TEST_MARK)).to.deep.equal([]);
    });
  }

  it("takes names of lessons, or parts of them", () => {
    expect(lib.lessonsNamed(["01"])).to.deep.equal(["01-softmax-and-cross-entropy.ipynb"]);
    expect(lib.lessonsNamed([])).to.include("01-softmax-and-cross-entropy.ipynb");
    expect(() => lib.lessonsNamed(["99"])).to.throw("No lesson is called “99”");
  });
});

/** The processes that have inherited a mark in their environment. */
function processesWith(mark: string): string[] {
  return readdirSync("/proc").filter((entry) => {
    try {
      return readFileSync(join("/proc", entry, "environ"), "utf8").includes(`GRADBOOK_TEST_MARK=${mark}`);
    } catch {
      return false;
    }
  });
}
