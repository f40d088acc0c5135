// The result of a submission that could not be graded, because it kills whoever tries.
import type { Assignment } from "../assignment/assignment.ts";
import type { Job } from "../grade/job.ts";
import type { ExerciseResult, SubmissionResult } from "../results/result.ts";

export function faultyResult(
  { assignment, submission }: Job,
  fault: string,
  sandbox: string,
): SubmissionResult {
  return {
    schema: 1,
    assignment: assignment.name,
    assignmentHash: assignment.hash,
    submissionHash: submission.hash,
    student: submission.student,
    source: submission.source,
    earned: 0,
    points: assignment.points,
    waits: false,
    exercises: assignment.notebooks.flatMap(withoutPoints),
    fault,
    notes: submission.notes,
    sandbox,
    seconds: 0,
    graded: new Date().toISOString(),
  };
}

function withoutPoints({ name, cells }: Assignment["notebooks"][number]): ExerciseResult[] {
  return cells
    .filter(({ part }) => part === "test" || part === "manual")
    .map(({ id, points, extra }) => ({
      notebook: name,
      id,
      title: id,
      points,
      earned: 0,
      extra,
      outcomes: [],
      problems: [],
      seconds: 0,
    }));
}
