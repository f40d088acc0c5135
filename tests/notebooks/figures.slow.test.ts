// `npm run figures`: lessons of our own, run on the real kernel, drawn by a real Chromium, looked at in one.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Page } from "playwright-core";
import type { Notebook } from "../../kernel-ext/lab/release.mjs";
import { lookOf, lossCurves } from "../../lib/index.ts";
import { launch } from "../browser/lab.ts";
import { distinctColours } from "../browser/pixels.ts";
import { expectOneSentence, Ground } from "../kernel-ext/lab/ground.ts";
import { fromSource, ROOT } from "../source.ts";
import { removeOwn, runOwn } from "./own-notebook.ts";

type FiguresModule = typeof import("../../kernel-ext/lab/figures.mjs");

const DRAWS = `98-draws-${process.pid}.ipynb`;
const FAILS = `99-fails-${process.pid}.ipynb`;
const FOLDER = DRAWS.replace(".ipynb", "");

const IMPORTS =
  'import { figure, heatmap, image, imageGrid, lossCurves, parallelCoordinates, Random, tensor } from "gradbook";';
const HOSTILE = `<img src=x onerror='alert(1)'> & "more"`;
const CELLS = {
  imports: IMPORTS,
  hostile: `figure([{ type: "scatter", y: [3, 2, 1], name: ${JSON.stringify(HOSTILE)} }], { title: ${JSON.stringify(HOSTILE)}, xaxis: { title: "step" }, yaxis: { title: "nats" } })`,
  uprights: "parallelCoordinates({ rate: [0.1, 0.2], loss: [2, 1] })",
  map: 'heatmap([[1, -2], [3, 4]], { title: "A map" })',
  two: "display(lossCurves({ training: [3, 2, 1] })); display(image(tensor([[0, 1], [1, 0]])));",
  chance: 'lossCurves({ training: new Random(7).normal([40]) }, { title: "By seed" })',
  digits: 'imageGrid(tensor([[[0, 1], [1, 0]], [[1, 0], [0, 1]]]), { title: "Two digits" })',
};
const NAMES = ["98-hostile", "98-uprights", "98-map", "98-two", "98-two-2", "98-chance", "98-digits"];

