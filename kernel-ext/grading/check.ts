// What a notebook's cells check answers with: `check`, `hint`, and for graders' copies `hidden`.
import type { Answers, Exercise, Test } from "./exercise.ts";
import { judge } from "./judge.ts";
import { Report } from "./report.ts";

/** The exercises of a course, by name. */
// biome-ignore lint/suspicious/noExplicitAny: the answers' types differ by exercise, and `check` gives each its own.
export type Course = Readonly<Record<string, Exercise<any>>>;

type AnswersOf<E> = E extends Exercise<infer A> ? A : Answers;

export interface Checks<C extends Course> {
  /** Runs an exercise's tests on the answers, and says what passes, what fails first and why, and the points. */
  check<N extends keyof C & string>(name: N, answers: AnswersOf<C[N]>): Report;
  /** The next hint; after the last one, the last one again. */
  hint(name: keyof C & string): string;
  /** Adds tests that a grader runs and no student sees. */
  hidden<N extends keyof C & string>(name: N, tests: readonly Test<AnswersOf<C[N]>>[]): void;
}

export function checksOf<C extends Course>(course: C): Checks<C> {
  const unseen = new Map<string, readonly Test[]>();
  const told = new Map<string, number>();

  function find(name: string): Exercise {
    const exercise = Object.hasOwn(course, name) ? course[name] : undefined;
    if (exercise) return exercise;
    throw new Error(`There is no exercise "${name}": ${Object.keys(course).join(", ")} are there`);
  }

  return {
    check: (name, answers) => new Report(judge(name, find(name), answers, unseen.get(name))),
    hint(name) {
      const { hints } = find(name);
      const at = Math.min(told.get(name) ?? 0, hints.length - 1);
      told.set(name, at + 1);
      return hints.length ? `${at + 1} of ${hints.length}: ${hints[at]}` : "There is no hint for this one.";
    },
    hidden: (name, tests) => void unseen.set(name, tests as readonly Test[]),
  };
}
