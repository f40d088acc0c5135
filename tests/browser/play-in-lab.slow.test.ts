// An interaction of a lesson in real JupyterLab: the first lesson's temperature, dragged by hand.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Locator, Page } from "playwright-core";
import { lessons, sourceOf } from "../notebooks/lessons.ts";
import { ROOT } from "../source.ts";
import { type Lab, launch, openCells, runAll } from "./lab.ts";
import { distinctColours } from "./pixels.ts";

/** The lesson's own cells, as far as the interaction needs them. */
const CELLS = ["imports", "softmax-from-formula", "play-temperature"];

describe("softmax at a temperature, in JupyterLab, in Chromium", () => {
  let lab: Lab;
  let page: Page;
  let cell: Locator;

  before(async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    this.timeout(400_000);
    const lesson = lessons.find(({ name }) => name.startsWith("01-"))!;
    lab = await openCells(CELLS.map((id) => sourceOf(lesson.source.cells, id)));
    ({ page } = lab);
    page.setDefaultTimeout(60_000);
    await runAll(page);
    cell = page.locator(".jp-CodeCell").last();
    await cell.locator(".gradbook-figure .main-svg").first().waitFor();
    await cell.scrollIntoViewIfNeeded();
  });
  after(async () => lab?.close());

  /** The bars' heights, as plotly has drawn them. */
  const bars = (): Promise<(number | null)[]> =>
    cell.locator(".gradbook-figure").evaluate((place) => {
      const { _fullData: traces } = place as unknown as { _fullData: { y: ArrayLike<number | null> }[] };
      return Array.from(traces[0]?.y ?? []);
    });

  async function become(what: string, are: (heights: readonly (number | null)[]) => boolean): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (are(await bars())) return;
      await page.waitForTimeout(50);
    }
    throw new Error(`${what}: the bars are ${await bars()}`);
  }

  /** Drags a slider to a share of its way. */
  async function drag(at: number, share: number): Promise<void> {
    const handle = (await cell.locator(".noUi-handle").nth(at).boundingBox())!;
    const way = (await cell.locator(".noUi-target").nth(at).boundingBox())!;
    const y = handle.y + handle.height / 2;
    await page.mouse.move(handle.x + handle.width / 2, y);
    await page.mouse.down();
    await page.mouse.move(way.x + share * way.width, y, { steps: 15 });
    await page.mouse.up();
  }

  const [TEMPERATURE, SHIFT] = [0, 1];
  const leader = ([first]: readonly (number | null)[]): number => first ?? 0;

  it("stands there as the lesson has it, in colours", async function () {
    this.timeout(120_000);
    await become("at the start", (heights) => Math.abs(leader(heights) - 0.405) < 1e-3);
    expect(await cell.locator(".jp-OutputArea-output").count()).to.equal(1);
    const folder = join(ROOT, "build", "screenshots");
    mkdirSync(folder, { recursive: true });
    const picture = await cell
      .locator(".gradbook-figure")
      .screenshot({ path: join(folder, "play-temperature.png") });
    const browser = await launch();
    try {
      expect((await distinctColours(browser, picture)).saturated, "bars").to.be.greaterThan(1000);
    } finally {
      await browser.close();
    }
  });

  it("is certain when the temperature is dragged down, and undecided when it is dragged up", async function () {
    this.timeout(180_000);
    await drag(TEMPERATURE, 0);
    await become("cold", (heights) => leader(heights) > 0.999);
    await drag(TEMPERATURE, 1);
    await become("hot", (heights) => heights.every((height) => Math.abs((height ?? 0) - 0.2) < 0.05));
  });

  it("does not notice a shift, unless the greatest is left where it is", async function () {
    this.timeout(180_000);
    const before = leader(await bars());
    await drag(SHIFT, 1);
    await cell.getByText("102.0").first().waitFor();
    expect(leader(await bars())).to.be.closeTo(before, 1e-5);
    await drag(TEMPERATURE, 0);
    await become("cold again", (heights) => leader(heights) > 0.999);
    await cell.locator("input[type=checkbox]").uncheck();
    await become("overflown", (heights) => heights.every((height) => !Number.isFinite(height ?? Number.NaN)));
    await cell.getByText("the bare formula answers NaN").first().waitFor();
  });
});