describe("the figures of the course", function () {
  this.timeout(180_000);
  let lib: FiguresModule;
  let folder: string;
  let code: number;
  const said: string[] = [];
  const screen = { say: (line: string) => void said.push(line), progress() {}, clear() {} };

  before(async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    lib = await fromSource<FiguresModule>("lab/figures.mjs");
    folder = mkdtempSync(join(tmpdir(), "figures é "));
    expect(await runOwn(DRAWS, "Own <b>lesson</b> & more", CELLS)).to.deep.equal([]);
    const asserts = { imports: IMPORTS, drawn: CELLS.map, asserted: "throw new Error('<b>2</b> is not 1')" };
    expect(await runOwn(FAILS, "Fails", asserts)).to.have.length(1);
    code = await draw("one");
  });
  after(async () => {
    if (folder) rmSync(folder, { recursive: true, force: true });
    await removeOwn(DRAWS, FAILS);
  });

  const draw = (to: string, names = [DRAWS, FAILS], course = [DRAWS, FAILS, "04-other.ipynb"]) =>
    lib.draw(names, screen, { to: join(folder, to), course });
  const filesIn = (to: string) =>
    readdirSync(join(folder, to), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(join(folder, to).length + 1))
      .sort();
  const contents = (to: string) =>
    filesIn(to).map((file) => `${file} ${readFileSync(join(folder, to, file)).toString("base64")}`);
  const text = (to: string, file: string) => readFileSync(join(folder, to, file), "utf8");

  it("are drawn, with a line for each; a lesson that failed is named, and the rest is there", async () => {
    expect(code).to.equal(1);
    for (const name of NAMES) expect(said.filter((line) => line.includes(` ${name}: `))).to.have.length(1);
    expect(said.join("\n")).to.match(new RegExp(`✗ ${FAILS}.*asserted: Error: <b>2</b> is not 1`));
    const wanted = NAMES.flatMap((name) => {
      const endings = name === "98-two-2" ? ["png", "svg"] : ["dark.png", "json", "png", "svg"];
      return [...endings, ...(/two-2|digits/.test(name) ? [] : ["csv"])].map(
        (end) => `${FOLDER}/${name}.${end}`,
      );
    });
    const about = [FOLDER, FAILS.replace(".ipynb", "")].map((lesson) => `${lesson}/figures.json`);
    expect(filesIn("one")).to.have.members([...wanted, ...about, "index.html"]);
    const { data } = JSON.parse(text("one", `${FOLDER}/98-map.json`)) as { data: { z: unknown }[] };
    expect(data[0]?.z).to.deep.equal([
      [1, -2],
      [3, 4],
    ]);
    expect(text("one", `${FOLDER}/98-map.csv`)).to.include("trace 0,1,0,-2\r\n");
  });

  it("are the same byte for byte when the lesson has run again", async () => {
    expect(await runOwn(DRAWS, "Own <b>lesson</b> & more", CELLS)).to.deep.equal([]);
    await draw("again");
    const [one, again] = [contents("one"), contents("again")];
    expect(one).to.have.length.of.at.least(30);
    for (const [at, file] of one.entries()) expect(again[at] === file, file.slice(0, 60)).to.equal(true);
  });

  it("stay where another lesson is drawn, and go with the lesson that no longer has them", async () => {
    cpSync(join(folder, "one"), join(folder, "kept"), { recursive: true });
    writeFileSync(join(folder, "kept", FOLDER, "98-gone.svg"), "old");
    await draw("kept", [FAILS]);
    expect(filesIn("kept")).to.include(`${FOLDER}/98-map.svg`).and.include(`${FOLDER}/98-gone.svg`);
    expect(text("kept", "index.html")).to.include("98-map.png");
    expect(await draw("kept", [DRAWS], [DRAWS])).to.equal(0);
    expect(filesIn("kept").filter((file) => !file.startsWith(FOLDER))).to.deep.equal(["index.html"]);
    expect(filesIn("kept")).not.to.include(`${FOLDER}/98-gone.svg`);
  });

  it("that are damaged are named, and the others drawn", async () => {
    const { executedFolder } =
      await fromSource<typeof import("../../kernel-ext/lab/notebooks.mjs")>("lab/notebooks.mjs");
    const notebook = JSON.parse(readFileSync(join(executedFolder(), DRAWS), "utf8")) as Notebook;
    const damage: Record<string, object> = {
      hostile: { "application/vnd.plotly.v1+json": "a picture" },
      uprights: { "application/vnd.plotly.v1+json": { data: [] } },
      map: { "image/png": "AAAA" },
    };
    for (const cell of notebook.cells)
      if (damage[cell.id])
        cell.outputs = [{ output_type: "display_data", metadata: {}, data: damage[cell.id] }];
    const from = join(folder, "damaged");
    mkdirSync(from);
    writeFileSync(join(from, DRAWS), JSON.stringify(notebook));
    said.splice(0);
    expect(await lib.draw([DRAWS], screen, { from, to: join(folder, "rest"), course: [DRAWS] })).to.equal(1);
    const bad = said.filter((line) => line.startsWith("  ✗")).map((line) => line.replace(/^.* 98-/, ""));
    expect(bad).to.deep.equal([
      "hostile: it is no plotly figure",
      "uprights: it is no plotly figure",
      "map: it is no PNG",
    ]);
    expect(text("rest", "index.html")).to.include("98-two.png").and.not.include("98-map");
    expect(said.at(-1)).to.match(/^4 figures drawn, 3 failed, in /);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 390]) {
      it(`are shown by a page of their own: ${colorScheme}, ${width} pixels wide`, async () => {
        const seen = await look(colorScheme, width);
        expect(seen.trouble).to.deep.equal([]);
        expect(seen.pictures).to.have.length(NAMES.length);
        for (const { alt, width: natural } of seen.pictures) {
          expect(alt).to.match(/^(Figure|Picture): /);
          expect(natural).to.be.above(100);
        }
        expect(seen.pictures[0]?.source).to.match(
          colorScheme === "dark" ? /hostile\.dark\.png$/ : /hostile\.png$/,
        );
        expect(seen.overflow).to.equal(0);
        expect(seen.dead).to.deep.equal([]);
        expect(seen.files.filter((file) => !existsSync(fileURLToPath(file)))).to.deep.equal([]);
        expect(seen.files).to.have.length.of.at.least(4 * NAMES.length);
        expect(seen.headings).to.include.members(["Own <b>lesson</b> & more", "Fails", HOSTILE]);
        expect(seen.words).to.include("<b>2</b> is not 1").and.include("Not drawn yet: 04-other");
      });
    }
  }

  const look = async (colorScheme: "light" | "dark", width: number) => {
    const browser = await launch();
    try {
      const context = await browser.newContext({
        colorScheme,
        offline: true,
        viewport: { width, height: 800 },
      });
      const page = await context.newPage();
      const trouble: string[] = [];
      page.on("requestfailed", (request) => trouble.push(request.url()));
      page.on("dialog", (dialog) => {
        trouble.push(dialog.message());
        void dialog.dismiss();
      });
      await page.goto(pathToFileURL(join(folder, "one", "index.html")).href);
      return { trouble, ...(await whatIsOn(page)) };
    } finally {
      await browser.close();
    }
  };

  it("are whole SVGs, which a browser draws in the figure's colours", async () => {
    const browser = await launch();
    try {
      for (const name of ["98-hostile", "98-digits", "98-map"]) {
        const page = await browser.newPage({ viewport: { width: 720, height: 400 } });
        await page.goto(pathToFileURL(join(folder, "one", FOLDER, `${name}.svg`)).href);
        expect(await page.locator("parsererror").count(), name).to.equal(0);
        const { distinct, saturated } = await distinctColours(browser, await page.screenshot());
        expect(distinct, name).to.be.above(2);
        if (name !== "98-digits") expect(saturated, name).to.be.above(100);
        await page.close();
      }
    } finally {
      await browser.close();
    }
  });
});

