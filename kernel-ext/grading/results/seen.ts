// What a student may see of a result. Every page and every file that a student gets is made from this, and nothing else:
// of a hidden test there is no more than that there is one, its points, and whether it passed.
import type { Assignment, AssignmentCell } from "../assignment/assignment.ts";
import type { AnswerProblem, ExerciseResult, Limit, SubmissionResult } from "./result.ts";
import { cleaned, inLine, pointsText, readable } from "./text.ts";

export interface SeenTest {
  /** Of a hidden test: "a hidden test". */
  readonly title: string;
  readonly points: number;
  readonly passed: boolean;
  readonly hidden: boolean;
  readonly called?: string;
  readonly came?: string;
  readonly problem?: string;
}

export interface SeenExercise {
  readonly notebook: string;
  readonly id: string;
  readonly title: string;
  readonly points: number;
  /** Null where a person has to look. */
  readonly earned: number | null;
  readonly extra: boolean;
  readonly tests: readonly SeenTest[];
  /** Why a test cell that asserts by itself failed. */
  readonly failure?: string;
  readonly limit?: string;
  readonly thrown?: string;
  readonly problems: readonly AnswerProblem[];
  readonly printed?: string;
  readonly answer?: string;
  readonly figures: readonly string[];
  readonly seconds: number;
}

export const HIDDEN = "a hidden test";

const LINE = 400;
const WORDS = 2_000;
const PRINTED = 4_000;
const ANSWER = 20_000;
const MOST_TESTS = 200;
const MOST_PROBLEMS = 20;

export function seenExercise(exercise: ExerciseResult, assignment: Assignment): SeenExercise {
  const cell = cellOf(exercise, assignment);
  const { notebook, id, title, points, earned, extra, seconds, limit, thrown, answer } = exercise;
  const failure = seenFailure(exercise);
  const printed = seenPrinted(exercise, cell);
  return {
    notebook: inLine(notebook, LINE),
    id: inLine(id, LINE),
    title: inLine(title, LINE),
    points,
    earned,
    extra,
    seconds,
    tests: exercise.outcomes.slice(0, MOST_TESTS).map(seenTest),
    problems: exercise.problems.slice(0, MOST_PROBLEMS).map(seenProblem),
    figures: exercise.figures ?? [],
    ...(failure === undefined ? {} : { failure }),
    ...(limit ? { limit: limitWords(limit, cell?.seconds) } : {}),
    ...(thrown ? { thrown: readable(thrown, WORDS) } : {}),
    ...(printed ? { printed: readable(printed, PRINTED) } : {}),
    ...(answer === undefined ? {} : { answer: readable(answer, ANSWER) }),
  };
}

function seenTest({
  title,
  points,
  passed,
  hidden,
  called,
  came,
  problem,
}: ExerciseResult["outcomes"][number]): SeenTest {
  // Field by field, so that one that is added later has to be let through here.
  if (hidden) return { title: HIDDEN, points, passed, hidden };
  return {
    title: inLine(title, LINE),
    points,
    passed,
    hidden,
    ...(called ? { called: inLine(called, LINE) } : {}),
    ...(came ? { came: inLine(came, LINE) } : {}),
    ...(problem ? { problem: readable(problem, WORDS) } : {}),
  };
}

const seenFailure = ({ failure }: ExerciseResult): string | undefined =>
  failure && (failure.hidden ? "It failed a hidden test." : readable(failure.message, WORDS));

/** What tests call an answer with is in what it prints then; a hidden one's is nobody's. */
function seenPrinted(exercise: ExerciseResult, cell: AssignmentCell | undefined): string | undefined {
  const { printed, printedInTests } = exercise;
  const told = hidesTests(exercise, cell) ? [printed] : [printed, printedInTests];
  return told.filter(Boolean).join("\n") || undefined;
}

/** Also where nothing of the hidden tests came to a result. Where the assignment has no such cell, nobody knows. */
const hidesTests = ({ outcomes, failure }: ExerciseResult, cell: AssignmentCell | undefined): boolean =>
  outcomes.some(({ hidden }) => hidden) ||
  failure?.hidden === true ||
  cell === undefined ||
  (cell.part === "test" && cell.released?.trim() !== cell.source.trim());

function seenProblem({ cell, line, column, message, text }: AnswerProblem): AnswerProblem {
  return {
    cell: inLine(cell, LINE),
    line,
    column,
    message: readable(message, WORDS),
    text: oneLine(text),
  };
}

/** With its indent, so that a caret below it points where it should; a tab counts as one. */
const oneLine = (text: string): string =>
  cleaned(
    text
      .slice(0, WORDS)
      .split(/[\r\n]/, 1)[0]!
      .replaceAll("\t", " "),
  );

export function cellOf(
  { notebook, id }: Pick<ExerciseResult, "notebook" | "id">,
  { notebooks }: Assignment,
): AssignmentCell | undefined {
  return notebooks.find(({ name }) => name === notebook)?.cells.find((cell) => cell.id === id);
}

/** What to look for, by what an answer ran into. */
export function limitWords(limit: Limit, seconds: number | undefined): string {
  switch (limit) {
    case "time":
      return `Your answer ran longer than ${seconds === undefined ? "it may" : `${pointsText(seconds)} s`}: is there a loop that does not end?`;
    case "memory":
      return "Your answer used more memory than it may: does something grow with each round of a loop?";
    case "processes":
      return "Your answer started more processes than it may: it needs none.";
    case "files":
      return "Your answer wrote or opened more files than it may, or larger ones: it needs none.";
    case "output":
      return "Your answer printed more than it may: is there a print inside a long loop?";
  }
}

/** A name for people, with the id where that is another. */
export function nameOf({ student }: SubmissionResult): string {
  const id = inLine(student.id, 120);
  const name = student.name && inLine(student.name, 120);
  return name && name !== id ? `${name} (${id})` : id;
}
