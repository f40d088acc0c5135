// The lab's desk as a student uses it: the page of lessons, and "Check my work". In real JupyterLab.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { ROOT } from "../source.ts";
import { kernelReady, type Lab, openLab } from "./lab.ts";
import { fillWorkbook, mistake, solution } from "./workbook.ts";

const PLAY = `import { interact, slider } from "gradbook/widgets";
import { figure } from "gradbook";
const line = (height: number) => figure([{ type: "scatter", x: [0, 1], y: [0, height] }],
  { title: "A line", xaxis: { title: "step" }, yaxis: { title: "loss" } });
interact({ height: slider(0, 10) }, ({ height }) => line(height))`;
const PATIENCE = { timeout: 90_000 };

describe("the lab's desk, in Chromium", function () {
  this.timeout(300_000);
  // Each goes on where the one before has ended.
  this.bail(true);
  let lab: Lab;
  let page: Page;

  before(async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    lab = await openLab("/lab", ".gb-lessons", fillWorkbook);
    ({ page } = lab);
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await shot("desk-failure");
  });
  after(async () => lab?.close());

  const desk = () => page.locator(".gb-desk:not(.gb-work)");
  const work = () => page.locator(".gb-work");
  const nextLink = () => desk().locator("[data-key='next']");
  const hasFocus = (text: RegExp) =>
    page.waitForFunction(
      (pattern) => new RegExp(pattern).test(document.activeElement?.textContent ?? ""),
      text.source,
      PATIENCE,
    );

  async function shot(name: string): Promise<void> {
    const folder = join(ROOT, "build", "screenshots");
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`) });
  }

  async function write(name: string, source: string): Promise<void> {
    const editor = page
      .locator(".jp-CodeCell", { hasText: `function ${name}` })
      .first()
      .locator(".cm-content");
    await editor.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(source);
  }

  it("is the first thing that a student sees, with the focus on the next step and nothing in its way", async () => {
    await hasFocus(/^Begin: 1 · Softmax$/);
    expect(await page.locator(".jp-Launcher").count()).to.equal(0);
    expect(await page.locator(".jp-toast-button, .jp-Dialog").count()).to.equal(0);
    expect(await desk().getByRole("heading", { level: 3 }).allInnerTexts()).to.deep.equal([
      "1 · Softmax",
      "2 · Only to read",
      "broken",
      "My notes",
    ]);
    const text = await desk().innerText();
    expect(text).to.include("0 of 8 points").and.to.include("0 of 2 exercises solved");
    expect(text).to.include("Whoever reads this sentence has found the lesson's first one.");
    expect(text).to.not.include("This is the second");
    expect(text)
      .to.include("its JSON is broken")
      .and.to.match(/in mine\//i);
    await shot("desk-untouched");
  });

  it("is built for a screen reader: headings, lists, names", async () => {
    const tree = await desk().ariaSnapshot();
    expect(tree).to.match(/heading "Your workbook" \[level=1\]/);
    expect(tree)
      .to.match(/region "Next step"/)
      .and.to.match(/region "Lessons"/);
    expect(tree).to.match(/progressbar "Points so far"/);
    expect(tree).to.match(/list "Exercises of 1 · Softmax":\s+- listitem:/);
    expect(tree).to.match(/link "The exercise stable-softmax"/);
  });

  it("opens an exercise by the keyboard, at its answer's cell", async () => {
    await page.keyboard.press("Tab");
    await hasFocus(/^The exercise stable-softmax$/);
    await page.keyboard.press("Enter");
    await page
      .locator(".jp-Notebook .jp-Cell.jp-mod-active", { hasText: "function stableSoftmax" })
      .waitFor(PATIENCE);
    await kernelReady(page);
  });

  it("checks the whole notebook by the keyboard, on past errors, and says what fails first", async () => {
    await write("stableSoftmax", mistake());
    await page.keyboard.press("Control+Alt+Enter");
    await work().getByText("0 of 2 exercises solved").first().waitFor(PATIENCE);
    const said = await work().innerText();
    expect(said).to.include("1 of 8 points").and.to.include("An exponential has overflowed");
    expect(said).to.include("stableSoftmax([1000, 1001]) gave [NaN, NaN]");
    expect(said).to.match(/cross-entropy-gradient · not begun/);
    await shot("desk-check-mistake");
    await work().getByRole("link", { name: "The exercise stable-softmax" }).press("Enter");
    await page.waitForFunction(() => document.activeElement?.closest(".jp-Notebook") !== null);
    await page.locator(".jp-Cell.jp-mod-active", { hasText: "function stableSoftmax" }).waitFor(PATIENCE);
  });

  it("keeps what it found: saved, and on the page of lessons at once", async () => {
    await showLessons();
    await desk().getByText("The exercise stable-softmax · begun, 1 of 4 points").waitFor(PATIENCE);
    expect(await nextLink().innerText()).to.equal("The exercise stable-softmax");
    expect(readFileSync(join(lab.folder, "1-softmax.ipynb"), "utf8")).to.include("vnd.gradbook.verdict");
  });

  it("gives the points of a right answer, and moves the next step on", async () => {
    await nextLink().press("Enter");
    await page
      .locator(".jp-Notebook .jp-Cell.jp-mod-active", { hasText: "function stableSoftmax" })
      .waitFor(PATIENCE);
    await write("stableSoftmax", solution("stable-softmax"));
    await page.keyboard.press("Control+Alt+Enter");
    await work().getByText("1 of 2 exercises solved").first().waitFor(PATIENCE);
    await hasFocus(/Check again/);
    await showLessons();
    await desk().getByText("The exercise stable-softmax · solved, 3 of 4 points, 1 more").waitFor(PATIENCE);
    expect(await nextLink().innerText()).to.equal("The exercise cross-entropy-gradient");
    await shot("desk-one-solved");
  });

  it("asks to run a check again whose answer has changed", async () => {
    const path = join(lab.folder, "1-softmax.ipynb");
    await desk().getByRole("link", { name: "The exercise stable-softmax" }).first().press("Enter");
    await write("stableSoftmax", `${solution("stable-softmax")}\n// And a thought.`);
    await page.keyboard.press("Control+s");
    await waitUntil(() => readFileSync(path, "utf8").includes("And a thought"));
    await showLessons();
    await desk().getByText("changed since its check: run again, 0 of 4 points").waitFor(PATIENCE);
    expect(await desk().innerText()).to.include("1 changed since its check");
  });

  it("can be stopped, and then goes again", async () => {
    await openLesson("1 · Softmax");
    await write("stableSoftmax", `${solution("stable-softmax")}\nfor (;;);`);
    await page.keyboard.press("Control+Alt+Enter");
    await work().getByText("Running cell 4 of 8").waitFor(PATIENCE);
    await hasFocus(/^Stop$/);
    await page.keyboard.press("Enter");
    await work().getByText("Stopped before all cells had run.").first().waitFor(PATIENCE);
    await work().getByRole("link", { name: "cell 4" }).press("Enter");
    await page.locator(".jp-Cell.jp-mod-active", { hasText: "for (;;);" }).waitFor(PATIENCE);
    await restart();
    await write("stableSoftmax", solution("stable-softmax"));
    await work().getByRole("button", { name: "Check again" }).click();
    await work().getByText("1 of 2 exercises solved").first().waitFor(PATIENCE);
  });

  it("waits for a cell that runs already", async () => {
    await write(
      "stableSoftmax",
      `await new Promise((done) => setTimeout(done, 4000));\n${solution("stable-softmax")}`,
    );
    await page.keyboard.press("Control+Enter");
    await page.locator(".jp-Notebook-ExecutionIndicator[data-status='busy']").waitFor(PATIENCE);
    await page.keyboard.press("Control+Alt+Enter");
    await work().getByText("Waiting for cells that are running already…").first().waitFor(PATIENCE);
    await work().getByText("1 of 2 exercises solved").first().waitFor(PATIENCE);
  });

  it("says so when the kernel dies", async () => {
    await write("stableSoftmax", `${solution("stable-softmax")}\nprocess.kill(process.pid, "SIGKILL");`);
    await page.keyboard.press("Control+Alt+Enter");
    await work().getByText("The kernel ended or was restarted").first().waitFor(PATIENCE);
    await page.locator(".jp-Dialog").getByRole("button", { name: "Ok" }).click();
    // Nobody restarts it but the server, after which JupyterLab may believe the new kernel busy for ever.
    await write("stableSoftmax", solution("stable-softmax"));
    await work().getByRole("button", { name: "Check again" }).click();
    await work().getByText("1 of 2 exercises solved").first().waitFor(PATIENCE);
  });

  it("says which cell waits for input, and goes on with it", async () => {
    await write("stableSoftmax", `prompt("Name?");\n${solution("stable-softmax")}`);
    await page.keyboard.press("Control+Alt+Enter");
    await work()
      .getByText("Running cell 4 of 8, which waits for what you type below it")
      .first()
      .waitFor(PATIENCE);
    await page.locator(".jp-Stdin-input").press("Enter");
    await work().getByText("1 of 2 exercises solved").first().waitFor(PATIENCE);
  });

  it("ends when the kernel is restarted under it", async () => {
    await write("stableSoftmax", `${solution("stable-softmax")}\nfor (;;);`);
    await page.keyboard.press("Control+Alt+Enter");
    await work().getByText("Running cell 4 of 8").waitFor(PATIENCE);
    await menu("Kernel", "Restart Kernel…");
    await page.getByRole("button", { name: "Confirm Kernel Restart" }).click();
    await work().getByText("The kernel ended or was restarted").first().waitFor(PATIENCE);
    await kernelReady(page);
    await write("stableSoftmax", solution("stable-softmax"));
    await work().getByRole("button", { name: "Check again" }).click();
    await work().getByText("1 of 2 exercises solved").first().waitFor(PATIENCE);
  });

  it("offers a kernel where there is none, and says so where there is no exercise", async () => {
    await menu("Kernel", "Shut Down Kernel");
    await page.getByText("No Kernel | ").waitFor(PATIENCE);
    await page.keyboard.press("Control+Alt+Enter");
    await work().getByRole("button", { name: "Start the kernel and check" }).click();
    await work().getByText("1 of 2 exercises solved").first().waitFor(PATIENCE);
    await work().getByRole("button", { name: "Close" }).press("Enter");
    expect(await work().count()).to.equal(0);
    await openLesson("2 · Only to read");
    await page.getByRole("button", { name: "Check my work" }).locator("visible=true").click();
    await work().getByText("no exercises, so there is nothing to check").first().waitFor(PATIENCE);
    await work().getByRole("heading", { name: "Check my work: 2 · Only to read" }).waitFor();
  });

  it("names sliders and figures for a screen reader", async () => {
    await page.locator(".jp-CodeCell .cm-content").locator("visible=true").first().click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(PLAY);
    await page.keyboard.press("Shift+Enter");
    await page.getByRole("slider", { name: "height", exact: true }).waitFor(PATIENCE);
    await page.getByRole("figure", { name: "A line: loss by step", exact: true }).waitFor(PATIENCE);
  });

  it("follows another tab and comes back after a reload, in the dark and on a narrow screen", async () => {
    const other = await page.context().newPage();
    await other.goto(page.url().replace(/\/lab.*/, "/lab/workspaces/other"));
    await other.locator(".gb-lessons").first().waitFor(PATIENCE);
    await other.close();
    await showLessons();
    const path = join(lab.folder, "1-softmax.ipynb");
    writeFileSync(path, readFileSync(path, "utf8").replace("# 1 · Softmax", "# 1 · Softmax, renamed"));
    const reading = readFileSync(join(lab.folder, "2-reading.ipynb"), "utf8");
    writeFileSync(join(lab.folder, "2-reading-Copy1.ipynb"), reading);
    await desk().getByRole("heading", { name: "2 · Only to read (2-reading-Copy1)" }).waitFor(PATIENCE);
    await desk().getByRole("heading", { name: "1 · Softmax, renamed" }).waitFor(PATIENCE);
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await menu("Settings", "Theme", "JupyterLab Dark");
    await page.locator("body[data-jp-theme-light='false']").waitFor({ state: "attached" });
    await shot("desk-dark");
    await page.setViewportSize({ width: 390, height: 800 });
    await page.reload();
    await desk().getByRole("heading", { name: "1 · Softmax, renamed" }).waitFor(PATIENCE);
    expect((await desk().boundingBox())?.width).to.be.greaterThan(250);
    await shot("desk-narrow");
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(await desk().count()).to.equal(1);
  });

  async function menu(...path: readonly string[]): Promise<void> {
    const [first, ...rest] = path;
    await page.locator(".lm-MenuBar-itemLabel", { hasText: new RegExp(`^${first}$`) }).click();
    for (const [at, label] of rest.entries()) {
      const item = page.locator(".lm-Menu-itemLabel", { hasText: new RegExp(`^${label}$`) });
      if (at < rest.length - 1) await item.hover();
      else await item.click();
    }
  }

  async function restart(): Promise<void> {
    await menu("Kernel", "Restart Kernel…");
    await page.getByRole("button", { name: "Confirm Kernel Restart" }).click();
    await kernelReady(page);
  }

  async function showLessons(): Promise<void> {
    await menu("Help", "gradbook: Lessons");
    await desk().locator("h1").waitFor(PATIENCE);
  }

  async function openLesson(title: string): Promise<void> {
    await showLessons();
    await desk().getByRole("link", { name: title, exact: true }).first().click();
    await page.locator(".jp-Notebook").locator("visible=true").waitFor(PATIENCE);
    await kernelReady(page);
  }
});

async function waitUntil(holds: () => boolean): Promise<void> {
  const until = Date.now() + PATIENCE.timeout;
  while (!holds()) {
    if (Date.now() > until) throw new Error("it did not come to be");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