describe("npm run figures on bad ground", function () {
  this.timeout(60_000);

  it("says how Chromium comes, before anything else is done", async () => {
    const ground = new Ground();
    try {
      const outcome = await ground.gradbook(["figures"], { env: { PATH: ground.barePath } });
      expectOneSentence(outcome, /drawn by Chromium or Chrome, and none is here/, /apt-get install chromium/);
      ground.expectNothingHalfMade();
    } finally {
      ground.remove();
    }
  });

  it("says of a Chromium that does not start what it said", async () => {
    const { draw } = await fromSource<FiguresModule>("lab/figures.mjs");
    const given = process.env.GRADBOOK_CHROMIUM;
    process.env.GRADBOOK_CHROMIUM = "/bin/false";
    try {
      const screen = { say() {}, progress() {}, clear() {} };
      const to = join(tmpdir(), `no-figures-${process.pid}`);
      const error: unknown = await draw([], screen, { to, course: [] }).catch((caught: unknown) => caught);
      expect(String(error)).to.match(/^Figures cannot be drawn here: [^\n]+ → npm run doctor/);
    } finally {
      if (given === undefined) Reflect.deleteProperty(process.env, "GRADBOOK_CHROMIUM");
      else process.env.GRADBOOK_CHROMIUM = given;
    }
  });

  it("draws what has run in a clone, and names the lesson that did not, though it was tried", async function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
    this.timeout(240_000);
    const ground = new Ground();
    try {
      // The set-up's npm and Python are played: the second runs no lesson.
      ground.playTools();
      const at = (...path: string[]) => join(ground.clone, ...path);
      const put = (path: string, content: object) => {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, JSON.stringify(content));
      };
      const shown = lookOf(lossCurves({ training: [3, 2, 1] }));
      const run = { output_type: "execute_result", data: shown, metadata: {}, execution_count: 1 };
      const cell = {
        id: "curve",
        cell_type: "code",
        source: "1",
        metadata: {},
        execution_count: 1,
        outputs: [run],
      };
      const lesson = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
      for (const name of readdirSync(at("notebooks")).filter((file) => file.endsWith(".ipynb")))
        rmSync(at("notebooks", name));
      for (const name of ["01-ran.ipynb", "02-new.ipynb"]) put(at("notebooks", name), lesson);
      put(at("build", "setup", "choices.json"), { reference: "none" });
      put(at("build", "notebooks", "01-ran.ipynb"), lesson);
      const { GRADBOOK_CHROMIUM } = process.env;
      const outcome = await ground.gradbook(["figures"], {
        env: { GRADBOOK_CHROMIUM, GROUND_MODULES: join(ROOT, "node_modules") },
      });
      expect(outcome.stderr).to.equal("");
      expect(outcome.stdout).to.include("1 of 2 lessons have run since they were last changed");
      expect(outcome.stdout).to.include("✓ 1/1 01-curve: png, dark.png, svg, json, csv");
      expect(outcome.stdout).to.include("✗ 02-new.ipynb: not drawn");
      expect(outcome.stdout).to.match(/\n1 figure drawn, 1 failed, in .*build\/figures\/index\.html\n$/);
      expect(outcome.code).to.equal(1);
      expect(readdirSync(at("build", "figures", "01-ran"))).to.have.length(6);
    } finally {
      ground.remove();
    }
  });

  it("knows its options and its lessons", async () => {
    const ground = new Ground();
    try {
      const wrong = await ground.gradbook(["figures", "--agin"]);
      expectOneSentence(wrong, /Unknown option '--agin'/, /help/);
      expectOneSentence(await ground.gradbook(["figures", "77"]), /No lesson is called “77”/, /one of 01-/);
    } finally {
      ground.remove();
    }
  });
});

async function whatIsOn(page: Page) {
  return page.evaluate(async () => {
    const images = [...document.images];
    for (const image of images) image.loading = "eager";
    await Promise.all(images.map((image) => image.decode()));
    const files = [...document.querySelectorAll<HTMLAnchorElement>("figure a")];
    const hashes = [...document.querySelectorAll<HTMLAnchorElement>("nav a")].map(({ hash }) => hash);
    return {
      pictures: images.map(({ alt, naturalWidth, currentSrc }) => ({
        alt,
        width: naturalWidth,
        source: currentSrc,
      })),
      overflow: document.documentElement.scrollWidth - innerWidth,
      dead: hashes.filter((hash) => !document.getElementById(decodeURIComponent(hash.slice(1)))),
      files: files.map(({ href }) => href),
      headings: [...document.querySelectorAll("h2, h3")].map(({ textContent }) => textContent ?? ""),
      words: document.body.innerText,
    };
  });
}
