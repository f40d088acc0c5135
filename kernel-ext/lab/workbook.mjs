// @ts-check
// The student's copy of the lessons, without solutions. What the student has changed stays theirs; the rest follows the
// course. A copy of each lesson as it was handed out lies in workbook/.gradbook, to tell the one from the other.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAside } from "./files.mjs";
import { merged } from "./merge.mjs";
import { parse } from "./notebook-format.mjs";
import { released } from "./release.mjs";
import { Trouble } from "./trouble.mjs";

/** @typedef {import("./release.mjs").Notebook} Notebook */

const HANDED_OUT = ".gradbook";

/**
 * @typedef {object} Copied
 * @property {string[]} added
 * @property {string[]} updated
 * @property {{ name: string, cells: string[] }[]} both updated, with cells that student and course have both changed
 * @property {string[]} kept the student's alone, as nobody can tell what it was made from
 */

/** @param {string} root @returns {Copied} */
export function makeWorkbook(root) {
  /** @type {Copied} */
  const result = { added: [], updated: [], both: [], kept: [] };
  for (const name of readdirSync(join(root, "notebooks")).filter((file) => file.endsWith(".ipynb"))) {
    const lesson = text(released(parse(readFileSync(join(root, "notebooks", name), "utf8"), name), name));
    const { copy, base } = paths(root, name);
    const there = existsSync(copy) ? readFileSync(copy, "utf8") : undefined;
    const handedOut = existsSync(base) ? readFileSync(base, "utf8") : undefined;
    /** @param {Notebook} mine @param {Notebook} was */
    const update = (mine, was) => {
      const { notebook: both, conflicts } = merged({ base: was, mine, course: JSON.parse(lesson) });
      writeAside(copy, text(both));
      if (conflicts.length) result.both.push({ name, cells: conflicts });
      else result.updated.push(name);
    };
    if (there === undefined) {
      writeAside(copy, lesson);
      result.added.push(name);
    } else if (there === lesson || handedOut === lesson) {
      // Nothing has come from the course; perhaps the last start was ended before the base was written.
    } else if (there === handedOut) {
      writeAside(copy, lesson);
      result.updated.push(name);
    } else {
      const mine = notebook(there);
      const was = handedOut === undefined ? undefined : notebook(handedOut);
      if (mine && was) update(mine, was);
      else result.kept.push(name);
    }
    if (handedOut !== lesson) writeAside(base, lesson);
  }
  return result;
}

/**
 * Puts cells of a lesson back to what was handed out; the whole lesson where none is named, and then the student's own
 * is kept beside it.
 * @param {string} root @param {string} name @param {string[]} ids
 * @returns {string} what was done
 */
export function resetCells(root, name, ids) {
  const { copy, base } = paths(root, name);
  const was = notebook(existsSync(base) ? readFileSync(base, "utf8") : "");
  if (!was) throw new Trouble(`There is no lesson “${name}” in workbook/`, "npm run lab");
  if (ids.length === 0) return resetWhole(copy, was);
  const mine = notebook(existsSync(copy) ? readFileSync(copy, "utf8") : "");
  if (!mine) throw new Trouble(`workbook/${name} is not there, or no notebook`, `npm run reset -- ${name}`);
  let cells = mine.cells;
  for (const id of ids) {
    const at = was.cells.findIndex((cell) => cell.id === id);
    const cell = was.cells[at];
    if (!cell) throw new Trouble(`${name} has no cell “${id}”`, `one of ${exercises(was).join(", ")}`);
    if (cells.some((one) => one.id === id)) cells = cells.map((one) => (one.id === id ? cell : one));
    else {
      const before = new Set(was.cells.slice(0, at).map((one) => one.id));
      cells = cells.toSpliced(cells.findLastIndex((one) => before.has(one.id)) + 1, 0, cell);
    }
  }
  writeAside(copy, text({ ...mine, cells }));
  return `As handed out again, in workbook/${name}: ${ids.join(", ")}`;
}

/** @param {string} copy @param {Notebook} was */
function resetWhole(copy, was) {
  let kept = "";
  if (existsSync(copy)) {
    const stem = copy.replace(/\.ipynb$/, "");
    let number = 1;
    while (existsSync(`${stem}.mine-${number}.ipynb`)) number++;
    kept = `${stem}.mine-${number}.ipynb`;
    writeAside(kept, readFileSync(copy));
  }
  writeAside(copy, text(was));
  return `As handed out again: ${copy}${kept ? `; yours is kept as ${kept}` : ""}`;
}

/** @param {Notebook} lesson */
const exercises = ({ cells }) => cells.filter(({ metadata }) => metadata.nbgrader).map(({ id }) => id);

/** @param {string} root @param {string} name */
function paths(root, name) {
  const folder = join(root, "workbook");
  return { copy: join(folder, name), base: join(folder, HANDED_OUT, name) };
}

/** @param {Notebook} notebook */
const text = (notebook) => `${JSON.stringify(notebook, null, 1)}\n`;

/** A notebook whose cells can be told apart, or nothing. @param {string} text @returns {Notebook | undefined} */
function notebook(text) {
  try {
    const parsed = parse(text, "");
    return parsed.cells.every(isCell) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** @param {any} cell */
function isCell(cell) {
  const { id, metadata, source } = cell ?? {};
  return (
    typeof id === "string" &&
    typeof metadata === "object" &&
    metadata !== null &&
    [source].flat().every((line) => typeof line === "string")
  );
}
