// What Gradescope reads as results.json. Of hidden tests it has points only, shown when Gradescope is told to.
import type { Assignment } from "../../assignment/assignment.ts";
import type { SubmissionResult } from "../result.ts";
import { type SeenExercise, type SeenTest, seenExercise } from "../seen.ts";
import { ofPoints, readable } from "../text.ts";
import type { ExportOptions } from "./options.ts";

export type Visibility = "visible" | "hidden" | "after_due_date" | "after_published";

export interface GradescopeTest {
  readonly name: string;
  readonly score?: number;
  readonly max_score?: number;
  readonly status?: "passed" | "failed";
  readonly output?: string;
  readonly output_format?: "text";
  readonly visibility: Visibility;
}

export interface GradescopeResults {
  readonly score: number;
  readonly output: string;
  readonly output_format: "text";
  readonly visibility: Visibility;
  readonly stdout_visibility: Visibility;
  readonly execution_time: number;
  readonly tests: readonly GradescopeTest[];
  readonly extra_data: Readonly<Record<string, unknown>>;
}

export function gradescopeResults(
  result: SubmissionResult,
  assignment: Assignment,
  { hidden = "after_published" }: ExportOptions = {},
): GradescopeResults {
  const { earned, points, waits, fault, notes, seconds, assignmentHash, submissionHash } = result;
  const so = waits ? " so far; a person will grade the rest" : "";
  const lines = [
    ...(fault ? [`It could not be graded: ${fault}`] : []),
    // Before hidden tests are shown, Gradescope shows no total either; their points are not to be told here.
    ...(hidesAny(result)
      ? waits
        ? ["A person will grade a part of it."]
        : []
      : [`${ofPoints(earned, points)}${so}`]),
    ...notes,
  ];
  return {
    score: earned,
    output: readable(lines.join("\n"), 4_000),
    output_format: "text",
    visibility: "visible",
    // What the grader prints is for the course's staff.
    stdout_visibility: "hidden",
    execution_time: Number(seconds.toFixed(3)),
    tests: result.exercises.flatMap((exercise) => testsOf(seenExercise(exercise, assignment), hidden)),
    extra_data: { assignment: assignmentHash, submission: submissionHash },
  };
}

const hidesAny = ({ exercises }: SubmissionResult): boolean =>
  exercises.some(({ outcomes, failure }) => failure?.hidden || outcomes.some((outcome) => outcome.hidden));

function testsOf(exercise: SeenExercise, hidden: Visibility): GradescopeTest[] {
  const { title, earned, points, tests, failure } = exercise;
  const said = wordsOf(exercise);
  if (earned === null)
    return [
      {
        name: title,
        output: lines("A person will grade this.", said),
        output_format: "text",
        visibility: "visible",
      },
    ];
  if (tests.length === 0)
    return [
      {
        ...scored(title, earned, points),
        output: lines(failure, said) || (earned >= points ? "It passes." : "It has not all points."),
        output_format: "text",
        visibility: "visible",
      },
    ];
  return [
    ...tests.map((test, at) => ofTest(title, test, at, hidden)),
    ...(said
      ? [
          {
            name: `${title}: your code`,
            score: 0,
            max_score: 0,
            output: said,
            output_format: "text",
            visibility: "visible",
          } as const,
        ]
      : []),
  ];
}

const scored = (name: string, score: number, most: number) =>
  ({ name, score, max_score: most, status: score >= most ? "passed" : "failed" }) as const;

function ofTest(title: string, test: SeenTest, at: number, hidden: Visibility): GradescopeTest {
  const name = test.hidden ? `${title}: ${test.title} (${at + 1})` : `${title}: ${test.title}`;
  const score = scored(name, test.passed ? test.points : 0, test.points);
  // A test without points has passed by what it says, not by its points.
  const status = test.passed ? "passed" : "failed";
  if (test.hidden) return { ...score, status, visibility: hidden };
  const call = test.called && `${test.called}${test.came ? ` gave ${test.came}` : ""}`;
  const output = test.passed ? "" : lines(call, test.problem);
  return { ...score, status, ...(output ? { output, output_format: "text" } : {}), visibility: "visible" };
}

function wordsOf({ limit, thrown, problems, printed, tests }: SeenExercise): string {
  return lines(
    limit,
    ...problems.map(
      ({ line, column, message, text }) =>
        `Line ${line}: ${message}\n${text}\n${" ".repeat(Math.max(0, column - 1))}^`,
    ),
    thrown && `Your code threw:\n${thrown}`,
    // Alone it is no reason for an entry of its own.
    printed && (limit || thrown || problems.length || tests.some(({ passed }) => !passed))
      ? `It printed:\n${printed}`
      : undefined,
  );
}

const lines = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join("\n");

/** The file for `gradbook grade … --export gradescope`, which grades one submission. */
export const gradescopeJson = (
  results: readonly SubmissionResult[],
  assignment: Assignment,
  options: ExportOptions = {},
): string => {
  const [only] = results;
  const all = results.map((result) => gradescopeResults(result, assignment, options));
  return `${JSON.stringify(results.length === 1 && only ? all[0] : all, null, 2)}\n`;
};
