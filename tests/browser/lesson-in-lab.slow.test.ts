import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../source.ts";
import { type Lab, launch, openLesson, runAll } from "./lab.ts";
import { distinctColours } from "./pixels.ts";

const PLOTLY = "application/vnd.plotly.v1+json";
const LESSON = "01-softmax-and-cross-entropy.ipynb";

interface SavedNotebook {
  readonly cells: readonly { readonly outputs?: readonly { readonly data?: Record<string, unknown> }[] }[];
}

describe("the first lesson in JupyterLab, in Chromium", () => {
  let lab: Lab;

  before(async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    this.timeout(120_000);
    lab = await openLesson(LESSON);
  });
  after(async () => lab?.close());

  it("runs whole by Run All, shows its figures, and has no error", async function () {
    this.timeout(240_000);
    const { page } = lab;
    await runAll(page);
    expect(
      await page.locator(".jp-OutputArea-output[data-mime-type*='error']").allTextContents(),
    ).to.deep.equal([]);
    expect(await page.locator(".jp-CodeCell").count()).to.be.greaterThan(5);
    const shots = join(ROOT, "build", "screenshots");
    mkdirSync(shots, { recursive: true });
    const figure = page.locator(".js-plotly-plot").first();
    await figure.scrollIntoViewIfNeeded();
    await figure.locator(".main-svg").first().waitFor();
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(shots, "lab.png") });
    const picture = await figure.screenshot({ path: join(shots, "softmax-against-temperature.png") });
    // A blank or broken figure has a colour or two; this one has curves, axes and a legend.
    const browser = await launch();
    try {
      const colours = await distinctColours(browser, picture);
      expect(colours.saturated, "curves in the palette's colours").to.be.greaterThan(200);
      expect(colours.distinct, "curves, axes and words").to.be.greaterThan(50);
    } finally {
      await browser.close();
    }
  });

  it("draws every figure of the lesson, and saves each as one bundle", async () => {
    const { page, folder } = lab;
    await page.keyboard.press("Control+s");
    await page.locator(".jp-mod-dirty").first().waitFor({ state: "detached" });
    const notebook = JSON.parse(readFileSync(join(folder, LESSON), "utf8")) as SavedNotebook;
    const bundles = notebook.cells.flatMap((cell) => cell.outputs ?? []).map((output) => output.data ?? {});
    const figures = bundles.filter((bundle) => PLOTLY in bundle);
    expect(figures.length).to.be.greaterThan(1);
    for (const bundle of figures) {
      expect(bundle[PLOTLY]).to.be.an("object").that.has.keys("config", "data", "layout");
      expect(bundle).to.have.property("text/plain");
    }
    await page.waitForFunction(
      (wanted) => document.querySelectorAll(".js-plotly-plot .main-svg").length >= wanted,
      figures.length,
    );
    expect(await page.locator(".js-plotly-plot").count()).to.equal(figures.length);
  });
});
