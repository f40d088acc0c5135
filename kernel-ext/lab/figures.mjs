// @ts-check
// `npm run figures`: every figure of the course as PNG and SVG, with the numbers behind it, into build/figures. They come
// from lessons that have run, and whose cells have asserted those numbers.
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { isInTheMaking } from "./build.mjs";
import { fromBuild } from "./built.mjs";
import { faultOf, readNotebook, stemOf, titleOf, toBeRun } from "./executed.mjs";
import { csvOf, figuresIn, sizeOf, svgAround } from "./figure-data.mjs";
import { readJson, writeAside } from "./files.mjs";
import { gallery } from "./gallery.mjs";
import { executeAll, executedFolder, lessonsNamed } from "./notebooks.mjs";
import { ROOT } from "./place.mjs";
import { counted, duration } from "./screen.mjs";
import { setUp } from "./setup.mjs";
import { findChromium } from "./test.mjs";
import { explain, isErrno, Trouble } from "./trouble.mjs";

/** @typedef {import("./screen.mjs").Screen} Screen */
/** @typedef {import("./gallery.mjs").Shown} Shown */
/** @typedef {import("./gallery.mjs").Drawn} Drawn */
/** @typedef {import("./figure-data.mjs").Found} Found */
/** @typedef {import("../../lib/plots/render.ts").Renderer} Renderer */

const AGAIN = "npm run figures";
const SCALE = 2;
/** What a lesson's folder says of itself, for a gallery of which only some lessons are drawn anew. */
const ABOUT = "figures.json";

/** Where the figures lie. */
export const figuresFolder = (root = ROOT) => join(root, "build", "figures");

/**
 * @param {string[]} wanted parts of lessons' names; all where there are none
 * @param {{ again: boolean }} options again: run lessons of which there is a run already
 * @param {Screen} screen
 * @returns {Promise<number>} exit code
 */
export async function figures(wanted, { again }, screen) {
  const names = lessonsNamed(wanted);
  // Before the long part.
  requireChromium();
  await setUp({ again: AGAIN, offline: false, withPython: true }, screen);
  const old = again ? names : toBeRun(names);
  if (old.length < names.length)
    screen.say(
      `${names.length - old.length} of ${names.length} lessons have run since they were last changed`,
    );
  await executeAll(old, screen);
  return draw(names, screen);
}

/** Says which Chromium draws. */
function requireChromium() {
  const chromium = findChromium();
  if (!chromium)
    throw new Trouble(
      "Figures are drawn by Chromium or Chrome, and none is here",
      "sudo apt-get install chromium, or say where it is in GRADBOOK_CHROMIUM",
    );
  process.env.GRADBOOK_CHROMIUM = chromium;
}

/**
 * Draws the figures of lessons that have run, and writes the gallery.
 * @param {string[]} names @param {Screen} screen
 * @param {{ from?: string, to?: string, course?: string[] }} [where] course: the lessons that there are
 * @returns {Promise<number>} exit code
 */
export async function draw(names, screen, where = {}) {
  const { from = executedFolder(), to = figuresFolder(), course = lessonsNamed([]) } = where;
  const started = performance.now();
  let drawn = 0;
  let bad = 0;
  const renderer = await openRenderer();
  try {
    for (const name of names) {
      const folder = join(to, stemOf(name));
      const { about, faults } = await drawLesson(name, { from, folder, renderer, screen });
      writeAside(join(folder, ABOUT), json(about));
      drawn += about.figures.length;
      bad += faults;
    }
    removeOthers(to, new Set([...course.map(stemOf), "index.html"]));
    const { escapeHtml } = await htmlModule();
    const lessons = course.map((name) => ({ folder: stemOf(name), drawn: aboutOf(join(to, stemOf(name))) }));
    writeAside(join(to, "index.html"), gallery(lessons, escapeHtml));
  } catch (error) {
    throw isErrno(error) ? explain(String(error), "writing figures", AGAIN) : error;
  } finally {
    await renderer.close();
  }
  const took = duration(performance.now() - started);
  screen.say(
    `${counted(drawn, "figure")} drawn${bad ? `, ${bad} failed` : ""}, in ${took}: ${join(to, "index.html")}`,
  );
  return bad ? 1 : 0;
}

/**
 * @param {string} name
 * @param {{ from: string, folder: string, renderer: Renderer, screen: Screen }} where
 * @returns {Promise<{ about: Drawn, faults: number }>}
 */
