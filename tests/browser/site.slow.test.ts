// The site of the real lessons, opened from its files in a real Chromium without a network.
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Notebook } from "../../kernel-ext/lab/release.mjs";
import { CLAIMS, code, ran, result, text } from "../kernel-ext/lab/site/made.ts";
import { fromSource, ROOT } from "../source.ts";
import { launch } from "./lab.ts";
import { distinctColours } from "./pixels.ts";

type Site = typeof import("../../kernel-ext/lab/site/site.mjs");
type Release = typeof import("../../kernel-ext/lab/release.mjs");
type Leaks = typeof import("../../kernel-ext/lab/site/leaks.mjs");

const LESSON = "01-softmax-and-cross-entropy";

describe("the site of the lessons, opened from its files without a network", function () {
  this.timeout(120_000);
  const folder = join(ROOT, "build", "tests", "site");
  const shots = join(ROOT, "build", "screenshots");
  const said: string[] = [];
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** What the pages have complained of or asked for, which is to be nothing. */
  const trouble: string[] = [];

  before(async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    // Lessons that were not run yet are run first.
    this.timeout(900_000);
    const { makeSite } = await fromSource<Site>("lab/site/site.mjs");
    const screen = { say: (line: string) => void said.push(line), progress: () => {}, clear: () => {} };
    expect(await makeSite(screen, folder), said.join("\n")).to.equal(0);
    browser = await launch();
    mkdirSync(shots, { recursive: true });
  });
  after(() => browser?.close());

  beforeEach(async () => {
    trouble.length = 0;
    context = await browser.newContext({
      offline: true,
      colorScheme: "light",
      viewport: { width: 1280, height: 900 },
    });
    page = await context.newPage();
    page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
    page.on("pageerror", (error) => trouble.push(error.message));
    page.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) trouble.push(`asked for ${request.url()}`);
    });
    page.on("requestfailed", (request) => trouble.push(`did not get ${request.url()}`));
  });
  afterEach(async () => {
    await context?.close();
    expect(trouble).to.deep.equal([]);
  });

  const open = (file: string): Promise<unknown> => page.goto(pathToFileURL(join(folder, file)).href);

  it("leads from the course to a lesson, and has one plotly and a page for each lesson", async () => {
    const notebooks = readdirSync(join(ROOT, "notebooks")).filter((file) => file.endsWith(".ipynb"));
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    expect(files).to.include.members(notebooks.map((file) => file.replace(".ipynb", ".html")));
    expect(files.filter((file) => file.includes("plotly"))).to.deep.equal([join("assets", "plotly.js")]);
    await open("index.html");
    expect(await page.locator(".lessons > li").count()).to.equal(notebooks.length);
    await page.getByRole("link", { name: "Softmax and cross-entropy" }).click();
    await page.getByRole("heading", { level: 1, name: "1 · Softmax and cross-entropy" }).waitFor();
  });

  it("draws the figures that a reader comes near, and the others not yet", async () => {
    await open(`${LESSON}.html`);
    const figures = page.locator("figure.plot");
    expect(await figures.count()).to.be.greaterThan(3);
    expect(await page.locator(".main-svg").count(), "drawn far from the reader").to.equal(0);
    const figure = figures.first();
    await figure.scrollIntoViewIfNeeded();
    const drawing = figure.locator("svg.main-svg").first();
    await drawing.waitFor();
    const box = await drawing.boundingBox();
    expect(box?.width).to.be.greaterThan(500);
    expect(box?.height).to.be.greaterThan(200);
    expect(await figure.getAttribute("aria-label")).to.match(/^Figure: Softmax against temperature/);
    const { saturated, distinct } = await distinctColours(
      browser,
      await figure.screenshot({ path: join(shots, "site-figure.png") }),
    );
    expect(saturated, "curves in the palette's colours").to.be.greaterThan(200);
    expect(distinct, "curves, axes and words").to.be.greaterThan(50);
  });

  it("typesets the formulas in KaTeX's own letters", async () => {
    await open(`${LESSON}.html`);
    const formula = page.locator(".formula .katex-html").first();
    const box = await formula.boundingBox();
    expect(box?.height).to.be.greaterThan(30);
    await page.evaluate(() => document.fonts.ready);
    const letters = await page.evaluate(() =>
      [...document.fonts].filter(({ status }) => status === "loaded").map(({ family }) => family),
    );
    expect(letters).to.include("KaTeX_Main").and.include("KaTeX_Math");
    expect(await page.locator(".formula math").count()).to.be.greaterThan(3);
    expect(await page.locator("main").innerText()).not.to.match(/\$\$|\\frac/);
  });

  it("finds a word from anywhere by the keyboard, and goes to its place", async () => {
    await open("index.html");
    await page.keyboard.press("/");
    await page.keyboard.type("hierarchical soft");
    const options = page.getByRole("option");
    await options.first().waitFor();
    expect(await options.first().innerText()).to.match(
      /A hundred thousand classes[\s\S]*Hierarchical softmax/i,
    );
    expect(await options.first().locator("mark").count()).to.be.greaterThan(1);
    await page.screenshot({ path: join(shots, "site-search.png") });
    await page.keyboard.press("Enter");
    await page.waitForURL(/#a-hundred-thousand-classes$/);
    const heading = page.getByRole("heading", { name: "A hundred thousand classes" });
    await page.waitForFunction(() => CSS.highlights.has("found"));
    const top = (await heading.boundingBox())?.y ?? -1;
    expect(top).to.be.within(0, 900);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("no such thing anywhere");
    await page.getByText("No places").waitFor();
    await page.keyboard.press("Escape");
    expect(await page.locator("dialog[open]").count()).to.equal(0);
  });

  it("turns dark by the switch, figures too, and is so on the next page", async () => {
    await open(`${LESSON}.html`);
    const figure = page.locator("figure.plot").first();
    await figure.scrollIntoViewIfNeeded();
    const words = figure.locator(".gtitle").first();
    await words.waitFor();
    const colours = () =>
      Promise.all([
        page.evaluate(() => getComputedStyle(document.body).backgroundColor),
        words.evaluate((node) => getComputedStyle(node).fill),
      ]);
    const [lightPage, lightWords] = await colours();
    const theme = page.getByRole("button", { name: /^Theme:/ });
    await theme.click();
    await theme.click();
    await page.waitForFunction((before) => {
      const node = document.querySelector("figure.plot .gtitle");
      return node !== null && getComputedStyle(node).fill !== before;
    }, lightWords);
    const [darkPage] = await colours();
    expect(darkPage).not.to.equal(lightPage);
    await open("index.html");
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).to.equal(darkPage);
    await page.emulateMedia({ colorScheme: "light" });
    expect(await page.getByRole("button", { name: "Theme: dark. Change to auto" }).count()).to.equal(1);
  });

  it("has no page that a phone must push sideways", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".html"))) {
      await open(file);
      for (const figure of await page.locator("figure.plot").all()) {
        await figure.scrollIntoViewIfNeeded();
        await figure.locator("svg.main-svg").first().waitFor();
      }
      const [width, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(width, file).to.be.at.most(room!);
      const unreached = await page.evaluate(
        () =>
          [...document.querySelectorAll<HTMLElement>("main :is(pre, .formula)")].filter(
            (one) => one.scrollWidth > one.clientWidth + 1 && one.tabIndex !== 0,
          ).length,
      );
      expect(unreached, `${file}: wide things that a keyboard does not reach`).to.equal(0);
      const idle = page.locator("main pre:not(.out)[tabindex='0']");
      for (const one of await idle.all())
        expect(
          await one.evaluate((node) => node.scrollWidth > node.clientWidth),
          "a stop that scrolls",
        ).to.equal(true);
    }
  });

  it("is printed dark on white, with every figure, whatever the screen is", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await open(`${LESSON}.html`);
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    const figures = page.locator("figure.plot");
    const words = page.locator("figure.plot .gtitle");
    await page.waitForFunction(
      (count) => document.querySelectorAll("figure.plot .gtitle").length === count,
      await figures.count(),
    );
    await page.emulateMedia({ media: "print" });
    const colours = await page.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      return { backgroundColor, color };
    });
    expect(colours).to.deep.equal({ backgroundColor: "rgb(253, 253, 251)", color: "rgb(29, 31, 35)" });
    expect(await words.first().evaluate((node) => getComputedStyle(node).fill)).to.equal(
      "rgb(121, 121, 121)",
    );
    expect(await page.locator(".bar").isVisible()).to.equal(false);
    await page.setViewportSize({ width: 718, height: 1000 });
    for (const figure of await figures.all()) {
      const [place, drawing] = await Promise.all([
        figure.boundingBox(),
        figure.locator(".main-svg").first().boundingBox(),
      ]);
      expect(place?.height).to.be.at.least((drawing?.height ?? Infinity) - 1);
    }
  });

  it("shows only the claims with the verdict that one asks for", async () => {
    const { filesOf, writeFolder } = await fromSource<Site>("lab/site/site.mjs");
    const claim = (course: string, verdict: string): object => ({
      course,
      topic: "t",
      says: "s",
      measured: "m",
      verdict,
    });
    const claims = [claim("A", "holds"), claim("A", "holds in part"), claim("B", "holds in part")];
    const cell = code("claims", "claims()", result({ [CLAIMS]: claims, "text/plain": "" }));
    const made = `${folder}-claims`;
    writeFolder(made, (await filesOf([ran("01-a.ipynb", text("lead", "# 1 · A\n\nB?"), cell)])).files);
    await page.goto(pathToFileURL(join(made, "claims.html")).href);
    const cards = page.locator(".claim:visible");
    expect(await cards.count()).to.equal(3);
    const holds = page.getByRole("button", { name: "holds 1", exact: true });
    await holds.click();
    expect(await cards.count()).to.equal(1);
    expect(await page.getByRole("heading", { name: "B", exact: true }).isVisible()).to.equal(false);
    await page.getByRole("button", { name: "holds in part 2" }).click();
    expect(await cards.count()).to.equal(2);
    expect(await holds.getAttribute("aria-pressed")).to.equal("false");
    await page.getByRole("button", { name: "holds in part 2" }).click();
    expect(await cards.count()).to.equal(3);
    await page.getByRole("link", { name: "1 · A" }).first().click();
    await page.locator("#cell-claims .claim").first().waitFor();
  });

  it("shows of each lesson what a student gets: no line of a solution, a hidden test or a planted answer", async () => {
    const { released } = await fromSource<Release>("lab/release.mjs");
    const { secretLines } = await fromSource<Leaks>("lab/site/leaks.mjs");
    const names = readdirSync(join(ROOT, "notebooks")).filter((file) => file.endsWith(".ipynb"));
    const lessons = names.map((name) => ({
      name,
      lesson: JSON.parse(readFileSync(join(ROOT, "notebooks", name), "utf8")) as Notebook,
    }));
    const students = lessons.map(({ name, lesson }) => released(lesson, name));
    let looked = 0;
    for (const { name, lesson } of lessons) {
      await open(name.replace(".ipynb", ".html"));
      const shown = (await page.locator("body").innerText()).replace(/\s+/g, "");
      const raw = readFileSync(join(folder, name.replace(".ipynb", ".html")), "utf8");
      for (const secret of secretLines(lesson, students)) {
        looked++;
        expect(shown.includes(secret.replace(/\s+/g, "")), `${name}: ${secret}`).to.equal(false);
      }
      expect(raw).not.to.match(/BEGIN SOLUTION|HIDDEN TESTS/);
      const checks = page.locator(".cell.check, .cell.answer");
      expect(await checks.count(), name).to.be.greaterThan(0);
      expect(await page.locator(".cell.check .outputs, .cell.answer .outputs").count(), name).to.equal(0);
    }
    expect(looked).to.be.greaterThan(20);
    expect(existsSync(join(folder, "assets", "search-index.js"))).to.equal(true);
  });
});
