// Jupyter's own programs on the kernel.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Jupyter } from "./python.ts";

const cell = (source: string): object => ({
  id: `cell-${source.length}`,
  cell_type: "code",
  source,
  metadata: {},
  outputs: [],
  execution_count: null,
});

const NOTEBOOK = {
  cells: [cell("const answer: number = 6 * 7;"), cell('console.log("the answer", answer); [answer]')],
  metadata: {
    kernelspec: { name: "gradbook", language: "typescript", display_name: "TypeScript" },
    language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/typescript" },
  },
  nbformat: 4,
  nbformat_minor: 5,
};

describe("Jupyter's programs", function () {
  this.timeout(120_000);
  let jupyter: Jupyter;
  before(async () => {
    jupyter = await Jupyter.open();
    writeFileSync(join(jupyter.folder, "in.ipynb"), JSON.stringify(NOTEBOOK));
  });
  after(() => jupyter.close());

  for (const [to, file, expected] of [
    ["html", "in.html", "the answer 42"],
    ["script", "in.ts", "const answer: number = 6 * 7;"],
    ["markdown", "in.md", "the answer 42"],
  ] as const) {
    it(`nbconvert executes a notebook and converts it to ${to}`, async () => {
      const { code, stderr } = await jupyter.run(["-m", "nbconvert", "--execute", "--to", to, "in.ipynb"]);
      expect(code, stderr).to.equal(0);
      expect(readFileSync(join(jupyter.folder, file), "utf8")).to.include(expected);
    });
  }

  it("jupyter run runs a file", async () => {
    writeFileSync(join(jupyter.folder, "cell.ts"), 'console.log("ran", [1, 2].map((n) => n * 2));');
    const { code, stdout, stderr } = await jupyter.run([
      "-m",
      "jupyter_client.runapp",
      "--kernel=gradbook",
      "cell.ts",
    ]);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.include("ran [ 2, 4 ]");
  });
});