async function drawLesson(name, { from, folder, renderer, screen }) {
  const notebook = readNotebook(join(from, name));
  const fault = faultOf(notebook);
  if (!notebook || fault) {
    screen.say(`✗ ${name}: not drawn, as it did not run to its end: ${fault}`);
    removeOthers(folder, new Set());
    return {
      about: { title: notebook ? titleOf(notebook, name) : stemOf(name), fault: fault ?? "", figures: [] },
      faults: 1,
    };
  }
  const found = figuresIn(notebook, name);
  screen.say(`${name}: ${counted(found.length, "figure")}`);
  /** @type {Shown[]} */
  const figures = [];
  for (const [at, figure] of found.entries()) {
    try {
      const shown = await drawFigure(figure, folder, renderer);
      figures.push(shown);
      screen.say(`  ✓ ${at + 1}/${found.length} ${figure.name}: ${shown.files.join(", ")}`);
    } catch (error) {
      if (isErrno(error)) throw error;
      screen.say(`  ✗ ${at + 1}/${found.length} ${figure.name}: ${firstLine(error)}`);
    }
  }
  const files = figures.flatMap((shown) => shown.files.map((ending) => `${shown.name}.${ending}`));
  removeOthers(folder, new Set([...files, ABOUT]));
  return { about: { title: titleOf(notebook, name), figures }, faults: found.length - figures.length };
}

/** @param {Found} figure @param {string} folder @param {Renderer} renderer @returns {Promise<Shown>} */
async function drawFigure({ name, title, alt, plotly, png }, folder, renderer) {
  const forms = png ? pictureForms(png) : await plotlyForms(plotly, renderer);
  for (const [ending, content] of forms) writeAside(join(folder, `${name}.${ending}`), content);
  const { width, height } = sizeOf(/** @type {Uint8Array} */ (forms.get("png")));
  const scale = png ? 1 : SCALE;
  const about = { name, title, alt, width: width / scale, height: height / scale };
  return { ...about, dark: forms.has("dark.png"), files: [...forms.keys()] };
}

/** @typedef {Map<string, string | Uint8Array>} Forms what a figure's files hold, by their endings */

/** @param {any} plotly @param {Renderer} renderer @returns {Promise<Forms>} */
async function plotlyForms(plotly, renderer) {
  const { data, layout, frames } = plotly;
  if (!Array.isArray(data) || typeof layout !== "object" || layout === null)
    throw new Error("it is no plotly figure");
  /** @type {Forms} */
  const forms = new Map();
  forms.set("png", await renderer.png(plotly, { scale: SCALE }));
  forms.set("dark.png", await renderer.png(plotly, { scale: SCALE, theme: "dark" }));
  forms.set("svg", await renderer.svg(plotly));
  forms.set("json", json({ data, layout, ...(frames && { frames }) }));
  const csv = csvOf(plotly);
  return csv === undefined ? forms : forms.set("csv", csv);
}

/** A picture's numbers are its pixels. @param {Buffer} png @returns {Forms} */
function pictureForms(png) {
  /** @type {Forms} */
  const forms = new Map();
  return forms.set("png", png).set("svg", svgAround(png));
}

async function openRenderer() {
  /** @type {typeof import("../../lib/plots/render.ts")} */
  const { Renderer } = await fromBuild("lib/plots/render.js");
  return Renderer.open().catch((error) => {
    throw new Trouble(`Figures cannot be drawn here: ${firstLine(error)}`, `npm run doctor, then: ${AGAIN}`);
  });
}

/** @returns {Promise<typeof import("../display/html.ts")>} */
const htmlModule = () => fromBuild("kernel-ext/display/html.js");

/** @param {string} folder @returns {Drawn | undefined} */
const aboutOf = (folder) => readJson(join(folder, ABOUT));

/** @param {string} folder @param {Set<string>} kept */
function removeOthers(folder, kept) {
  if (!statSync(folder, { throwIfNoEntry: false })) return;
  for (const entry of readdirSync(folder))
    if (!kept.has(entry) && !isInTheMaking(join(folder, entry)))
      rmSync(join(folder, entry), { recursive: true, force: true });
}

/** @param {unknown} value */
const json = (value) => `${JSON.stringify(value)}\n`;

/** @param {unknown} error */
const firstLine = (error) => (error instanceof Error ? error.message : String(error)).trim().split("\n")[0];
