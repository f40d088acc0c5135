// @ts-check
// `npm run notebooks`: every lesson, run headless by nbclient on the real kernel, as many at a time as there are cores.
// What they look like when they have run lies in build/notebooks, for the site, the figures and the list of claims.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join, resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import { labEnv } from "./lab.mjs";
import { ROOT, venvPython } from "./place.mjs";
import { duration } from "./screen.mjs";
import { setUp } from "./setup.mjs";
import { Trouble } from "./trouble.mjs";

/** @typedef {import("./screen.mjs").Screen} Screen */

/**
 * @typedef {object} Ran
 * @property {string} name
 * @property {number} seconds
 * @property {{ cell: string, seconds: number }[]} cells
 * @property {string[]} faults what makes the run a failure, a line each
 */

/** Alone on the machine; beside others a lesson may take twice as long. */
export const SECONDS_A_LESSON = 60;
export const SECONDS_A_CELL = 40;
const SCRIPT = fileURLToPath(new URL("./execute.py", import.meta.url));

/** Where the lessons lie that have been run. */
export const executedFolder = (root = ROOT) => join(root, "build", "notebooks");

/**
 * @param {string[]} wanted parts of names; all lessons where there are none
 * @param {Screen} screen
 * @returns {Promise<number>} exit code
 */
export async function notebooks(wanted, screen) {
  await setUp({ again: "npm run notebooks", offline: false, withPython: true }, screen);
  const names = lessonsNamed(wanted);
  const { runs, seconds } = await executeAll(names, screen);
  const bad = runs.filter(({ faults }) => faults.length).length;
  screen.say(
    `${runs.length - bad} passed, ${bad} failed, in ${duration(1000 * seconds)}; build/notebooks has them`,
  );
  if (bad === 0 && names.length === lessonsNamed([]).length) {
    const { renewClaims } = await import("./claims-page.mjs");
    screen.say(await renewClaims(names));
  }
  return bad ? 1 : 0;
}

/** @param {string[]} wanted */
export function lessonsNamed(wanted) {
  const all = readdirSync(join(ROOT, "notebooks"))
    .filter((name) => name.endsWith(".ipynb"))
    .sort();
  const parts = wanted.map((part) => basename(part));
  const lacking = parts.find((part) => !all.some((name) => name.includes(part)));
  if (lacking) throw new Trouble(`No lesson is called “${lacking}”`, `one of ${all.join(", ")}`);
  return parts.length ? all.filter((name) => parts.some((part) => name.includes(part))) : all;
}

/** @param {string[]} names @param {Screen} screen */
export async function executeAll(names, screen) {
  const started = performance.now();
  const waiting = [...names];
  const workers = Math.min(names.length, availableParallelism());
  const whole = SECONDS_A_LESSON * (workers > 1 ? 2 : 1);
  /** @type {Map<string, { done: number, of: number }>} */
  const under = new Map(names.map((name) => [name, { done: 0, of: 1 }]));
  /** @type {Ran[]} */
  const runs = [];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const lesson = name;
      const progress = (/** @type {number} */ done, /** @type {number} */ of) => {
        under.set(lesson, { done, of });
        const share = [...under.values()].reduce((sum, one) => sum + one.done / one.of, 0);
        screen.progress(share, names.length, `${shortName(lesson)} ${done}/${of}`);
      };
      const run = await execute(lesson, progress, SECONDS_A_CELL, whole);
      under.set(lesson, { done: 1, of: 1 });
      screen.say(summary(run));
      runs.push(run);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return { runs, seconds: (performance.now() - started) / 1000 };
}

/** @param {string} name */
const shortName = (name) => name.slice(0, 2);

/** @param {Ran} run */
function summary({ name, seconds, cells, faults }) {
  const slowest = cells.reduce((most, one) => (one.seconds > most.seconds ? one : most), {
    cell: "",
    seconds: 0,
  });
  const long =
    slowest.seconds >= 1 ? `, the longest “${slowest.cell}” with ${duration(1000 * slowest.seconds)}` : "";
  const line = `${faults.length ? "✗" : "✓"} ${name}: ${cells.length} cells in ${duration(1000 * seconds)}${long}`;
  return [line, ...faults.map((fault) => `    ${fault}`)].join("\n");
}

/**
 * @param {string} name a lesson's, or a path
 * @param {(done: number, of: number) => void} [progress]
 * @param {number} [patience] seconds that a cell may take
 * @param {number} [whole] seconds that the lesson may take
 * @returns {Promise<Ran>}
 */
export function execute(name, progress = () => {}, patience = SECONDS_A_CELL, whole = SECONDS_A_LESSON) {
  const folder = join(ROOT, "build", "tests", "lessons");
  const target = executedFolder();
  for (const one of [folder, target]) mkdirSync(one, { recursive: true });
  const args = [
    SCRIPT,
    resolvePath(ROOT, "notebooks", name),
    folder,
    join(target, basename(name)),
    String(patience),
    "gradbook",
  ];
  // What an earlier run left would be taken for this one's, should it end before it begins.
  rmSync(join(target, basename(name)), { force: true });
  const started = performance.now();
  // Nothing is written to its stdin, which ends when this process does.
  const child = spawn(venvPython(ROOT), args, { env: labEnv(ROOT), stdio: ["pipe", "pipe", "pipe"] });
  /** @type {Ran["cells"]} */
  const cells = [];
  /** @type {string[]} */
  const faults = [];
  let rest = "";
  let complaints = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (/** @type {string} */ chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(JSON.parse(line));
  });
  child.stderr.on("data", (/** @type {Buffer} */ chunk) => {
    complaints += chunk;
  });
  /** @param {any} message */
  const take = (message) => {
    if (message.failed !== undefined) {
      if (faults.length === 0) faults.push(message.failed);
      return;
    }
    const { cell, seconds, done, of, errors, stderr } = message;
    cells.push({ cell, seconds });
    for (const error of errors) faults.push(`${cell}: ${error}`);
    if (stderr) faults.push(`${cell} writes to stderr: ${stderr.trim().split("\n")[0]}`);
    if (seconds > patience)
      faults.push(`${cell} takes ${duration(1000 * seconds)}; ${patience} s are allowed`);
    progress(done, of);
  };
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = (performance.now() - started) / 1000;
      if (code !== 0) faults.push(complaints.trim().split("\n").at(-1) || `nbclient ended with ${code}`);
      if (seconds > whole) faults.push(`takes ${duration(1000 * seconds)}; ${whole} s are allowed`);
      resolve({ name, seconds, cells, faults });
    });
  });
}
