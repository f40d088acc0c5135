// A loss curve that grows while its cell trains, in real JupyterLab: one drawing, which stays when it is interrupted.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { ROOT } from "../source.ts";
import { kernelReady, type Lab, openCells } from "./lab.ts";

const TRAINING = `import { crossEntropy, LiveCurves, linear, Random, sub, mul, valueAndGrad, zeros } from "gradbook";
const random = new Random(1);
const [x, labels] = [random.normal([200, 20]), random.integers([200], { high: 3 })];
let parameters = { W: zeros([20, 3]), b: zeros([3]) };
const live = new LiveCurves({ title: "Training now", y: "cross-entropy (nats)" });
while (true) {
  const { value, grads } = valueAndGrad(({ W, b }) => crossEntropy(linear(x, W, b), labels), parameters);
  parameters = { W: sub(parameters.W, mul(0.01, grads.W)), b: sub(parameters.b, mul(0.01, grads.b)) };
  live.add({ training: value.item() });
}`;

const SHOWN = `import { figure } from "gradbook";
const drawn = (y: number[]) =>
  figure([{ type: "scatter", y }], { title: "y", xaxis: { title: "x" }, yaxis: { title: "y" } });
const handle = display(drawn([1, 2, 3]));`;

describe("a curve that grows, in JupyterLab, in Chromium", () => {
  let lab: Lab;
  let page: Page;

  before(async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    this.timeout(180_000);
    lab = await openCells([TRAINING, "live.end()", SHOWN, "handle.update(drawn([4, 5]))"]);
    ({ page } = lab);
    await kernelReady(page);
  });
  after(async () => lab?.close());

  const cell = (at: number) => page.locator(".jp-Cell").nth(at);

  const drawing = () => cell(0).locator("svg[role='img']");

  /** The greatest number on the x axis: its labels are those in the middle of their places, below the plot. */
  const reached = (): Promise<number> =>
    drawing().evaluate((svg) =>
      Math.max(
        0,
        ...[...svg.querySelectorAll("text[text-anchor='middle'][font-size='12']")]
          .map((label) => Number(label.textContent))
          .filter(Number.isFinite),
      ),
    );

  const growsBeyond = async (steps: number): Promise<number> => {
    for (let tries = 0; tries < 300; tries++) {
      const now = await reached();
      if (now > steps) return now;
      await page.waitForTimeout(100);
    }
    throw new Error(`the curve does not grow beyond step ${steps}`);
  };

  it("is one figure that goes on, and stays as it is when the cell is interrupted", async function () {
    this.timeout(120_000);
    await cell(0).locator(".cm-content").click();
    await page.keyboard.press("Control+Enter");
    await drawing().waitFor({ timeout: 60_000 });
    await growsBeyond(await growsBeyond(await reached()));
    expect(await cell(0).locator(".jp-OutputArea-output").count()).to.equal(1);

    await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Kernel$/ }).click();
    await page.locator(".lm-Menu-itemLabel", { hasText: /^Interrupt Kernel$/ }).click();
    await cell(0).getByText("KeyboardInterrupt").first().waitFor({ timeout: 30_000 });
    await kernelReady(page);
    const stopped = await reached();
    await page.waitForTimeout(1000);
    expect(await reached(), "nothing draws on behind the cell").to.equal(stopped);
    expect(await drawing().count()).to.equal(1);
    const folder = join(ROOT, "build", "screenshots");
    mkdirSync(folder, { recursive: true });
    await page.screenshot({
      path: join(folder, `live-curves-node-${process.versions.node.split(".")[0]}.png`),
    });

    await cell(1).locator(".cm-content").click();
    await page.keyboard.press("Control+Enter");
    // An interactive figure takes the drawing's place.
    await cell(0).locator(".js-plotly-plot .main-svg").first().waitFor({ timeout: 60_000 });
    expect(await drawing().count()).to.equal(0);
    expect(await cell(0).locator(".js-plotly-plot").count()).to.equal(1);
  });

  it("has no figure's update lost", async function () {
    this.timeout(60_000);
    for (const [at, points] of [
      [2, 3],
      [3, 2],
    ] as const) {
      await cell(at).locator(".cm-content").click();
      await page.keyboard.press("Control+Enter");
      await page.waitForFunction(
        (length) => {
          const plots = document.querySelectorAll(".jp-Cell:nth-child(3) .js-plotly-plot");
          const [plot] = plots as unknown as { data?: { y: number[] }[] }[];
          return plots.length === 1 && plot?.data?.[0]?.y.length === length;
        },
        points,
        { timeout: 30_000 },
      );
    }
  });
});
