// @ts-check
// A lesson as the site shows it: the student's text of each cell, beside it what came out when the lesson ran, but for
// the cells of the exercises, whose outputs are the solution's.
import { numberOf, outputsOf, sourceOf } from "../executed.mjs";
import { released } from "../release.mjs";
import { Trouble } from "../trouble.mjs";

/** @typedef {import("../release.mjs").Notebook} Notebook */
/** @typedef {import("../release.mjs").Cell} Cell */
/** @typedef {import("../executed.mjs").Output} Output */

/**
 * @typedef {object} SiteCell
 * @property {string} id
 * @property {"markdown" | "code"} kind
 * @property {string} text
 * @property {readonly Output[]} outputs
 * @property {boolean} isFolded
 * @property {Exercise} [exercise] whose answer or check it is
 * @property {"answer" | "check"} [part]
 */

/** @typedef {{ name: string, points: number }} Exercise */

/**
 * @typedef {object} Lesson
 * @property {string} file the notebook's name
 * @property {string} page the page's
 * @property {string} number as its title has it, or its file's name
 * @property {string} title
 * @property {readonly SiteCell[]} cells
 * @property {readonly Exercise[]} exercises
 * @property {number} points
 * @property {number} seconds that it ran
 */

/**
 * What keeps an executed notebook from being shown, in words; nothing where it is that lesson, run to its end.
 * @param {Notebook} source @param {Notebook} executed
 */
export function flaw(source, executed) {
  const ran = new Map(executed.cells.map((cell) => [cell.id, cell]));
  for (const cell of source.cells) {
    if (cell.cell_type === "raw" || textOfCell(cell).trim() === "") continue;
    const done = ran.get(cell.id);
    if (!done || textOfCell(done) !== textOfCell(cell))
      return `cell “${cell.id}” was not run as it stands now`;
    if (cell.cell_type !== "code") continue;
    const error = outputsOf(done).find(({ output_type }) => output_type === "error");
    if (error && !cell.metadata.tags?.includes("raises-exception"))
      return `cell “${cell.id}” ends with ${error.ename}: ${error.evalue?.split("\n")[0]}`;
    if (typeof done.execution_count !== "number") return `cell “${cell.id}” was not run`;
  }
  return undefined;
}

/** @param {string} file @param {Notebook} source @param {Notebook} executed @returns {Lesson} */
export function lessonOf(file, source, executed) {
  const student = released(source, file);
  const ran = new Map(executed.cells.map((cell) => [cell.id, cell]));
  /** @type {SiteCell[]} */
  const cells = [];
  const exercises = exercisesOf(student);
  for (const cell of student.cells) {
    const text = textOfCell(cell);
    if (cell.cell_type === "raw" || text.trim() === "") continue;
    const marks = cell.metadata.nbgrader;
    const exercise = marks && exercises.get(exerciseName(marks.grade_id));
    cells.push({
      id: cell.id,
      kind: cell.cell_type === "code" ? "code" : "markdown",
      text: withAttachments(cell, text),
      outputs: marks ? [] : outputsOf(ran.get(cell.id)),
      isFolded: cell.metadata.jupyter?.source_hidden === true,
      ...(exercise && { exercise, part: marks.solution ? "answer" : "check" }),
    });
  }
  const { number, title } = heading(cells[0], file);
  return {
    file,
    page: pageOf(file),
    number,
    title,
    cells,
    exercises: [...exercises.values()],
    points: [...exercises.values()].reduce((sum, { points }) => sum + points, 0),
    seconds: secondsOf(executed),
  };
}

/** @param {string} file */
export const pageOf = (file) => file.replace(/\.ipynb$/, ".html");

/** @param {Cell} cell */
const textOfCell = (cell) => sourceOf(cell).trimEnd();

/** @param {string} id */
const exerciseName = (id) => id.replace(/-(answer|check)$/, "");

/** @param {Notebook} student @returns {Map<string, Exercise>} */
function exercisesOf({ cells }) {
  /** @type {Map<string, Exercise>} */
  const exercises = new Map();
  for (const { metadata } of cells) {
    const { grade_id, grade, points = 0 } = metadata.nbgrader ?? {};
    if (!grade_id) continue;
    const name = exerciseName(grade_id);
    exercises.set(name, { name, points: (exercises.get(name)?.points ?? 0) + (grade ? points : 0) });
  }
  return exercises;
}

/** @param {SiteCell | undefined} first @param {string} file */
function heading(first, file) {
  const line = first?.kind === "markdown" ? /^#\s+(.+)$/m.exec(first.text)?.[1] : undefined;
  if (!line)
    throw new Trouble(`${file} does not begin with a title`, "give its first cell a line “# 1 · Title”");
  const [, number, title] = /^(\d+)\s*·\s*(.+)$/.exec(line) ?? [];
  return { number: number ?? numberOf(file)?.replace(/^0+(?=\d)/, "") ?? "", title: title ?? line };
}

/** @param {Cell} cell @param {string} text */
function withAttachments({ attachments }, text) {
  return Object.entries(attachments ?? {}).reduce((now, [name, bundle]) => {
    const [type, data] = Object.entries(bundle ?? {})[0] ?? [];
    return type ? now.replaceAll(`attachment:${name}`, `data:${type};base64,${data}`) : now;
  }, text);
}

/** From the first cell's start to the last one's end, as nbclient has noted them. @param {Notebook} executed */
function secondsOf({ cells }) {
  const times = cells.flatMap(({ metadata }) => Object.values(metadata.execution ?? {}));
  const known = times.map((time) => Date.parse(String(time))).filter(Number.isFinite);
  return known.length ? (Math.max(...known) - Math.min(...known)) / 1000 : 0;
}
