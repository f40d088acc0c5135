// @ts-check
// A student's notebook when the course has a new one: what the student has not touched follows the course, what they
// have stays theirs, and where both changed a cell it is there twice, with a word on it.

/** @typedef {import("./release.mjs").Cell} Cell @typedef {import("./release.mjs").Notebook} Notebook */

/**
 * @param {{ base: Notebook, mine: Notebook, course: Notebook }} versions base: what the student's was made from
 * @returns {{ notebook: Notebook, conflicts: string[] }} conflicts: the ids of cells that are there twice
 */
export function merged({ base, mine, course }) {
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
    conflicts.push(id);
    return both(is, comes, taken);
  });
  return { notebook: { ...mine, cells }, conflicts };
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
  const locked = course.metadata.nbgrader?.locked === true;
  const [aside, counts] = locked ? [mine, course] : [course, mine];
  const words = locked
    ? "The course has a new version of this test. Yours is the first cell below, the course's the second; the second counts."
    : "The course has a new version of this cell. It is the first one below; yours is the second, and counts.";
  const { nbgrader: _, deletable: _d, editable: _e, ...metadata } = aside.metadata;
  const note = freshId(`${mine.id}-note`, taken);
  const other = freshId(`${mine.id}-${locked ? "yours" : "course"}`, taken);
  return [
    { cell_type: "markdown", id: note, metadata: {}, source: [`*${words} Delete what you do not need.*`] },
    { ...aside, id: other, metadata },
    { ...counts, id: mine.id, metadata: course.metadata },
  ];
}

/** @param {string} wanted @param {Set<string>} taken */
function freshId(wanted, taken) {
  // An id has at most 64 characters.
  const stem = wanted.slice(-56);
  let id = stem;
  for (let count = 2; taken.has(id); count++) id = `${stem}-${count}`;
  taken.add(id);
  return id;
}

/** @param {Cell} a @param {Cell} b */
function alike(a, b) {
  return a.cell_type === b.cell_type && text(a) === text(b);
}

/** @param {Cell} cell */
const text = ({ source }) => [source].flat().join("").trimEnd();

/** @param {Notebook} notebook */
const ids = ({ cells }) => cells.map(({ id }) => id);

/** @param {Notebook} notebook @returns {Map<string, Cell>} */
const byId = ({ cells }) => new Map(cells.map((cell) => [cell.id, cell]));
