// The pages as a browser has them: nothing runs, nothing is fetched, and whoever reads them can.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { type Browser, chromium, type Page } from "playwright-core";
import { studentFiles, writeResults } from "../../../../kernel-ext/grading/results/write.ts";
import { assignment, results } from "./class.ts";

const THEMES = ["light", "dark"] as const;

describe("feedback and summary in a browser", function () {
  this.timeout(120_000);
  let folder: string;
  let browser: Browser;

  before(async function () {
    const executablePath = process.env.GRADBOOK_CHROMIUM;
    if (!executablePath) this.skip();
    folder = mkdtempSync(join(tmpdir(), "gradbook-pages-"));
    writeResults(results, assignment, folder);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const pages = (): [name: string, path: string][] => [
    ...results.map(({ student }): [string, string] => {
      const { feedback } = studentFiles(student.id, folder);
      return [student.id.slice(0, 20).replace(/\W+/g, "-"), feedback];
    }),
    ["summary", join(folder, "summary.html")],
  ];

  /** Looks at a page; what it complains of or asks for is a failure. */
  async function look(
    path: string,
    how: { theme?: (typeof THEMES)[number]; width?: number },
    at: (page: Page) => Promise<void>,
  ): Promise<void> {
    const { theme = "light", width = 1200 } = how;
    const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    const trouble: string[] = [];
    page.on("console", (message) => trouble.push(message.text()));
    page.on("pageerror", (error) => trouble.push(error.message));
    page.on("dialog", (dialog) => trouble.push(dialog.message()));
    page.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) trouble.push(`asked for ${request.url()}`);
    });
    await page.goto(pathToFileURL(path).href);
    await at(page);
    await context.close();
    expect(trouble, path).to.deep.equal([]);
  }

  it("has language, title, landmarks, headings in order, tables with scopes and labels", async () => {
    for (const [name, path] of pages()) {
      await look(path, {}, async (page) => {
        expect(await page.evaluate(structure), name).to.deep.equal([]);
      });
    }
  });

  it("has contrast AA for every text, light and dark", async () => {
    for (const [name, path] of pages()) {
      for (const theme of THEMES) {
        await look(path, { theme }, async (page) => {
          expect(await page.evaluate(contrast), `${name}, ${theme}`).to.deep.equal([]);
        });
      }
    }
  });

  it("fits a phone: nothing sticks out of the page", async () => {
    for (const [name, path] of pages()) {
      await look(path, { width: 390 }, async (page) => {
        const [whole, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        expect(whole, name).to.be.at.most(seen!);
      });
    }
  });

  it("is read by keyboard alone: a way to the text first, and all that scrolls takes the focus", async () => {
    for (const [name, path] of pages()) {
      await look(path, { width: 390 }, async (page) => {
        await page.keyboard.press("Tab");
        expect(await page.evaluate(() => document.activeElement?.textContent), name).to.equal(
          "Skip to the results",
        );
        const deaf = await page.evaluate(() =>
          [...document.querySelectorAll<HTMLElement>("body *")]
            .filter(
              (one) =>
                one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX),
            )
            .filter((one) => one.tabIndex < 0)
            .map((one) => one.outerHTML.slice(0, 120)),
        );
        expect(deaf, name).to.deep.equal([]);
      });
    }
  });

  it("shows an answer's drawing", async () => {
    await look(studentFiles("ada", folder).feedback, {}, async (page) => {
      const size = await page.evaluate(() => {
        const image = document.querySelector("img");
        return [image?.complete, image?.naturalWidth, image?.alt];
      });
      expect(size).to.deep.equal([true, 300, "Loss by step"]);
    });
  });

  it("keeps its own title, whatever a submission says", async () => {
    const { feedback } = studentFiles(results.at(-1)!.student.id, folder);
    await look(feedback, {}, async (page) => {
      expect(await page.title()).to.equal(`Feedback on ${assignment.name}`);
    });
  });
});

/** What assistive programs need, and do not find. Runs in the page. */
function structure(): string[] {
  const lacks: string[] = [];
  const need = (is: unknown, what: string): void => {
    if (!is) lacks.push(what);
  };
  need(document.documentElement.lang === "en", "a language");
  need(document.title.trim(), "a title");
  for (const landmark of ["header", "main", "footer"])
    need(document.querySelectorAll(`body > ${landmark}`).length === 1, `one ${landmark}`);
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(({ tagName }) =>
    Number(tagName[1]),
  );
  need(levels.filter((level) => level === 1).length === 1, "one h1");
  levels.forEach(
    (level, at) => void need(at === 0 || level <= levels[at - 1]! + 1, `a heading before number ${at + 1}`),
  );
  for (const heading of document.querySelectorAll("h1, h2, h3"))
    need(heading.textContent?.trim(), "words in a heading");
  for (const table of document.querySelectorAll("table")) {
    need(table.caption?.textContent?.trim(), "a caption");
    need(table.tHead, "a head");
    for (const head of table.querySelectorAll("thead th"))
      need(head.getAttribute("scope") === "col", "scope=col");
    for (const row of table.querySelectorAll("tbody tr"))
      need(row.querySelector("th")?.getAttribute("scope") === "row", "scope=row");
  }
  for (const image of document.querySelectorAll("img")) need(image.alt, "words for an image");
  for (const image of document.querySelectorAll("svg"))
    need(image.getAttribute("aria-label"), "words for a drawing");
  for (const part of document.querySelectorAll("section"))
    need(document.getElementById(part.getAttribute("aria-labelledby") ?? ""), "a label of a section");
  for (const link of document.querySelectorAll("a")) {
    need(link.textContent?.trim(), "words in a link");
    need(
      document.getElementById(link.getAttribute("href")!.slice(1)),
      `what ${link.getAttribute("href")} leads to`,
    );
  }
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  need(new Set(ids).size === ids.length, "ids of their own");
  for (const state of document.querySelectorAll(".passed, .failed, .waits"))
    need(/\w{4,}/.test(state.textContent ?? ""), "a word beside a colour");
  return lacks;
}

/** Texts whose contrast is under AA's 4.5, or 3 where they are large. Runs in the page. */
function contrast(): string[] {
  const parts = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const light = (rgb: number[]): number => {
    const [r, g, b] = rgb.map((one) =>
      one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const behind = (element: Element | null): number[] => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parts(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const poor = new Set<string>();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement!;
    if (!texts.currentNode.textContent?.trim() || element.closest("img, title")) continue;
    const { color, fill, fontSize, fontWeight } = getComputedStyle(element);
    const ink = light(parts(element.closest("svg") ? fill : color).slice(0, 3));
    const paper = light(behind(element));
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    const size = Number.parseFloat(fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) poor.add(`${ratio.toFixed(2)}: ${element.outerHTML.slice(0, 90)}`);
  }
  return [...poor];
}
