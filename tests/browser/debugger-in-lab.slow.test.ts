// Debugging as a user does it, in JupyterLab in Chromium: the bug button, a click beside a line, a pause.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../source.ts";
import { kernelReady, type Lab, openCells } from "./lab.ts";

const CELLS = [
  `interface Step { rate: number; size: number }

function descend(step: Step): number {
  const moved = step.rate * step.size;
  return moved + 1;
}`,
  "const sizes: number[] = [2, 4];\nconst reached = sizes.map((size) => descend({ rate: 0.5, size }));\nreached",
  "1 + 1",
  `/** @module shapes */
export function area(side: number): number {
  const square = side ** 2;
  return square;
}`,
  'import { area } from "./shapes";\narea(3)',
];

describe("the debugger in JupyterLab, in Chromium", function () {
  this.timeout(300_000);
  let lab: Lab;

  before(async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    lab = await openCells(CELLS);
    lab.page.setDefaultTimeout(60_000);
    await kernelReady(lab.page);
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await shot("debugger-failure");
  });
  after(async () => lab?.close());

  const cell = (n: number) => lab.page.locator(".jp-Notebook .jp-CodeCell").nth(n);
  const output = (n: number) => cell(n).locator(".jp-OutputArea-output");
  const panel = () => lab.page.locator(".jp-DebuggerSidebar");
  const stack = () => panel().locator(".jp-DebuggerCallstackFrame");
  const variable = (name: string) =>
    panel().locator(".jp-TreeItem", {
      has: lab.page.locator(".jp-DebuggerVariables-name", { hasText: new RegExp(`^${name}$`) }),
    });

  async function run(n: number): Promise<void> {
    await cell(n).locator(".cm-content").click();
    await lab.page.keyboard.press("Control+Enter");
  }

  async function clickBeside(n: number, line: number): Promise<void> {
    await cell(n).locator(".cm-breakpoint-gutter .cm-gutterElement").nth(line).click();
    // The first one is the column's hidden measure.
    await cell(n).locator(".cm-breakpoint-icon").nth(1).waitFor();
  }

  async function command(title: string): Promise<void> {
    await panel().locator(`jp-button[title^="${title}"]`).click();
  }

  /** JupyterLab enables the button while it is still asking the kernel, and what it is told then undoes a click. */
  async function switchOn(): Promise<void> {
    const bug = lab.page.locator(".jp-DebuggerBugButton[aria-disabled='false']");
    for (let clicks = 0; clicks < 4; clicks++) {
      await bug.click();
      await panel().waitFor();
      const known = variable("descend").waitFor({ timeout: 15_000 });
      if (await known.then(() => true).catch(() => false)) return;
    }
    throw new Error("The panel stays empty");
  }

  async function shot(name: string): Promise<void> {
    const folder = join(ROOT, "build", "screenshots");
    mkdirSync(folder, { recursive: true });
    await lab.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  it("starts at the bug button, and lists what the session knows", async () => {
    await run(0);
    await switchOn();
    await shot("debugger-on");
  });

  it("pauses where somebody clicked, and shows line, stack and values", async () => {
    await clickBeside(0, 5);
    await run(1);
    await stack().first().waitFor();
    await variable("moved").getByText("1", { exact: true }).waitFor();
    await variable("step").getByText("{ rate: 0.5, size: 2 }").waitFor();
    expect(await stack().allInnerTexts()).to.have.length(3);
    await cell(0).locator(".jp-DebuggerEditor-highlight").waitFor();
    await shot("debugger-paused");
  });

  it("steps, and goes on to the end", async () => {
    await command("Next");
    await cell(1).locator(".jp-DebuggerEditor-highlight", { hasText: "map" }).waitFor();
    await command("Continue");
    await variable("step").getByText("{ rate: 0.5, size: 4 }").waitFor();
    await command("Continue");
    await output(1).getByText("[ 2, 3 ]").waitFor();
    await variable("reached").getByText("[ 2, 3 ]").waitFor();
  });

  it("finds a page that was loaded again where the other one had paused", async () => {
    await run(1);
    await stack().first().waitFor();
    await lab.page.reload();
    await lab.page.locator(".jp-Notebook").waitFor();
    await stack().first().waitFor();
    await variable("moved").waitFor();
    await shot("debugger-reloaded");
    await command("Continue");
    await variable("step").getByText("{ rate: 0.5, size: 4 }").waitFor();
    await command("Continue");
    await stack().first().waitFor({ state: "detached" });
    // What the cell that the other page ran comes to is not this page's to show.
    await run(2);
    await output(2).getByText("2", { exact: true }).waitFor();
  });

  it("pauses where somebody clicked in a cell that is a module", async () => {
    await clickBeside(3, 4);
    await run(3);
    await run(4);
    await variable("square").getByText("9", { exact: true }).waitFor();
    await cell(3).locator(".jp-DebuggerEditor-highlight", { hasText: "return square" }).waitFor();
    await shot("debugger-in-a-module");
    await command("Continue");
    await output(4).getByText("9", { exact: true }).waitFor();
  });

  it("restarts while paused, and the breakpoints are there in the new kernel", async () => {
    await run(1);
    await stack().first().waitFor();
    await cell(2).locator(".cm-content").click();
    await lab.page.keyboard.press("Escape");
    await lab.page.keyboard.press("0");
    await lab.page.keyboard.press("0");
    await lab.page.getByRole("button", { name: "Confirm Kernel Restart" }).click();
    await stack().first().waitFor({ state: "detached" });
    await kernelReady(lab.page);
    await run(0);
    await variable("descend").waitFor();
    await cell(0).locator(".cm-breakpoint-icon").nth(1).waitFor();
    await run(1);
    await variable("step").getByText("{ rate: 0.5, size: 2 }").waitFor();
    await command("Continue");
    await variable("step").getByText("{ rate: 0.5, size: 4 }").waitFor();
    await command("Continue");
    await output(1).getByText("[ 2, 3 ]").waitFor();
  });

  it("pauses nothing when it is switched off", async () => {
    await lab.page.locator(".jp-DebuggerBugButton").click();
    await lab.page.locator(".jp-DebuggerBugButton[aria-pressed='false']").waitFor();
    await run(1);
    await output(1).getByText("[ 2, 3 ]").waitFor();
  });
});
