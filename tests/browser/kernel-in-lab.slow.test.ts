// What a user does to a kernel, in JupyterLab in Chromium: complete, ask, answer, interrupt, go on.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../source.ts";
import { kernelReady, type Lab, openCells } from "./lab.ts";

const CELLS = [
  "const numbers: number[] = [1, 2, 3];\nlet turns = 0;\nnumbers",
  'const name = input("What is your name? ");\n"Hello, " + name + "!"',
  'const wrong: number = "text";',
  "for (;;) turns++;",
  "turns > 0",
  "for (const n of progress([1, 2, 3])) await new Promise((done) => setTimeout(done, 20 * n));\nnumbers.map((n) => n ** 2)",
  "numbers.ma",
];

describe("the kernel in JupyterLab, in Chromium", function () {
  this.timeout(240_000);
  let lab: Lab;

  before(async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    lab = await openCells(CELLS);
    await kernelReady(lab.page);
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await shot("failure");
  });
  after(async () => lab?.close());

  const cell = (n: number) => lab.page.locator(".jp-CodeCell").nth(n);
  const output = (n: number) => cell(n).locator(".jp-OutputArea-output");

  async function run(n: number): Promise<void> {
    await cell(n).locator(".cm-content").click();
    await lab.page.keyboard.press("Control+Enter");
    await cell(n)
      .locator(".jp-InputPrompt", { hasText: /\[(?:\*|\d+)\]:/ })
      .waitFor();
  }

  async function shot(name: string): Promise<void> {
    const folder = join(ROOT, "build", "screenshots");
    mkdirSync(folder, { recursive: true });
    await lab.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  it("shows values, and asks for input below the cell", async () => {
    await run(0);
    await output(0).getByText("[ 1, 2, 3 ]").waitFor();
    await run(1);
    const box = cell(1).locator("input.jp-Stdin-input");
    await box.fill("Ada");
    await box.press("Enter");
    await output(1).getByText("'Hello, Ada!'").waitFor();
  });

  it("says what is wrong with a cell, where, and runs nothing of it", async () => {
    await run(2);
    const text = await output(2).first().innerText();
    expect(text).to.include("const wrong: number = ").and.include("Type 'string' is not assignable");
    expect(text.split("\n").length).to.be.lessThan(8);
  });

  it("stops at the stop button, and keeps its state", async () => {
    await run(3);
    await lab.page.locator(".jp-Notebook-ExecutionIndicator[data-status='busy']").waitFor();
    await lab.page.waitForTimeout(300);
    await lab.page.keyboard.press("Escape");
    await lab.page.keyboard.press("i");
    await lab.page.keyboard.press("i");
    await output(3).getByText("KeyboardInterrupt").first().waitFor();
    await run(4);
    await output(4).getByText("true").waitFor();
  });

  it("shows progress, completes by Tab and describes by Shift+Tab", async () => {
    await run(5);
    await output(5).getByText("[ 1, 4, 9 ]").waitFor();
    await cell(6).locator(".cm-content").click();
    await lab.page.keyboard.press("Control+End");
    await lab.page.keyboard.press("Tab");
    const completer = lab.page.locator(".jp-Completer");
    await completer.waitFor();
    await completer.getByText("map").first().waitFor();
    await shot("completion");
    await lab.page.keyboard.press("Enter");
    await lab.page.keyboard.press("Shift+Tab");
    await lab.page.locator(".jp-Tooltip").getByText("Calls a defined callback function").waitFor();
    await shot("description");
  });
});
