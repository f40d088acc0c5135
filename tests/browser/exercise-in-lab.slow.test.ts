// A student at an exercise: nothing yet, a mistake, a hint, the answer. In real JupyterLab.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { lessons, sourceOf } from "../notebooks/lessons.ts";
import { ROOT } from "../source.ts";
import { kernelReady, type Lab, openCells } from "./lab.ts";

const [lesson] = lessons;
const NAME = "stable-softmax";

describe("an exercise in JupyterLab, in Chromium", () => {
  let lab: Lab;
  let page: Page;

  before(async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    this.timeout(180_000);
    const { cells } = lesson!.source;
    const stub =
      'function stableSoftmax(z: readonly number[]): number[] {\n  throw new Error("not written yet");\n}';
    lab = await openCells([sourceOf(cells, "imports"), stub, `check("${NAME}", { stableSoftmax })`]);
    ({ page } = lab);
    await kernelReady(page);
    await run(0);
  });
  after(async () => lab?.close());

  it("says that nothing is written yet", async function () {
    this.timeout(60_000);
    await run(1);
    const said = await check();
    expect(said)
      .to.match(/stable-softmax: 0 of 3 points/)
      .and.to.include("It is not written yet.");
  });

  it("says what is wrong with a mistake, and opens a hint when asked", async function () {
    this.timeout(60_000);
    await write(planted("stable-softmax-planted-formula"));
    const said = await check();
    expect(said).to.include("stableSoftmax([1000, 1001])").and.to.include("[NaN, NaN]");
    expect(said).to.include("An exponential has overflowed");
    const report = output();
    expect(await report.getByText("Softmax does not notice").isVisible()).to.equal(false);
    await report.getByText("A hint (1 of 3)").click();
    expect(await report.getByText("Softmax does not notice").isVisible()).to.equal(true);
    expect(await report.getByText("Which number must be taken away").isVisible()).to.equal(false);
    await report.getByText("Another hint (2 of 3)").click();
    expect(await report.getByText("Which number must be taken away").isVisible()).to.equal(true);
    await shot("exercise-mistake");
  });

  it("puts a type error first, in the answer's own cell", async function () {
    this.timeout(60_000);
    await write("function stableSoftmax(z: readonly number[]): number[] {\n  return z.sum();\n}");
    const said = await page.locator(".jp-Cell").nth(1).locator(".jp-OutputArea-output").last().innerText();
    expect(said).to.include("sum").and.to.include("line 2");
    await shot("exercise-type-error");
  });

  it("says so when it is solved, in the dark as well", async function () {
    this.timeout(60_000);
    await write(sourceOf(lesson!.source.cells, `${NAME}-answer`));
    expect(await check()).to.include(
      "Solved: stable-softmax, 3 points; 1 point more by tests that are not shown",
    );
    await shot("exercise-solved");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Settings$/ }).click();
    await page.locator(".lm-Menu-itemLabel", { hasText: /^Theme$/ }).hover();
    await page.locator(".lm-Menu-itemLabel", { hasText: /^JupyterLab Dark$/ }).click();
    await page.locator("body[data-jp-theme-light='false']").waitFor({ state: "attached" });
    await shot("exercise-solved-dark");
  });

  const output = () => page.locator(".jp-Cell").nth(2).locator(".jp-OutputArea-output").last();

  async function check(): Promise<string> {
    await run(2);
    return output().innerText();
  }

  async function write(source: string): Promise<void> {
    await page.locator(".jp-Cell").nth(1).locator(".cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(source);
    await run(1);
  }

  /** Runs a cell, and waits until its number is another one. */
  async function run(index: number): Promise<void> {
    const cell = page.locator(".jp-Cell").nth(index);
    const prompt = cell.locator(".jp-InputArea-prompt");
    const before = await prompt.innerText();
    await cell.locator(".cm-content").click();
    await page.keyboard.press("Control+Enter");
    await page.waitForFunction(
      ([at, old]) => {
        const now =
          document.querySelectorAll(".jp-Cell .jp-InputArea-prompt")[at as number]?.textContent ?? "";
        return /\d/.test(now) && now !== old;
      },
      [index, before] as const,
    );
  }

  async function shot(name: string): Promise<void> {
    const folder = join(ROOT, "build", "screenshots");
    mkdirSync(folder, { recursive: true });
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(folder, `${name}.png`) });
  }
});

function planted(id: string): string {
  return sourceOf(lesson!.source.cells, id);
}
