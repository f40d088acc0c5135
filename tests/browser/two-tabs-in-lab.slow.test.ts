// One notebook in two tabs, both dragging at once, in real JupyterLab: in the end both show the same, and are at rest.
import { expect } from "chai";
import type { Locator, Page } from "playwright-core";
import { type Lab, openCells, runAll } from "./lab.ts";

const CELLS = [
  `import { figure } from "gradbook";
import { interact, slider } from "gradbook/widgets";
const line = (height: number, tilt: number) => figure([{ type: "scatter", x: [0, 1], y: [height, height + tilt] }],
  { title: "A line", xaxis: { title: "x" }, yaxis: { title: "y", range: [0, 200] } });`,
  `interact({ height: slider(0, 100, { value: 50, step: 1 }), tilt: slider(0, 100, { value: 50, step: 1 }) },
  ({ height, tilt }) => line(height, tilt))`,
];
const [HEIGHT, TILT] = [0, 1];

interface Seen {
  readonly sliders: readonly number[];
  readonly line: readonly number[];
  readonly drawn: number;
}

describe("one notebook in two tabs, in Chromium", function () {
  this.timeout(240_000);
  let lab: Lab;
  let tabs: readonly [Page, Page];

  before(async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    this.timeout(400_000);
    lab = await openCells(CELLS);
    const { page } = lab;
    page.setDefaultTimeout(60_000);
    await runAll(page);
    await drawn(page).waitFor();
    await page.keyboard.press("Control+s");
    const storageState = await page.context().storageState();
    const other = await (await page.context().browser()!.newContext({ storageState })).newPage();
    other.setDefaultTimeout(60_000);
    await other.goto(page.url());
    await drawn(other).waitFor();
    tabs = [page, other];
  });
  after(async () => lab?.close());

  const cell = (page: Page): Locator => page.locator(".jp-CodeCell").nth(1);
  const drawn = (page: Page): Locator => cell(page).locator(".gradbook-figure .main-svg").first();

  /** What a tab shows now: where its handles are, and the line between them. */
  const seen = (page: Page): Promise<Seen> =>
    cell(page).evaluate((node) => {
      const place = node.querySelector<HTMLElement>(".gradbook-figure")!;
      const { _fullData: traces } = place as unknown as { _fullData: { y: ArrayLike<number> }[] };
      return {
        sliders: [...node.querySelectorAll(".noUi-handle")].map((one) =>
          Number(one.getAttribute("aria-valuenow")),
        ),
        line: Array.from(traces[0]?.y ?? []),
        drawn: Number(place.dataset.drawn),
      };
    });

  /** To and fro by hand, to end at a share of the way. */
  async function drag(page: Page, at: number, share: number): Promise<void> {
    const handle = (await cell(page).locator(".noUi-handle").nth(at).boundingBox())!;
    const way = (await cell(page).locator(".noUi-target").nth(at).boundingBox())!;
    const y = handle.y + handle.height / 2;
    await page.mouse.move(handle.x + handle.width / 2, y);
    await page.mouse.down();
    for (const to of [0.1, 0.9, 0.2, share]) await page.mouse.move(way.x + to * way.width, y, { steps: 12 });
    await page.mouse.up();
  }

  /** The tabs show the same, and nothing has been drawn for a second. */
  async function atRest(): Promise<Seen> {
    let before = await Promise.all(tabs.map(seen));
    for (let seconds = 0; seconds < 30; seconds++) {
      await tabs[0].waitForTimeout(1000);
      const now = await Promise.all(tabs.map(seen));
      const [a, b] = now as [Seen, Seen];
      const same = String([a.sliders, a.line]) === String([b.sliders, b.line]);
      if (same && now.every((one, i) => one.drawn === before[i]?.drawn)) return a;
      before = now;
    }
    throw new Error(`the tabs do not come to rest: ${JSON.stringify(before)}`);
  }

  it("agrees about a slider that both have dragged at once", async () => {
    for (const [mine, yours] of [
      [0.3, 0.7],
      [0.8, 0.4],
      [0.5, 0.6],
    ] as const) {
      await Promise.all([drag(tabs[0], HEIGHT, mine), drag(tabs[1], HEIGHT, yours)]);
      const { sliders, line } = await atRest();
      expect(line).to.deep.equal([sliders[HEIGHT], sliders[HEIGHT]! + sliders[TILT]!]);
    }
  });

  it("agrees about two sliders of one figure, of which each tab has dragged one", async () => {
    await Promise.all([drag(tabs[0], HEIGHT, 0.3), drag(tabs[1], TILT, 0.7)]);
    const { sliders, line } = await atRest();
    expect(sliders[HEIGHT]).to.be.closeTo(30, 3);
    expect(sliders[TILT]).to.be.closeTo(70, 3);
    expect(line).to.deep.equal([sliders[HEIGHT], sliders[HEIGHT]! + sliders[TILT]!]);
  });
});
