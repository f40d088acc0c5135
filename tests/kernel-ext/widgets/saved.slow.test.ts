// Widgets in a notebook that nbclient has run, and in nbconvert's HTML of it.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { launch } from "../../browser/lab.ts";
import { ROOT } from "../../source.ts";
import { Jupyter } from "../kernel/python.ts";

const run = promisify(execFile);
/** What an exported page loads, as npm has it; its third, anywidget, is in the lab's environment. */
const WIDGETS = "@jupyter-widgets/html-manager@1.0.15";
const LOADER = "requirejs@2.3.8";

const CELLS = [
  `import { figure } from "gradbook";
import { interact, select, slider } from "gradbook/widgets";
const wave = (height: number) => figure(
  [{ type: "scatter", y: Array.from({ length: 1000 }, (_, i) => Math.sin(i / 50) * height) }],
  { title: "A wave", xaxis: { title: "time" }, yaxis: { title: "height" } });`,
  `const shown = interact({ height: slider(0, 10), rule: select(["sgd", "adam"]) }, ({ height }) => wave(height));
shown`,
  "slider(0, 1)",
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

  it("leave slides as they are to nbconvert", async () => {
    const { code, stderr } = await jupyter.run(["-m", "nbconvert", "--to", "slides", "in.ipynb"]);
    expect(code, stderr).to.equal(0);
    expect(readFileSync(join(jupyter.folder, "in.slides.html"), "utf8")).to.include("Reveal.initialize");
  });

  describe("opened in Chromium", () => {
    let browser: Browser;
    let page: Page;
    before(async function () {
      if (!process.env.GRADBOOK_CHROMIUM) this.skip();
      browser = await launch();
    });
    after(() => browser?.close());
    afterEach(() => page?.close());

    /** Opens the page in a network that has these files only, each by a part of its address. */
    async function opened(network: readonly (readonly [RegExp, string])[]): Promise<void> {
      page = await browser.newPage();
      page.setDefaultTimeout(60_000);
      await page.route(/^https?:/, (route) => {
        const [, path] = network.find(([part]) => part.test(route.request().url())) ?? [];
        if (path === undefined) return route.abort();
        const headers = { "access-control-allow-origin": "*" };
        return route.fulfill({ body: readFileSync(path), contentType: "text/javascript", headers });
      });
      await page.goto(pathToFileURL(join(jupyter.folder, "in.html")).href);
    }

    const cell = (at: number) => page.locator(".jp-CodeCell").nth(at);
    const photo = (name: string): Promise<Buffer> => {
      const folder = join(ROOT, "build", "screenshots");
      mkdirSync(folder, { recursive: true });
      return page.screenshot({ path: join(folder, `widgets-export-${name}.png`), fullPage: true });
    };

    it("show their figure to who has no network", async () => {
      await opened([]);
      const picture = cell(1).locator("img[alt^='Figure: A wave']");
      await picture.waitFor();
      const [width, height] = await picture.evaluate((image) => {
        const { naturalWidth, naturalHeight } = image as HTMLImageElement;
        return [naturalWidth, naturalHeight];
      });
      // As tall as the figure itself.
      expect([width, height]).to.deep.equal([640, 380]);
      expect(await cell(2).locator(".gradbook-still").innerText()).to.equal("FloatSlider: 0.5");
      await photo("alone");
    });

    it("are drawn, controls and figure, by what the page loads", async () => {
      const folder = join(jupyter.folder, "npm");
      mkdirSync(folder);
      await run("npm", ["pack", "--prefer-offline", WIDGETS, LOADER], { cwd: folder });
      const unpacked = async (archive: string, name: string): Promise<string> => {
        const into = join(folder, name);
        mkdirSync(into);
        await run("tar", ["xzf", join(folder, archive), "-C", into]);
        return join(into, "package");
      };
      const manager = await unpacked("jupyter-widgets-html-manager-1.0.15.tgz", "manager");
      const loader = await unpacked("requirejs-2.3.8.tgz", "loader");
      const where = "import anywidget, os; print(os.path.dirname(anywidget.__file__))";
      const { stdout } = await jupyter.run(["-c", where]);
      const base: readonly (readonly [RegExp, string])[] = [
        [/require(\.min)?\.js$/, join(loader, "require.js")],
        [/html-manager@.*embed-amd\.js$/, join(manager, "dist", "embed-amd.js")],
      ];
      const anywidget = [/anywidget@/, join(stdout.trim(), "nbextension", "index.js")] as const;
      const plotly = [
        /plotly\.js-dist-min@/,
        createRequire(import.meta.url).resolve("plotly.js-dist/plotly.js"),
      ] as const;

      await opened([...base, anywidget, plotly]);
      await cell(1).locator(".gradbook-figure .main-svg").first().waitFor();
      await cell(1).locator(".noUi-handle").waitFor();
      expect(await cell(1).locator("select").inputValue()).to.equal("sgd");
      expect(await cell(1).locator(".widget-readout").innerText()).to.equal("5.0");
      expect(await cell(1).locator(".gradbook-still").isVisible()).to.equal(false);
      expect(await cell(1).locator(".widget-html").isVisible()).to.equal(false);
      await photo("whole");
      await page.close();

      // A network that lacks what figures are drawn by.
      for (const lacking of [[...base, anywidget], base]) {
        await opened(lacking);
        await cell(1).locator(".widget-html svg[aria-label^='Figure: A wave']").waitFor();
        await cell(1).locator(".noUi-handle").waitFor();
        expect(await cell(1).locator(".jupyter-widgets-error-widget:visible").count()).to.equal(0);
        await photo(lacking === base ? "no-anywidget" : "no-plotly");
        await page.close();
      }
    });
  });
});
