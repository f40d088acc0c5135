// @ts-check
// A lesson as a student gets it: stubs in place of solutions; hidden tests and planted wrong answers gone; cells that
// are not the student's locked. The marks and the metadata are nbgrader's, so that its own release does the same.
import { createHash } from "node:crypto";
import { Trouble } from "./trouble.mjs";

/**
 * @typedef {{ id: string, cell_type: string, source: string[], metadata: Record<string, any>,
 *   outputs?: unknown[], execution_count?: number | null, attachments?: unknown }} Cell
 * @typedef {{ cells: Cell[], metadata: Record<string, any>, nbformat: number, nbformat_minor: number }} Notebook
 */

/** What stands in place of a solution. `check` knows its words. */
export const STUB = ["// Your code here.", 'throw new Error("not written yet");'];

/** The same in a cell of text, as an answer in words has. */
export const STUB_TEXT = ["*Your answer here.*"];

const SOLUTION = "SOLUTION";
const HIDDEN = "HIDDEN TESTS";
const PLANTED = "planted";

/**
 * @param {Notebook} lesson @param {string} name for errors
 * @returns {Notebook}
 */
export function released(lesson, name) {
  const cells = lesson.cells.filter((cell) => !isPlanted(cell)).map((cell) => releasedCell(cell, name));
  return { ...lesson, cells };
}

/** @param {Cell} cell */
const isPlanted = ({ metadata }) => metadata.tags?.includes(PLANTED) === true;

/** @param {Cell} cell @param {string} name @returns {Cell} */
function releasedCell(cell, name) {
  const where = `${name}, cell “${cell.id}”`;
  const { solution, grade } = cell.metadata.nbgrader ?? {};
  const stub = cell.cell_type === "code" ? STUB : STUB_TEXT;
  const answered = replaced([cell.source].flat().join(""), SOLUTION, stub, where);
  if (answered.found !== Boolean(solution)) {
    const [there, lacking] = answered.found
      ? ["BEGIN SOLUTION", "nbgrader's solution mark"]
      : ["that mark", "BEGIN SOLUTION"];
    throw new Trouble(`${where}: it has ${there} and no ${lacking}`, "give it both or neither");
  }
  const seen = replaced(answered.text, HIDDEN, [], where);
  if (seen.found && !grade)
    throw new Trouble(`${where}: hidden tests outside a graded cell`, "nbgrader would keep them");
  const source = lines(seen.text);
  // What a solution or a hidden test has printed would give it away.
  const clean = cell.cell_type === "code" ? { outputs: [], execution_count: null } : {};
  if (!cell.metadata.nbgrader) return { ...cell, ...clean, source };
  checkMarks(cell.metadata.nbgrader, where);
  const { cell_type } = cell;
  const nbgrader = { ...cell.metadata.nbgrader, cell_type, checksum: checksum(cell, source.join("")) };
  const fixed = isLocked(cell) ? { deletable: false, editable: false } : { deletable: false };
  return { ...cell, ...clean, source, metadata: { ...cell.metadata, ...fixed, nbgrader } };
}

/** @param {any} marks @param {string} where */
function checkMarks({ grade_id, grade, points }, where) {
  if (typeof grade_id !== "string" || grade_id === "")
    throw new Trouble(`${where}: nbgrader's marks have no grade_id`, "give it one");
  if (grade && !(Number.isFinite(points) && points >= 0))
    throw new Trouble(`${where}: a graded cell without points`, "give it points, 0 or more");
}

/**
 * Whether the cell is the course's alone. By nbgrader's rule: a solution never is, a test always.
 * @param {Cell} cell
 */
export function isLocked({ metadata }) {
  const { solution, grade, locked } = metadata.nbgrader ?? {};
  return !solution && Boolean(grade || locked);
}

/**
 * The text with every region from `BEGIN mark` to `END mark` replaced, as far indented as its first line.
 * @param {string} text @param {string} mark @param {string[]} by @param {string} where
 */
function replaced(text, mark, by, where) {
  /** @type {string[]} */
  const kept = [];
  let inside = false;
  let found = false;
  for (const line of text.split("\n")) {
    const begins = line.includes(`BEGIN ${mark}`);
    const ends = line.includes(`END ${mark}`);
    if ((begins && inside) || (ends && !inside)) throw unpaired(where, mark);
    if (begins) {
      const indent = line.slice(0, line.length - line.trimStart().length);
      kept.push(...by.map((stub) => indent + stub));
      inside = found = true;
    } else if (ends) inside = false;
    else if (!inside) kept.push(line);
  }
  if (inside) throw unpaired(where, mark);
  return { text: kept.join("\n"), found };
}

/** @param {string} where @param {string} mark */
const unpaired = (where, mark) =>
  new Trouble(
    `${where}: BEGIN ${mark} and END ${mark} do not pair`,
    "every region needs both, and none lies in another",
  );

/** @param {string} text */
export function lines(text) {
  const trimmed = text.replace(/^\n+|\n+$/g, "");
  return trimmed === "" ? [] : trimmed.split(/(?<=\n)/);
}

/**
 * nbgrader's own, by which `nbgrader validate` sees that a test was changed.
 * @param {Cell} cell @param {string} source
 */
function checksum(cell, source) {
  const { cell_type, metadata } = cell;
  const { grade, solution, grade_id, points } = metadata.nbgrader;
  const python = (/** @type {unknown} */ flag) => (flag ? "True" : "False");
  const hash = createHash("md5").update(source).update(cell_type);
  for (const flag of [grade, solution, isLocked(cell)]) hash.update(python(flag));
  hash.update(grade_id);
  if (grade) hash.update(Number.isInteger(points) ? `${points}.0` : String(points));
  return hash.digest("hex");
}
