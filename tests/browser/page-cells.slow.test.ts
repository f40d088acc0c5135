// Cells for the page in the real one: JupyterLab in Chromium.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../source.ts";
import { type Lab, openCells, runAll } from "./lab.ts";

const CELLS = [
  `import * as tslab from "tslab";
tslab.display.html("<p id='from-node'>from Node</p>");
tslab.display.javascript("document.getElementById('from-node').dataset.script = 'ran'");`,
  `/** @browser @module ui */
import { label } from "./label";
/** A button that counts how often it is pressed. */
export function counter(): HTMLButtonElement {
  const button = document.createElement("button");
  let presses = 0;
  const show = (): void => { button.textContent = label(presses); };
  button.className = "counter";
  button.onclick = () => { presses++; show(); };
  show();
  return button;
}`,
  `/** @browser */
import { counter } from "./ui";
import "./look.css";
element.append(counter(), " awaited: ", await Promise.resolve("yes"));`,
  `/** @browser @jsx h */
const h = (name: string, props: object | null, ...children: string[]): any => {
  const made = Object.assign(document.createElement(name), props);
  made.append(...children);
  return made;
};
element.append(<b className="jsx">made of JSX</b>);
const canvas = document.createElement("canvas");
const context = canvas.getContext("2d")!;
context.fillStyle = "rgb(30, 120, 220)";
context.fillRect(0, 0, 300, 60);
element.append(canvas);`,
  `/** @browser */
import { display } from "tslab";
display.html("<i class='shown'>shown by tslab's display</i>");
document.getElementById("from-node")!.append(" and the page");
throw new RangeError("as planned");`,
];

describe("cells for the page, in JupyterLab in Chromium", () => {
  let lab: Lab;

  before(async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    this.timeout(120_000);
    lab = await openCells(CELLS, (folder) => {
      writeFileSync(
        join(folder, "label.ts"),
        'export const label = (n: number): string => "pressed " + n + " times";',
      );
      writeFileSync(join(folder, "look.css"), ".counter { background: rgb(200, 230, 200); }");
    });
  });
  after(async () => lab?.close());

  it("draw below themselves, answer to clicks, and say what they throw", async function () {
    this.timeout(240_000);
    const { page } = lab;
    await runAll(page);
    const output = (cell: number) => page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output");
    await page.locator("pre", { hasText: "RangeError: as planned" }).waitFor();
    const button = output(2).locator("button.counter");
    await button.click();
    await button.click();
    expect(await button.textContent()).to.equal("pressed 2 times");
    expect(await output(2).textContent()).to.include("awaited: yes");
    const colour = await button.evaluate((node) => getComputedStyle(node).backgroundColor);
    expect(colour).to.equal("rgb(200, 230, 200)");
    expect(await output(1).count(), "a module that only exports shows nothing").to.equal(0);
    expect(await output(3).locator("b.jsx").textContent()).to.equal("made of JSX");
    expect(await output(4).locator("i.shown").count()).to.equal(1);
    const fromNode = page.locator("#from-node");
    expect(await fromNode.textContent()).to.equal("from Node and the page");
    expect(await fromNode.getAttribute("data-script")).to.equal("ran");
    const shots = join(ROOT, "build", "screenshots");
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, "page-cells.png") });
  });
});
