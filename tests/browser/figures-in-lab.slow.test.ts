// Figures in real JupyterLab, as outputs and in widgets: legible on a light and a dark page, whole on a narrow one, and
// there where their widget is not.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Locator, Page } from "playwright-core";
import { fromSource, ROOT } from "../source.ts";
import { overlap, within, wordsOf } from "./contrast.ts";
import { type Lab, openCells, openNotebook, runAll } from "./lab.ts";

const TITLE = "What a curve is called that has more words in its title than a phone has room for";
const CELLS = [
  `import { convolutionStep, figure } from "gradbook";
import { interact, slider } from "gradbook/widgets";
figure(
  [{ type: "scatter", name: "training", y: [3, 2, 1] }, { type: "scatter", name: "validation", y: [3, 2.5, 2] }],
  { title: ${JSON.stringify(TITLE)}, xaxis: { title: "step" }, yaxis: { title: "loss (nats)" },
    annotations: [{ x: 1, y: 2, text: "here", showarrow: false }] },
)`,
  `const picture = Array.from({ length: 12 }, (_, i) => Array.from({ length: 12 }, (_, j) => (i * j) % 5));
interact({ share: slider(0, 1, { value: 1 }) },
  ({ share }) => convolutionStep(picture, [[1, 0, -1], [2, 0, -2], [1, 0, -1]], { share }))`,
  `const steps = [1, 2, 3].map((step) => ({ label: String(step), method: "skip", args: [] }));
figure([{ type: "scatter", y: [1, 2, 3] }], { title: "Moving", xaxis: { title: "x" }, yaxis: { title: "y" }, sliders: [{ steps }] } as never)`,
];
/** A notebook that was saved without the state of its widgets. */
const KEPT = {
  cells: [
    {
      cell_type: "code",
      execution_count: 1,
      id: "play",
      metadata: {},
      outputs: [
        {
          output_type: "execute_result",
          execution_count: 1,
          metadata: {},
          data: {
            "application/vnd.jupyter.widget-view+json": {
              model_id: "gone",
              version_major: 2,
              version_minor: 0,
            },
            "application/vnd.plotly.v1+json": {
              data: [{ type: "scatter", y: [1, 2] }],
              layout: { title: { text: "What was seen" } },
            },
            "text/plain": "height: 5",
          },
        },
      ],
      source: "interact({ height: slider(0, 10) }, wave)",
    },
  ],
  metadata: {
    kernelspec: { name: "gradbook", display_name: "TypeScript (gradbook)", language: "typescript" },
  },
  nbformat: 4,
  nbformat_minor: 5,
};
const CAPTIONS = /^(picture and window|filter|window × filter|map: \d+ of \d+ places)$/;

