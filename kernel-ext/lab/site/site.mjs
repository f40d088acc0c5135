// @ts-check
// The lessons as pages in build/site, as students get them, with what came out when they ran.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { toBeRun } from "../executed.mjs";
import { aside, readJson } from "../files.mjs";
import { parse } from "../notebook-format.mjs";
import { executeAll, executedFolder, lessonsNamed } from "../notebooks.mjs";
import { ROOT } from "../place.mjs";
import { released } from "../release.mjs";
import { counted, duration, size } from "../screen.mjs";
import { explain, isErrno, Trouble } from "../trouble.mjs";
import { assets } from "./assets.mjs";
import { claimsPage, coursePage } from "./index-page.mjs";
import { refuseLeaks, secretLines, withoutPaths } from "./leaks.mjs";
import { flaw, lessonOf } from "./lesson.mjs";
import { lessonPage } from "./lesson-page.mjs";
import { pageHtml } from "./shell.mjs";

/** @typedef {import("../screen.mjs").Screen} Screen */
/** @typedef {import("../release.mjs").Notebook} Notebook */

const AGAIN = "npm run site";

export const siteFolder = (root = ROOT) => join(root, "build", "site");

/**
 * The site, of a clone that is set up.
 * @param {Screen} screen @param {string} [to] the folder @param {string[]} [names] of lessons, or paths
 * @returns {Promise<number>} exit code
 */
export async function makeSite(screen, to = siteFolder(), names = lessonsNamed([])) {
  if (names.length === 0) throw new Trouble("There is no lesson in notebooks/", "git checkout -- notebooks");
  const stale = names.filter((name) => toBeRun([name]).length > 0 || flawOf(name) !== undefined);
  if (stale.length) {
    screen.say(`${counted(stale.length, "lesson")} of ${names.length} to run first`);
    await executeAll(stale, screen);
  }
  const flaws = names.flatMap((name) => {
    const found = flawOf(name);
    return found ? [`✗ ${basename(name)}: ${found}`] : [];
  });
  if (flaws.length) {
    for (const line of flaws) screen.say(line);
    screen.say(`No site was made, for ${counted(flaws.length, "lesson")} did not run to the end → ${AGAIN}`);
    return 1;
  }
  const started = Date.now();
  const { files, figures } = await filesOf(
    names.map((name) => ({ name: basename(name), ...notebooksOf(name) })),
  );
  try {
    writeFolder(to, files);
  } catch (error) {
    throw isErrno(error) ? explain(String(error), "the site was written", AGAIN) : error;
  }
  const bytes = [...files.values()].reduce((sum, content) => sum + Buffer.byteLength(content), 0);
  const what = `${counted(names.length, "lesson")}, ${counted(figures, "figure")}, ${size(bytes)}`;
  const folder = relative(ROOT, to);
  screen.say(
    `${folder} has ${what}, made in ${duration(Date.now() - started)}; open ${join(folder, "index.html")}`,
  );
  return 0;
}

/**
 * All files of a site.
 * @param {readonly { name: string, source: Notebook, executed: Notebook }[]} notebooks
 */
export async function filesOf(notebooks) {
  const lessons = notebooks.map(({ name, source, executed }) => lessonOf(name, source, executed));
  const pages = new Set(lessons.map(({ page }) => page));
  const shown = lessons.map((lesson, at) => ({
    lesson,
    made: lessonPage(lesson, { previous: lessons[at - 1], next: lessons[at + 1], pages }),
  }));
  const claims = claimsPage(shown);
  const around = { claims: claims !== undefined };
  /** @type {Map<string, string>} */
  const files = new Map();
  for (const page of [coursePage(shown), ...shown.map(({ made }) => made.page), ...(claims ? [claims] : [])])
    files.set(page.file, withoutPaths(pageHtml(page, around), ROOT));
  const sections = shown.flatMap(({ made }) => made.sections);
  const figures = shown.reduce((sum, { made }) => sum + made.figures, 0);
  const math = [...files.values()].some((html) => html.includes("assets/math.css"));
  for (const [name, content] of await assets({ plotly: figures > 0, math, sections }))
    files.set(name, content);
  const students = notebooks.map(({ name, source }) => released(source, name));
  for (const { name, source } of notebooks) {
    const secrets = secretLines(source, students);
    for (const [file, content] of files) {
      if (!/plotly|math/.test(file)) refuseLeaks(content, secrets, name);
    }
  }
  return { files, figures };
}

/** @param {string} name */
const sourcePath = (name) => resolve(ROOT, "notebooks", name);

/** @param {string} name */
const executedPath = (name) => join(executedFolder(), basename(name));

/** @param {string} name */
function notebooksOf(name) {
  const source = parse(readFileSync(sourcePath(name), "utf8"), basename(name));
  return { source, executed: parse(readFileSync(executedPath(name), "utf8"), basename(name)) };
}

/** What is wrong with a lesson as it was run, if anything. @param {string} name */
function flawOf(name) {
  const executed = readJson(executedPath(name));
  if (!Array.isArray(executed?.cells)) return "it was not run, or what it left is damaged";
  return flaw(notebooksOf(name).source, executed);
}

/**
 * A folder whole or not at all: what was there stays until all is written.
 * @param {string} folder @param {ReadonlyMap<string, string>} files
 */
export function writeFolder(folder, files) {
  const part = aside(folder);
  const old = aside(folder);
  try {
    for (const [name, content] of files) {
      mkdirSync(dirname(join(part, name)), { recursive: true });
      writeFileSync(join(part, name), content);
    }
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(part, folder);
  } catch (error) {
    if (existsSync(old) && !existsSync(folder)) renameSync(old, folder);
    throw error;
  } finally {
    rmSync(part, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}
