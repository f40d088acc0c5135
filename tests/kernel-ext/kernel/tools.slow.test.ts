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

  it("papermill sets parameters of every kind, in the language of the cells", async () => {
    const parameters = {
      ...cell(
        "const rate: number = 1; // how far\nconst names: string[] = [];\nlet extra = {};\nlet none = 1;\nlet big = 1n",
      ),
      metadata: { tags: ["parameters"] },
    };
    const notebook = {
      ...NOTEBOOK,
      cells: [parameters, cell("console.log(rate * 2, names, extra, big, none)")],
    };
    writeFileSync(join(jupyter.folder, "parameters.ipynb"), JSON.stringify(notebook));
    const yaml =
      'rate: 0.25\nnames: ["it\\u2019s", "a\\"b`{1}"]\nextra: {a: [1, true]}\nbig: 9007199254740993\nnone: null\n';
    writeFileSync(join(jupyter.folder, "parameters.yaml"), yaml);
    const { code, stderr } = await jupyter.run([
      ...[
        "-m",
        "papermill",
        "parameters.ipynb",
        "papermill.ipynb",
        "-f",
        "parameters.yaml",
        "--no-progress-bar",
      ],
    ]);
    expect(code, stderr).to.equal(0);
    expect(stderr).not.to.match(/unknown parameter|introspection/);
    const { cells } = JSON.parse(readFileSync(join(jupyter.folder, "papermill.ipynb"), "utf8"));
    expect(cells[1].source.join("")).to.include("let rate = 0.25;");
    expect(cells.at(-1).outputs[0].text.join("")).to.equal(
      "0.5 [ 'it’s', 'a\"b`{1}' ] { a: [ 1, true ] } 9007199254740993n null\n",
    );
  });

  it("papermill stops at a type error, and says where it is", async () => {
    const notebook = { ...NOTEBOOK, cells: [cell("const wrong: number = 'text';")] };
    writeFileSync(join(jupyter.folder, "wrong.ipynb"), JSON.stringify(notebook));
    const { code, stderr } = await jupyter.run([
      "-m",
      "papermill",
      "wrong.ipynb",
      "out.ipynb",
      "--no-progress-bar",
    ]);
    expect(code).not.to.equal(0);
    expect(stderr).to.include("Type 'string' is not assignable to type 'number'");
  });

  it("jupyter console runs what is typed, and keeps it", async () => {
    const { code, stdout, stderr } = await jupyter.run(
      ["-m", "jupyter_console", "--kernel=gradbook", "--simple-prompt"],
      "const x: number = 20\nx * 2 + 2\nexit\n",
    );
    expect(code, stderr).to.equal(0);
    expect(stdout).to.include("42");
  });

  it("cells of a JavaScript notebook are JavaScript", async () => {
    const kernelspec = { name: "gradbook-javascript", language: "javascript", display_name: "JavaScript" };
    const notebook = {
      ...NOTEBOOK,
      metadata: { kernelspec },
      cells: [cell("let x = 1; x = 'two'; console.log(x)")],
    };
    writeFileSync(join(jupyter.folder, "plain.ipynb"), JSON.stringify(notebook));
    const { code, stderr } = await jupyter.run([
      "-m",
      "nbconvert",
      "--execute",
      "--to",
      "markdown",
      "plain.ipynb",
    ]);
    expect(code, stderr).to.equal(0);
    expect(readFileSync(join(jupyter.folder, "plain.md"), "utf8")).to.match(/```javascript[\s\S]*two/);
  });
});
