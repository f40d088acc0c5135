// What is taken from lessons that have run: their figures, the numbers behind them, and whether they still tell the truth.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Notebook } from "../../../kernel-ext/lab/release.mjs";
import { fromSource } from "../../source.ts";

const { csvOf, figuresIn } =
  await fromSource<typeof import("../../../kernel-ext/lab/figure-data.mjs")>("lab/figure-data.mjs");
const { faultOf, readNotebook, titleOf, toBeRun } =
  await fromSource<typeof import("../../../kernel-ext/lab/executed.mjs")>("lab/executed.mjs");

const PLOTLY = "application/vnd.plotly.v1+json";

type Outputs = readonly unknown[];

const shown = (data: Record<string, unknown>) => ({ output_type: "display_data", data, metadata: {} });

/** A notebook that has run, from the outputs of its cells by their ids. */
function ran(cells: Record<string, Outputs>): Notebook {
  return {
    cells: Object.entries(cells).map(([id, outputs]) => ({
      id,
      cell_type: "code",
      source: ["1"],
      metadata: {},
      outputs: [...outputs],
      execution_count: 1,
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
}

describe("the figures of a lesson that has run", () => {
  const named = (title: string) => shown({ [PLOTLY]: { data: [], layout: { title: { text: title } } } });

  it("are named by lesson and cell, each otherwise", () => {
    const notebook = ran({ loss: [named("a"), named("b")], "loss-2": [named("c")], none: [] });
    const names = (lesson: string) => figuresIn(notebook, lesson).map(({ name }) => name);
    expect(names("07-optimizers.ipynb")).to.deep.equal(["07-loss", "07-loss-2", "07-loss-2-2"]);
    expect(names("mine.ipynb")).to.deep.equal(["loss", "loss-2", "loss-2-2"]);
  });

  it("have a title without plotly's tags, and say in words what they show", () => {
    const outputs = [
      shown({
        [PLOTLY]: { data: [], layout: { title: { text: "Loss<br>of <b>x</b> < 3" } } },
        "text/plain": "words",
      }),
      shown({ [PLOTLY]: { data: [], layout: {} } }),
      shown({ "image/png": ["AAAA", "BBBB"], "text/plain": ["Picture: ", "a cat"] }),
    ];
    const found = figuresIn(ran({ "some-cell": outputs }), "01-a.ipynb");
    expect(found.map(({ title, alt }) => [title, alt])).to.deep.equal([
      ["Loss of x < 3", "words"],
      ["some-cell", "some-cell"],
      ["some cell", "Picture: a cat"],
    ]);
    expect(found[2]?.png).to.have.length(6);
  });

  it("give their numbers as a table, a row for each point", () => {
    const data = [
      { type: "scatter", name: 'a "b", c', y: [1, null, 3] },
      { type: "bar", x: ["p", "q"], y: [0.5, -1e-7], error_y: { array: [1, 2], arrayminus: [3, 4] } },
      { type: "scatter", name: "in the legend only", x: [null], y: [null] },
      { type: "histogram", name: "h", x: [5] },
    ];
    expect(csvOf({ data })?.split("\r\n")).to.deep.equal([
      "trace,x,y,error up,error down",
      '"a ""b"", c",0,1,,',
      '"a ""b"", c",1,,,',
      '"a ""b"", c",2,3,,',
      "trace 1,p,0.5,1,3",
      "trace 1,q,-1e-7,2,4",
      "h,5,,,",
      "",
    ]);
  });

  it("give a matrix with its places, uprights as columns, and panels by number", () => {
    const map = { type: "heatmap", x: ["a", "b"], z: [[1, 2]], xaxis: "x2", yaxis: "y2" };
    expect(csvOf({ data: [{ type: "scatter", y: [7] }, map] })).to.equal(
      "panel,trace,x,y,z\r\n1,trace 0,0,7,\r\n2,trace 1,a,0,1\r\n2,trace 1,b,0,2\r\n",
    );
    const dimensions = [
      { label: "rate", values: [0.1] },
      { label: "loss, at last", values: [2] },
    ];
    expect(csvOf({ data: [{ type: "parcoords", name: "t", dimensions }] })).to.equal(
      'trace,rate,"loss, at last"\r\nt,0.1,2\r\n',
    );
  });

  it("give no table where no trace has numbers", () => {
    for (const plotly of [{}, { data: [] }, { data: [{ type: "scatter", x: [null], y: [null] }] }])
      expect(csvOf(plotly)).to.equal(undefined);
  });
});

describe("a lesson that has run", () => {
  const whole = ran({ one: [shown({ "text/plain": "1" })] });
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "ran é "));
    for (const folder of [
      "notebooks",
      "build/notebooks",
      "build/dist/lib",
      "build/dist/data",
      "build/dist/notebooks",
    ])
      mkdirSync(join(root, folder), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** Writes a file that was last changed so many seconds after some day. */
  const put = (path: string, seconds: number, content: unknown = whole): void => {
    writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
    utimesSync(join(root, path), 1_700_000_000 + seconds, 1_700_000_000 + seconds);
  };
  const isToBeRun = (): boolean => toBeRun(["01-a.ipynb"], { root }).length === 1;

  it("is run again where it, or the code that it imports, is newer than the run", () => {
    put("notebooks/01-a.ipynb", 10);
    put("build/dist/lib/index.js", 20, "");
    expect(isToBeRun(), "never ran").to.equal(true);
    put("build/notebooks/01-a.ipynb", 30);
    expect(isToBeRun()).to.equal(false);
    put("notebooks/01-a.ipynb", 40);
    expect(isToBeRun(), "the lesson changed").to.equal(true);
    put("build/notebooks/01-a.ipynb", 50);
    put("build/dist/lib/index.js", 60, "");
    expect(isToBeRun(), "lib changed").to.equal(true);
  });

  it("is run again where the run is damaged, failed or broke off, and says why", () => {
    const failed = ran({ one: [], two: [{ output_type: "error", ename: "Error", evalue: "no\nmore" }] });
    const broken = ran({ one: [] });
    broken.cells[0]!.execution_count = null;
    for (const [content, fault] of [
      ["{", "no run of it is there"],
      [JSON.stringify({ cells: [{ ...whole.cells[0], id: "../../x" }] }), "no run of it is there"],
      [JSON.stringify(failed), "two: Error: no"],
      [JSON.stringify(broken), "its run ended before one"],
      [JSON.stringify(whole), undefined],
    ] as const) {
      put("notebooks/01-a.ipynb", 10);
      put("build/notebooks/01-a.ipynb", 20, content);
      expect(faultOf(readNotebook(join(root, "build/notebooks/01-a.ipynb")))).to.equal(fault);
      expect(isToBeRun()).to.equal(fault !== undefined);
    }
  });

  it("is called by its first heading, or else by its name", () => {
    const lead = {
      id: "lead",
      cell_type: "markdown",
      metadata: {},
      source: ["Words\n", "# Loss, and more \n", "x"],
    };
    expect(titleOf({ ...whole, cells: [lead, ...whole.cells] }, "01-a.ipynb")).to.equal("Loss, and more");
    expect(titleOf(whole, "01-a.ipynb")).to.equal("01-a");
  });
});
