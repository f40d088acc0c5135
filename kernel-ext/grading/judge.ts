// Runs an exercise's tests on answers, and says what came of each.
import { differ, difference } from "./difference.ts";
import type { Answers, Exercise, Expect, Test } from "./exercise.ts";
import { callText, plain, valueText } from "./values.ts";

/** What came of one test. */
export interface Outcome {
  readonly title: string;
  readonly points: number;
  readonly passed: boolean;
  readonly hidden: boolean;
  /** Where it failed: the last call, what came of it, and what is wrong with that. */
  readonly called?: string;
  readonly came?: string;
  readonly problem?: string;
}

export interface Verdict {
  readonly name: string;
  readonly earned: number;
  readonly points: number;
  readonly outcomes: readonly Outcome[];
  readonly hints: readonly string[];
}

const TOLERANCE = 1e-5;

/** `hidden` are tests that only a grader has. */
export function judge<A extends Answers>(
  name: string,
  { points, tests, hints }: Exercise<A>,
  answers: A,
  hidden: readonly Test<A>[] = [],
  seed: number = Math.floor(Math.random() * 2 ** 31),
): Verdict {
  const outcomes = [
    ...tests.map((test) => tried(test, answers, seed, false)),
    ...hidden.map((test) => tried(test, answers, seed, true)),
  ];
  const earned = outcomes.reduce((sum, outcome) => sum + (outcome.passed ? outcome.points : 0), 0);
  return { name, earned, points, outcomes, hints };
}

/** A test's expectation did not hold. */
class Miss extends Error {}

function tried<A extends Answers>(test: Test<A>, answers: A, seed: number, hidden: boolean): Outcome {
  const { title, points } = test;
  const calls = new Calls();
  try {
    test.run(calls.recorded(answers), expectations, seed);
    return { title, points, hidden, passed: true };
  } catch (error) {
    const problem = error instanceof Miss ? error.message : thrown(error);
    return { title, points, hidden, passed: false, problem, ...calls.last };
  }
}

function thrown(error: unknown): string {
  if (!(error instanceof Error)) return `It threw ${valueText(error)}.`;
  return error.message === UNWRITTEN ? "It is not written yet." : `It threw ${error.name}: ${error.message}`;
}

/** What a stub throws. */
export const UNWRITTEN = "not written yet";

/** Remembers the last call of an answer. */
class Calls {
  last: { readonly called: string; readonly came?: string } | undefined;

  recorded<A extends Answers>(answers: A): A {
    const entries = Object.entries(answers).map(([name, answer]) => {
      if (typeof answer !== "function")
        throw new Miss(`${name} should be a function, and is ${valueText(answer)}.`);
      return [name, (...args: unknown[]) => this.#call(name, answer, args)] as const;
    });
    return Object.fromEntries(entries) as unknown as A;
  }

  /** What was given is written down first: the answer may change it. */
  #call(name: string, answer: (...args: unknown[]) => unknown, args: unknown[]): unknown {
    const called = callText(name, args);
    this.last = { called };
    const given = args.map(plain);
    const came = answer(...args);
    this.last = { called, came: valueText(came) };
    const changed = args.findIndex((arg, at) => differ(plain(arg), given[at]!, 0) !== undefined);
    if (changed >= 0) throw new Miss(`It changed its argument ${changed + 1}, which belongs to the caller.`);
    return came;
  }
}

const expectations: Expect = {
  like(got, wanted, { tolerance = TOLERANCE, mistakes = {} } = {}) {
    const problem = difference(got, wanted, tolerance);
    if (problem === undefined) return;
    for (const [words, mistaken] of Object.entries(mistakes)) {
      if (difference(got, mistaken, tolerance) === undefined) throw new Miss(words);
    }
    throw new Miss(problem);
  },
  holds(condition, otherwise) {
    if (!condition) throw new Miss(otherwise);
  },
  throws(call, otherwise) {
    try {
      call();
    } catch {
      return;
    }
    throw new Miss(otherwise);
  },
};
