// @ts-check
// A student's notebook when the course has a new one: what the student has not touched follows the course, what they
// have stays theirs, and where both changed a cell it is there twice, with a word on it.
import { isLocked } from "./release.mjs";

/** @typedef {import("./release.mjs").Cell} Cell @typedef {import("./release.mjs").Notebook} Notebook */

/**
 * @param {{ base: Notebook, mine: Notebook, course: Notebook }} versions base: what the student's was made from
 * @returns {{ notebook: Notebook, conflicts: string[] }} conflicts: the ids of cells that are there twice
 */
export function merged({ base, mine: found, course }) {
  const mine = withOwnIds(found, [base, course]);
  const old = byId(base);
  const own = byId(mine);
  const now = byId(course);
  const taken = new Set([...old.keys(), ...own.keys(), ...now.keys()]);
  /** @type {string[]} */
  const conflicts = [];
  const cells = order({ base, mine, course }).flatMap((id) => {
    const [was, is, comes] = [old.get(id), own.get(id), now.get(id)];
    if (!comes) return is && (!was || !alike(was, is)) ? [is] : [];
    // A cell that the student deleted stays deleted.
    if (!is) return was ? [] : [comes];
    if (alike(is, comes)) return [{ ...is, metadata: comes.metadata }];
    if (was && alike(was, is)) return [comes];
    if (was && alike(was, comes)) return [is];
    // A start that was ended before it wrote down what it had handed out has laid it beside already.
    if (mine.cells.some((cell) => isAsideOf(cell, comes))) return [is];
    conflicts.push(id);
    return both(is, comes, taken);
  });
  const nbformat_minor = Math.max(mine.nbformat_minor ?? 0, course.nbformat_minor);
  return { notebook: { ...mine, cells, nbformat_minor }, conflicts };
}

/**
 * A notebook merged by hand or by git may have an id twice: the later cells get ids of their own, so that none is lost.
 * @param {Notebook} mine @param {Notebook[]} others
 */
function withOwnIds(mine, others) {
  const taken = new Set([mine, ...others].flatMap(ids));
  const seen = new Set();
  const cells = mine.cells.map((cell) => {
    if (!seen.has(cell.id)) {
      seen.add(cell.id);
      return cell;
    }
    return { ...cell, id: freshId(cell.id, taken), metadata: unmarked(cell) };
  });
  return { ...mine, cells };
}

/**
 * The course's order with the student's own cells behind those that they stood behind; where the student has moved
 * cells, the student's order with the course's new cells likewise.
 * @param {{ base: Notebook, mine: Notebook, course: Notebook }} versions
 */
function order({ base, mine, course }) {
  const known = byId(base);
  const own = byId(mine);
  const moved =
    ids(mine)
      .filter((id) => known.has(id))
      .join() !==
    ids(base)
      .filter((id) => own.has(id))
      .join();
  const [first, second] = moved ? [mine, course] : [course, mine];
  const result = ids(first);
  let at = -1;
  for (const id of ids(second)) {
    const there = result.indexOf(id);
    if (there < 0) result.splice(++at, 0, id);
    else at = there;
  }
  return result;
}

/**
 * The version that counts comes last, so that it is also the one that a run of the whole notebook ends with: the
 * student's, but for a test, which is the course's.
 * @param {Cell} mine @param {Cell} course @param {Set<string>} taken
 * @returns {Cell[]}
 */
function both(mine, course, taken) {
  const locked = isLocked(course);
  const [aside, counts] = locked ? [mine, course] : [course, mine];
  const words = locked
    ? "The course has a new version of this test. Yours is the first cell below, the course's the second; the second counts."
    : "The course has a new version of this cell. It is the first one below; yours is the second, and counts.";
  const note = freshId(`${mine.id}-note`, taken);
  const other = freshId(locked ? `${mine.id}-yours` : asideId(mine), taken);
  return [
    { cell_type: "markdown", id: note, metadata: {}, source: [`*${words} Delete what you do not need.*`] },
    { ...aside, id: other, metadata: unmarked(aside) },
    { ...counts, id: mine.id, metadata: course.metadata },
  ];
}

/** Two cells with one grade_id are none to nbgrader. @param {Cell} cell */
function unmarked({ metadata: { nbgrader: _, deletable: _d, editable: _e, ...metadata } }) {
  return metadata;
}

/** @param {Cell} cell */
const asideId = ({ id }) => `${id}-course`;

/** @param {Cell} cell @param {Cell} course */
const isAsideOf = (cell, course) => cell.id.startsWith(stemOf(asideId(course))) && alike(cell, course);

/** An id has at most 64 characters. @param {string} id */
const stemOf = (id) => id.slice(-56);

/** @param {string} wanted @param {Set<string>} taken */
function freshId(wanted, taken) {
  const stem = stemOf(wanted);
  let id = stem;
  for (let count = 2; taken.has(id); count++) id = `${stem}-${count}`;
  taken.add(id);
  return id;
}

/** @param {Cell} a @param {Cell} b */
function alike(a, b) {
  return a.cell_type === b.cell_type && text(a) === text(b) && pictures(a) === pictures(b);
}

/** @param {Cell} cell */
const text = ({ source }) => [source].flat().join("").trimEnd();

/** What a cell of text shows beside its text. @param {Cell} cell */
const pictures = ({ attachments }) => JSON.stringify(attachments ?? {});

/** @param {Notebook} notebook */
const ids = ({ cells }) => cells.map(({ id }) => id);

/** @param {Notebook} notebook @returns {Map<string, Cell>} */
const byId = ({ cells }) => new Map(cells.map((cell) => [cell.id, cell]));
