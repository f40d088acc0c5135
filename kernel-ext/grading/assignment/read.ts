// Reads an assignment: an instructor's notebook, several, or a folder with some.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Trouble } from "../../lab/trouble.mjs";
import type { Assignment, AssignmentCell, AssignmentNotebook } from "./assignment.ts";
import { oneLine } from "./json.ts";
import { languageOf } from "./language-of.ts";
import { type Marks, marksOf } from "./marks.ts";
import { gradeIdOf, type NotebookCell, NotNotebook, type ReadNotebook, readNotebook } from "./notebook.ts";
import { answerOf } from "./planted.ts";
import { type StudentVersion, studentVersion } from "./student-version.ts";

/** A notebook with what is handed out of it. */
export interface Prepared {
  readonly path: string;
  readonly notebook: AssignmentNotebook;
  readonly student: StudentVersion;
}

export function readAssignment(path: string | readonly string[]): Assignment {
  return prepared([path].flat()).assignment;
}

export function prepared(paths: readonly string[]): {
  readonly assignment: Assignment;
  readonly notebooks: readonly Prepared[];
} {
  const files = paths.flatMap(notebooksAt);
  refuseTwins(files);
  const read = files.map((file) => ({ file, ...prepare(file) }));
  // A folder may hold notebooks that only explain.
  const graded = read.filter(({ notebook }) => notebook.cells.some(isGraded));
  if (graded.length === 0)
    throw new Trouble(
      `${paths.map(shown).join(", ")}: no cell is graded`,
      "mark cells in JupyterLab with nbgrader's “Create Assignment”",
    );
  const notebooks = graded.map(({ notebook }) => notebook);
  const [first = ""] = paths;
  const name = basename(resolve(first))
    .replace(/\.ipynb$/i, "")
    .normalize("NFC");
  const points = total(notebooks.flatMap(({ cells }) => cells).filter(({ extra }) => !extra));
  const assignment = { name, notebooks, points, hash: hashOf(notebooks) };
  return { assignment, notebooks: graded.map((one) => ({ ...one, path: one.file })) };
}

export const isGraded = ({ part }: AssignmentCell): boolean => part === "test" || part === "manual";

/** Rid of what adding tenths leaves behind. */
export const total = (cells: readonly AssignmentCell[]): number =>
  Number(
    cells
      .filter(isGraded)
      .reduce((sum, { points }) => sum + points, 0)
      .toPrecision(12),
  );

const shown = (path: string): string => oneLine(path, 200);

function notebooksAt(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new Trouble(`There is no ${shown(path)}`, "name the instructor's notebook, or its folder");
  if (stat.isFile()) return [path];
  if (!stat.isDirectory()) throw new Trouble(`${shown(path)} is no file`, "name the instructor's notebook");
  const names = readdirSync(path).filter((name) => /^[^.].*\.ipynb$/i.test(name));
  if (names.length === 0)
    throw new Trouble(`There is no notebook in ${shown(path)}`, "name the instructor's notebook");
  return names.sort().map((name) => join(path, name));
}

function refuseTwins(files: readonly string[]): void {
  const names = files.map((file) => basename(file));
  const twin = names.find((name, at) => names.indexOf(name) !== at);
  if (twin) throw new Trouble(`Two notebooks are called ${shown(twin)}`, "rename one, or name it once");
}

function prepare(path: string): Omit<Prepared, "path"> {
  const name = basename(path).normalize("NFC");
  const read = readOf(path, shown(basename(path)));
  const language = languageOf(read.metadata, shown(name));
  const [damaged] = read.damaged;
  if (damaged !== undefined)
    throw new Trouble(`${shown(name)}, cell ${damaged} is no cell of a notebook`, "mend it in JupyterLab");
  const ids = idsOf(read.cells, shown(name));
  const label = (cell: NotebookCell): string => ids.get(cell.number)!;
  const marks = new Map(
    read.cells.map((cell) => [cell.number, marksOf(cell, `${shown(name)}, cell “${label(cell)}”`)]),
  );
  const student = studentVersion(read, marks, shown(name), label);
  const cells = read.cells.map((cell) => cellOf(cell, marks.get(cell.number)!, label(cell), student));
  refuseStrayPlants(cells, shown(name));
  return { notebook: { name, language, cells }, student };
}

function refuseStrayPlants(cells: readonly AssignmentCell[], name: string): void {
  const stray = cells.find(({ planted }) => planted && !answerOf(cells, planted.exercise));
  if (!stray) return;
  throw new Trouble(
    `${name}, cell “${stray.id}”: no answer with a test is called “${oneLine(stray.planted?.exercise ?? "")}”`,
    "metadata.gradbook.exercise is the grade_id of the test, without “-check”",
  );
}

function readOf(path: string, name: string): ReadNotebook {
  try {
    return readNotebook(textOf(path));
  } catch (error) {
    if (!(error instanceof NotNotebook)) throw error;
    throw new Trouble(`${name} ${error.message}`, "open it in JupyterLab and save it, or restore it");
  }
}

/** Python writes numbers that JSON does not have. As text they are refused where points are asked for. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/("points"\s*:\s*)(NaN|-?Infinity)/g, '$1"$2"');
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new Trouble(`${shown(path)} cannot be read (${why})`, "make it readable (chmod)");
  }
}

/** Each cell's id: nbgrader's before nbformat's before a number, and none twice. */
function idsOf(cells: readonly NotebookCell[], name: string): ReadonlyMap<number, string> {
  const taken = new Set<string>();
  for (const id of cells.map(gradeIdOf)) {
    if (id === undefined) continue;
    if (taken.has(id))
      throw new Trouble(`${name}: two cells have the grade_id “${oneLine(id)}”`, "rename one of them");
    taken.add(id);
  }
  const free = (wanted: string): string => {
    let id = wanted;
    for (let copy = 2; taken.has(id); copy++) id = `${wanted}-${copy}`;
    taken.add(id);
    return id;
  };
  return new Map(
    cells.map((cell) => [cell.number, gradeIdOf(cell) ?? free(cell.id ?? `cell-${cell.number}`)]),
  );
}

function cellOf(cell: NotebookCell, marks: Marks, id: string, { sources }: StudentVersion): AssignmentCell {
  const { part, points, extra, seconds, task, locked, planted } = marks;
  const { kind, source } = cell;
  return {
    id,
    part,
    kind,
    source,
    released: sources.get(cell.number),
    points,
    extra,
    seconds,
    ...(task ? { task } : {}),
    ...(locked ? { locked } : {}),
    ...(planted ? { planted } : {}),
  };
}

/** Explanations and planted answers decide about nothing. A solution does: its names are what tests ask for. */
function hashOf(notebooks: readonly AssignmentNotebook[]): string {
  const deciding = notebooks.map(({ name, language, cells }) => [
    name,
    language,
    cells
      .filter(({ part, kind }) => part !== "planted" && (part !== "given" || kind === "code"))
      .map(({ id, part, kind, source, released, points, extra, seconds }) => [
        ...[id, part, kind, points, extra, seconds],
        ...(kind === "code" ? [source, released] : [released]),
      ]),
  ]);
  return createHash("sha256").update(JSON.stringify(deciding)).digest("hex");
}
