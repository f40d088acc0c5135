// @ts-check
// The commands that grade. The grader is TypeScript, so it is built first; a clone brings its npm packages, too.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuilt } from "./built.mjs";
import { lock } from "./lock.mjs";
import { isClone, quoted, ROOT, SELF } from "./place.mjs";
import { setUp } from "./setup.mjs";
import { Trouble } from "./trouble.mjs";

/** @typedef {import("./screen.mjs").Screen} Screen */

/**
 * A module of the grader.
 * @param {string} path as it lies in kernel-ext/grading @param {string} again @param {Screen} screen
 * @returns {Promise<any>}
 */
export async function fromGrader(path, again, screen) {
  if (isClone() && !existsSync(join(ROOT, "node_modules"))) await setUp({ again, withPython: false }, screen);
  const dist = await ensureBuilt(ROOT);
  return import(pathToFileURL(join(dist, "kernel-ext", "grading", path)).href);
}

/**
 * @param {string[]} positionals @param {Record<string, unknown>} values as the command line has them
 * @param {Screen} screen @returns {Promise<number>}
 */
export async function grade([assignment, ...submissions], values, screen) {
  const { out } = values;
  if (assignment === undefined || submissions.length === 0 || typeof out !== "string")
    throw new Trouble("grade takes an assignment, submissions, and --out with a folder", `${SELF} help`);
  const level = sandboxLevel(values.sandbox);
  const workers = wholeNumber(values.workers);
  const exports = [values.export ?? []].flat();
  const again = "the same command";
  const { gradeAll } = await fromGrader("grade/run.js", again, screen);
  // Two runs into one folder would each write a summary of a half.
  const giveBack = await lock(join(out, ".grading"), again, "grading into this folder");
  try {
    return await gradeAll(
      { assignment, submissions, out, level, workers, exports, again: values.again === true },
      screen,
    );
  } finally {
    giveBack();
  }
}

/**
 * @param {string[]} positionals @param {Record<string, unknown>} values @param {Screen} screen
 * @returns {Promise<number>}
 */
export async function verify([assignment, ...more], values, screen) {
  if (assignment === undefined || more.length > 0)
    throw new Trouble("verify takes one assignment", `${SELF} help`);
  const level = sandboxLevel(values.sandbox);
  const workers = wholeNumber(values.workers);
  const { verify: proved } = await fromGrader(
    "grade/verify.js",
    `gradbook verify ${quoted(assignment)}`,
    screen,
  );
  return proved({ assignment, level, workers }, screen);
}

const LEVELS = ["bwrap", "landlock", "container", "none"];

/** @param {unknown} value */
function sandboxLevel(value) {
  if (value === undefined || LEVELS.includes(String(value))) return value;
  throw new Trouble(`--sandbox takes ${LEVELS.join(", ")}, not “${value}”`, `${SELF} help`);
}

/** @param {unknown} value @returns {number | undefined} */
function wholeNumber(value) {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number > 0 && number <= 256) return number;
  throw new Trouble(`--workers takes 1 to 256, not “${value}”`, `${SELF} help`);
}
