// What a lecturer has written into a cell's metadata, checked: nbgrader's marks and our own.

import { Trouble } from "../../lab/trouble.mjs";
import type { CellPart } from "./assignment.ts";
import { oneLine } from "./json.ts";
import { type JsonObject, type NotebookCell, objectOf, own } from "./notebook.ts";

export interface Marks {
  readonly part: CellPart;
  readonly gradeId: string | undefined;
  readonly points: number;
  readonly extra: boolean;
  readonly seconds: number;
  readonly task: boolean;
  readonly locked: boolean;
  readonly planted?: { readonly exercise: string; readonly points: number; readonly told: string };
}

export const DEFAULT_SECONDS = 10;
const LONGEST_SECONDS = 3_600;
const MOST_POINTS = 1_000_000;

/** `where` names the file and the cell. */
export function marksOf(cell: NotebookCell, where: string): Marks {
  const nbgrader = objectOf(own(cell.metadata, "nbgrader"));
  const ours = objectOf(own(cell.metadata, "gradbook"));
  const limits = { extra: extraOf(ours, where), seconds: secondsOf(ours, where) };
  if (isPlanted(cell)) {
    const planted = plantedOf(ours, where);
    return { part: "planted", gradeId: undefined, points: 0, task: false, locked: false, ...limits, planted };
  }
  const part = partOf(cell, nbgrader, where);
  const gradeId = gradeIdOf(nbgrader, where);
  const task = own(nbgrader, "task") === true;
  const locked = part === "given" && own(nbgrader, "locked") === true;
  if (part === "test" || part === "manual") {
    if (gradeId === undefined) throw lacksGradeId(where);
    return { part, gradeId, task, locked, ...limits, points: pointsOf(own(nbgrader, "points"), where) };
  }
  if ((part === "answer" || locked) && gradeId === undefined) throw lacksGradeId(where);
  return { part, gradeId, points: 0, task, locked, ...limits };
}

export function isPlanted({ metadata }: NotebookCell): boolean {
  const tags = own(metadata, "tags");
  return Array.isArray(tags) && tags.includes("planted");
}

/** By nbgrader's rules, and what nbgrader refuses is refused. */
function partOf({ kind }: NotebookCell, nbgrader: JsonObject, where: string): CellPart {
  const [solution, grade, task] = ["solution", "grade", "task"].map((mark) => own(nbgrader, mark) === true);
  if (task && kind !== "markdown")
    throw new Trouble(`${where}: a task is a cell of text`, "make it Markdown");
  if (task) return "manual";
  if ((solution || grade) && kind === "raw")
    throw new Trouble(`${where}: a raw cell cannot be graded`, "make it code or Markdown");
  if (solution && grade) return "manual";
  if ((solution || grade) && kind === "markdown")
    throw new Trouble(
      `${where}: text is graded by a person only`,
      "mark it as a manually graded answer (nbgrader's solution and grade)",
    );
  if (grade) return "test";
  return solution ? "answer" : "given";
}

function gradeIdOf(nbgrader: JsonObject, where: string): string | undefined {
  const id = own(nbgrader, "grade_id");
  if (id === undefined || id === "") return undefined;
  if (typeof id !== "string" || oneLine(id, id.length) !== id)
    throw new Trouble(`${where}: its grade_id is no plain text`, "letters, digits, - and _ are good");
  return id;
}

const lacksGradeId = (where: string): Error =>
  new Trouble(`${where}: nbgrader's marks have no grade_id`, "give it one, as “softmax-answer”");

function pointsOf(points: unknown, where: string): number {
  if (points === undefined || points === null || points === "")
    throw new Trouble(`${where}: a graded cell without points`, "give it points, 0 or more");
  if (typeof points !== "number" || !Number.isFinite(points) || points < 0)
    throw new Trouble(`${where}: ${shown(points)} is not a number of points`, "0 or more are");
  if (points > MOST_POINTS)
    throw new Trouble(`${where}: ${points} points are too many`, `at most ${MOST_POINTS} for a cell`);
  return points;
}

function extraOf(ours: JsonObject, where: string): boolean {
  const extra = own(ours, "extra") ?? false;
  if (typeof extra === "boolean") return extra;
  throw new Trouble(`${where}: metadata.gradbook.extra is ${shown(extra)}`, "true or false");
}

function secondsOf(ours: JsonObject, where: string): number {
  const seconds = own(ours, "seconds") ?? DEFAULT_SECONDS;
  if (typeof seconds === "number" && seconds > 0 && seconds <= LONGEST_SECONDS) return seconds;
  throw new Trouble(
    `${where}: metadata.gradbook.seconds is ${shown(seconds)}`,
    `a number above 0, up to ${LONGEST_SECONDS}`,
  );
}

function plantedOf(ours: JsonObject, where: string): NonNullable<Marks["planted"]> {
  const [exercise, told] = [own(ours, "exercise"), own(ours, "told")];
  if (typeof exercise !== "string" || typeof told !== "string" || exercise === "")
    throw new Trouble(
      `${where}: a planted answer without its exercise and what is told about it`,
      'metadata.gradbook = { "exercise": …, "points": …, "told": … }',
    );
  return { exercise, told, points: pointsOf(own(ours, "points"), where) };
}

const shown = (value: unknown): string => `“${oneLine(String(JSON.stringify(value) ?? value), 40)}”`;
