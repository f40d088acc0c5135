// Results put together: what an exercise, a notebook, a submission comes to.
import type { Assignment, AssignmentCell, AssignmentNotebook } from "../assignment/assignment.ts";
import type { Submission } from "../intake/submission.ts";
import type { ExerciseResult, SubmissionResult } from "../results/result.ts";

/** How and when a submission was graded. */
export interface Circumstances {
  readonly seconds: number;
  readonly sandbox: string;
  readonly notes: readonly string[];
}

/** In words: "stable softmax" for `stable-softmax-check`. */
export function titleOf(id: string): string {
  const words = id
    .replace(/[-_](?:check|test|tests)$/, "")
    .replace(/[-_]+/g, " ")
    .trim();
  return words || id;
}

/** An exercise without an answer. */
export function unansweredResult(notebook: string, cell: AssignmentCell): ExerciseResult {
  const { id, points, extra } = cell;
  return {
    notebook,
    id,
    title: titleOf(id),
    points,
    earned: 0,
    extra,
    outcomes: [],
    problems: [],
    seconds: 0,
  };
}

export function unansweredIn({ name, cells }: AssignmentNotebook): ExerciseResult[] {
  return cells
    .filter(({ part }) => part === "test" || part === "manual")
    .map((cell) => unansweredResult(name, cell));
}

export function resultOf(
  { name, hash, points }: Assignment,
  { student, source, hash: submissionHash }: Submission,
  exercises: readonly ExerciseResult[],
  { seconds, sandbox, notes }: Circumstances,
): SubmissionResult {
  return {
    schema: 1,
    assignment: name,
    assignmentHash: hash,
    submissionHash,
    student,
    source,
    earned: sum(exercises.map(({ earned }) => earned ?? 0)),
    points,
    waits: exercises.some(({ earned }) => earned === null),
    exercises,
    notes,
    sandbox,
    seconds,
    graded: new Date().toISOString(),
  };
}

/** Nothing could be graded; every exercise is there, with 0 points. */
export function failedResult(
  assignment: Assignment,
  submission: Submission,
  fault: string,
  circumstances: Circumstances,
): SubmissionResult {
  const exercises = assignment.notebooks.flatMap(unansweredIn);
  return { ...resultOf(assignment, submission, exercises, circumstances), fault };
}

/** Rid of what adding tenths leaves behind. */
const sum = (points: readonly number[]): number => Number(points.reduce((a, b) => a + b, 0).toPrecision(12));
