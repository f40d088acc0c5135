// Widgets in a notebook that nbclient has run, and in nbconvert's HTML of it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Jupyter } from "../kernel/python.ts";

const CELLS = [
  `import { figure } from "gradbook";
import { interact, select, slider } from "gradbook/widgets";
const wave = (height: number) => figure(
  [{ type: "scatter", y: Array.from({ length: 1000 }, (_, i) => Math.sin(i / 50) * height) }],
  { title: "A wave", xaxis: { title: "time" }, yaxis: { title: "height" } });`,
  `const shown = interact({ height: slider(0, 10), rule: select(["sgd", "adam"]) }, ({ height }) => wave(height));
shown`,
];

interface Saved {
  readonly model_name: string;
  readonly state: Readonly<Record<string, unknown>>;
  readonly buffers?: readonly { readonly path: readonly string[]; readonly data: string }[];
}

describe("Widgets in a notebook's file", function () {
  this.timeout(240_000);
  let jupyter: Jupyter;
  let html: string;
  let models: readonly (readonly [string, Saved])[];

  before(async () => {
    jupyter = await Jupyter.open();
    const cells = CELLS.map((source, at) => ({
      id: `cell-${at}`,
      cell_type: "code",
      source,
      metadata: {},
      outputs: [],
      execution_count: null,
    }));
    const kernelspec = { name: "gradbook", language: "typescript", display_name: "TypeScript" };
    const notebook = { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
    writeFileSync(join(jupyter.folder, "in.ipynb"), JSON.stringify(notebook));
    const { code, stderr } = await jupyter.run(["-m", "nbconvert", "--execute", "--to", "html", "in.ipynb"]);
    expect(code, stderr).to.equal(0);
    html = readFileSync(join(jupyter.folder, "in.html"), "utf8");
    models = Object.entries(scriptIn("application/vnd.jupyter.widget-state+json").state);
  });
  after(() => jupyter?.close());

  function scriptIn(type: string): { state: Record<string, Saved>; model_id: string } {
    const [, text = ""] = html.split(`<script type="${type}">`);
    return JSON.parse(text.slice(0, text.indexOf("</script>")).replaceAll("&quot;", '"'));
  }

  const named = (name: string): Saved[] =>
    models.flatMap(([, saved]) => (saved.model_name === `${name}Model` ? [saved] : []));

  it("are shown from their state, in which nothing is missing", () => {
    const { model_id } = scriptIn("application/vnd.jupyter.widget-view+json");
    const ids = models.map(([id]) => id);
    expect(ids).to.include(model_id);
    const wanted = [...JSON.stringify(models).matchAll(/IPY_MODEL_([\w-]+)/g)].map(([, id]) => id);
    expect(wanted).to.have.length.above(5);
    expect(ids).to.include.members(wanted);
  });

  it("keep a slider's value and a figure's numbers, and no plotly", () => {
    expect(named("FloatSlider")[0]?.state.value).to.equal(5);
    expect(named("Dropdown")[0]?.state._options_labels).to.deep.equal(["sgd", "adam"]);
    const { path, data } = named("Any")[0]!.buffers![0]!;
    expect(path).to.deep.equal(["trace_0", "y", "floats"]);
    const numbers = new Float64Array(Uint8Array.from(Buffer.from(data, "base64")).buffer);
    expect(Math.max(...numbers)).to.be.closeTo(5, 0.01);
    expect(JSON.stringify(models).length).to.be.below(50_000);
  });

  it("keep a still picture for a page that has no plotly", () => {
    const picture = String(named("HTML")[0]?.state.value);
    expect(picture).to.match(/^<svg [^>]*aria-label="Figure: A wave/);
    const [, points = ""] = /points="([^"]*)"/.exec(picture) ?? [];
    const tops = points.split(" ").map((point) => Number(point.split(",")[1]));
    expect(tops).to.have.length.within(300, 420);
    // The wave's crest is as far above its middle as its trough is below.
    const [first = 0] = tops;
    expect(Math.max(...tops) - first).to.be.closeTo(first - Math.min(...tops), 1);
    expect(picture).to.include(">A wave<").and.to.include(">height<");
  });
});