describe("figures in JupyterLab, in Chromium", function () {
  this.timeout(240_000);
  let lab: Lab;
  let page: Page;

  before(async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    this.timeout(400_000);
    lab = await openCells(CELLS);
    ({ page } = lab);
    page.setDefaultTimeout(60_000);
    await runAll(page);
    for (const drawing of [...both(), drawn(2)]) await drawing.locator(".gtitle").waitFor();
  });
  after(async () => lab?.close());

  const drawn = (at: number, on: Page = page): Locator =>
    on.locator(".jp-CodeCell").nth(at).locator(".js-plotly-plot");
  const both = (): Locator[] => [drawn(0), drawn(1)];

  async function shot(name: string, on: Page = page): Promise<void> {
    const folder = join(ROOT, "build", "screenshots");
    mkdirSync(folder, { recursive: true });
    await on.screenshot({ path: join(folder, `figures-${name}.png`) });
  }

  async function turn(theme: "Light" | "Dark"): Promise<void> {
    await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Settings$/ }).click();
    await page.locator(".lm-Menu-itemLabel", { hasText: /^Theme$/ }).hover();
    await page.locator(".lm-Menu-itemLabel", { hasText: new RegExp(`^JupyterLab ${theme}$`) }).click();
    await page.waitForFunction(
      (light) => document.body.dataset.jpThemeLight === light,
      `${theme === "Light"}`,
    );
  }

  for (const theme of ["Dark", "Light"] as const) {
    it(`have words of enough contrast on a ${theme.toLowerCase()} page`, async () => {
      await turn(theme);
      for (const drawing of both()) {
        expect((await drawing.boundingBox())?.height).to.be.within(350, 450);
        const words = await wordsOf(drawing);
        expect(words.map(({ text }) => text)).to.include.oneOf(["loss (nats)", "row (pixels)"]);
        for (const { text, contrast } of words) expect(contrast, text).to.be.at.least(4.5);
      }
      await drawn(0).scrollIntoViewIfNeeded();
      await shot(theme.toLowerCase());
    });
  }

  it("have all their words on a narrow page, none over another, and are as they were on a wide one", async () => {
    const lines = (drawing: Locator): Promise<number> => drawing.locator(".gtitle tspan.line").count();
    expect(await lines(drawn(0))).to.equal(2);
    await page.keyboard.press("Control+b");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.waitForFunction(() => document.querySelectorAll(".gtitle tspan.line").length > 4);
    for (const [at, drawing] of both().entries()) {
      await drawing.scrollIntoViewIfNeeded();
      await shot(`narrow-${at}`);
      const place = await drawing.evaluate((node) => {
        const { left, right, top, bottom } = node.getBoundingClientRect();
        return { left, right, top, bottom };
      });
      const words = await wordsOf(drawing);
      for (const { text, box } of words) expect(within(box, place), `${text} is whole`).to.equal(true);
      const apart = words.filter(({ text }) => CAPTIONS.test(text) || text.startsWith(TITLE.slice(0, 6)));
      expect(apart).to.have.length([1, 4][at]!);
      for (const one of apart)
        for (const other of words.filter((word) => word !== one))
          expect(overlap(one.box, other.box), `${one.text} over ${other.text}`).to.equal(false);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.waitForFunction(() => document.querySelectorAll(".gtitle tspan.line").length === 2);
    expect(await lines(drawn(0))).to.equal(2);
    await page.keyboard.press("Control+b");
  });

  it("live through a window without room for them, and are wide again, without a complaint", async () => {
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    const drawnAnew = (): Promise<unknown> =>
      page.waitForFunction(() =>
        [...document.querySelectorAll(".js-plotly-plot")].every((place) => {
          const { clientWidth = 0 } = place.querySelector(".main-svg") ?? {};
          return place.clientWidth === 0 || clientWidth === Math.max(160, place.clientWidth);
        }),
      );
    // The list of files keeps its width, so that at 280 they have no room at all.
    for (const width of [600, 500, 440, 410, 280, 440, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await drawnAnew();
    }
    expect((await drawn(0).boundingBox())?.width).to.be.greaterThan(700);
    expect(complaints).to.deep.equal([]);
  });
});

describe("a widget that is nowhere, in Chromium", function () {
  this.timeout(240_000);
  let lab: Lab;

  before(async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    const { labEnv } = await fromSource<typeof import("../../kernel-ext/lab/lab.mjs")>("lab/lab.mjs");
    const { venvPython } = await fromSource<typeof import("../../kernel-ext/lab/place.mjs")>("lab/place.mjs");
    lab = await openNotebook("kept.ipynb", (folder) => {
      const file = join(folder, "kept.ipynb");
      writeFileSync(file, JSON.stringify(KEPT));
      execFileSync(venvPython(ROOT), ["-m", "jupyter", "trust", file], {
        env: labEnv(ROOT),
        stdio: "ignore",
      });
    });
  });
  after(async () => lab?.close());

  it("shows what its cell has shown beside it, and what to do", async () => {
    const output = lab.page.locator(".jp-CodeCell .jp-OutputArea");
    await output.getByText("Run this cell to bring its controls to life.").waitFor();
    await output.locator(".js-plotly-plot .gtitle", { hasText: "What was seen" }).waitFor();
    expect(await output.innerText()).not.to.include("model not found");
  });
});
