// Which cells a planted wrong answer is about.
import type { AssignmentCell } from "./assignment.ts";

/** The test of an exercise: called as it, `NAME-check`, or the one that says `check("NAME"`. */
export function testOf(cells: readonly AssignmentCell[], exercise: string): AssignmentCell | undefined {
  const tests = cells.filter(({ part }) => part === "test");
  const calls = [`check("${exercise}"`, `check('${exercise}'`];
  return (
    tests.find(({ id }) => id === exercise || id === `${exercise}-check`) ??
    tests.find(({ source }) => calls.some((call) => source.includes(call)))
  );
}

/** The answer that a planted one stands in for: `NAME-answer`, or the last before the exercise's test. */
export function answerOf(cells: readonly AssignmentCell[], exercise: string): AssignmentCell | undefined {
  const test = testOf(cells, exercise);
  const answers = cells.slice(0, test ? cells.indexOf(test) : 0).filter(({ part }) => part === "answer");
  return answers.find(({ id }) => id === `${exercise}-answer`) ?? answers.at(-1);
}
