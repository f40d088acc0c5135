// A notebook of the student's as the page of lessons shows it.
import { cellsOf, record } from "./cells.ts";
import { type Exercise, exercisesOf } from "./exercise.ts";
import { headingOf, leadOf } from "./words.ts";

export type LessonState = "untouched" | "begun" | "done";

export interface Lesson {
  readonly path: string;
  readonly title: string;
  readonly lead: string;
  readonly state: LessonState;
  readonly exercises: readonly Exercise[];
}

const OLD = "It is in an old format: opened and saved once, it comes in the present one.";

/** A notebook that cannot be read. */
export interface Unreadable {
  readonly path: string;
  readonly trouble: string;
}

/** A notebook from its text. */
export function lessonIn(path: string, text: string): Lesson | Unreadable {
  try {
    if (text.trim() === "") throw new Error("The file is empty.");
    return lessonOf(path, parsed(text));
  } catch (error) {
    return { path, trouble: error instanceof Error ? error.message : String(error) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(
      /^<<<<<<< /m.test(text)
        ? "It holds a merge's conflict marks."
        : "It is no notebook: its JSON is broken.",
    );
  }
}

/** A notebook from its JSON. */
export function lessonOf(path: string, notebook: unknown): Lesson {
  if ("worksheets" in record(notebook)) throw new Error(OLD);
  const cells = cellsOf(notebook);
  const exercises = exercisesOf(cells);
  const first = cells.find(({ kind, source }) => kind === "markdown" && source.trim() !== "");
  const code = cells.filter(({ kind, source }) => kind === "code" && source.trim() !== "");
  const ran = code.filter(({ hasRun }) => hasRun).length;
  return {
    path,
    title: (first && headingOf(first.source)) ?? nameOf(path),
    lead: first ? leadOf(first.source) : "",
    state: stateOf(exercises, ran, code.length),
    exercises,
  };
}

/** A lesson without exercises is done when all of it has run. */
function stateOf(exercises: readonly Exercise[], ran: number, cells: number): LessonState {
  const isDone = exercises.length
    ? exercises.every(({ state }) => state === "solved" || state === "byHand")
    : ran > 0 && ran === cells;
  if (isDone) return "done";
  return ran > 0 || exercises.some(({ state }) => state !== "untouched") ? "begun" : "untouched";
}

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1).replace(/\.ipynb$/, "");
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
