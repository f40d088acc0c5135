// Runs an exercise's tests on answers, and says what came of each.
import { types } from "node:util";
import { originOf } from "../display/origin.ts";
import { differ, NOTHING_CAME } from "./difference.ts";
import type { Answers, Exercise, Expect, Test } from "./exercise.ts";
import { fingerprintOf } from "./mark.ts";
import { callText, cut, plain, valueText } from "./values.ts";

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
  /** The fingerprint of the cell that declared each answer, where a cell did. */
  readonly answers?: Readonly<Record<string, string>>;
}

const TOLERANCE = 1e-5;

/** Where the tests' numbers come from: others at each check, unless whoever proves an assignment says which. */
export const seeds: { draw: () => number } = { draw: () => Math.floor(Math.random() * 2 ** 31) };

/** `hidden` are tests that only a grader has. */
export function judge<A extends Answers>(
  name: string,
  { points, tests, hints }: Exercise<A>,
  answers: A,
  hidden: readonly Test<A>[] = [],
  seed: number = seeds.draw(),
): Verdict {
  const outcomes = [
    ...tests.map((test) => tried(test, answers, seed, false)),
    ...hidden.map((test) => tried(test, answers, seed, true)),
  ];
  const earned = sumOfPoints(outcomes.filter(({ passed }) => passed));
  return { name, earned, points, outcomes, hints, answers: fingerprints(answers) };
}

/** Answers that came over a bridge, or from a file, were declared by no cell of this kernel. */
function fingerprints(answers: Answers): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, answer] of Object.entries(answers ?? {})) {
    const source = typeof answer === "function" ? originOf(answer) : undefined;
    if (source !== undefined) found[name] = fingerprintOf(source);
  }
  return found;
}

/** Rid of what adding tenths leaves behind. */
export const sumOfPoints = (outcomes: readonly Outcome[]): number =>
  Number(outcomes.reduce((sum, { points }) => sum + points, 0).toPrecision(12));

/** A test's expectation did not hold. */
class Miss extends Error {}

function tried<A extends Answers>(test: Test<A>, answers: A, seed: number, hidden: boolean): Outcome {
  const { title, points } = test;
  const calls = new Calls();
  try {
    test.run(calls.recorded(answers), expectations, seed);
    return { title, points, hidden, passed: true };
  } catch (error) {
    return { title, points, hidden, passed: false, problem: calls.problem(error), ...calls.last };
  }
}

/** What a stub throws. */
export const UNWRITTEN = "not written yet";

const LONGEST_MESSAGE = 300;

/** What was thrown may itself throw when it is looked at. */
function thrown(error: unknown): string {
  try {
    if (!(error instanceof Error)) return `It threw ${valueText(error)}.`;
    if (error.message === UNWRITTEN) return "It is not written yet.";
    const words = cut(`${error.name}: ${error.message}`, LONGEST_MESSAGE);
    return error instanceof RangeError && /call stack/.test(error.message)
      ? `It calls itself again and again, and never ends (${words}).`
      : `It threw ${words}`;
  } catch {
    return "It threw something that cannot be read.";
  }
}

function isMiss(error: unknown): error is Miss {
  try {
    return error instanceof Miss;
  } catch {
    return false;
  }
}

/** Remembers the last call of an answer. */
class Calls {
  last: { readonly called: string; readonly came?: string } | undefined;
  /** What the last call gave back or threw. */
  #end: { readonly came: unknown } | { readonly threw: unknown } | undefined;

  recorded<A extends Answers>(answers: A): A {
    if (answers === null || typeof answers !== "object")
      throw new Miss("`check` takes your functions by name, in braces: `{ yourFunction }`.");
    const entries = Object.entries(answers).map(([name, answer]) => {
      if (typeof answer !== "function")
        throw new Miss(`${name} should be a function, and is ${valueText(answer)}.`);
      return [name, (...args: unknown[]) => this.#call(name, answer, args)] as const;
    });
    return new Proxy(Object.fromEntries(entries) as unknown as A, {
      get(functions, name) {
        if (typeof name === "string" && !Object.hasOwn(functions, name))
          throw new Miss(`${name} is not among the functions that \`check\` was given.`);
        return Reflect.get(functions, name);
      },
    });
  }

  /** What is wrong, by what a test has thrown: a miss, the answer's own error, or its own on what came back. */
  problem(error: unknown): string {
    if (isMiss(error)) return error.message;
    if (!this.#end || !("came" in this.#end)) return thrown(error);
    if (this.#end.came === undefined) return NOTHING_CAME;
    return `The test cannot go on with what came back. ${thrown(error)}`;
  }

  /** What was given is written down first: the answer may change it. */
  #call(name: string, answer: (...args: unknown[]) => unknown, args: unknown[]): unknown {
    const called = callText(name, args);
    this.last = { called };
    const given = args.map(plain);
    const came = this.#ended(answer, args);
    this.last = { called, came: valueText(came) };
    const changed = args.findIndex((arg, at) => differ(plain(arg), given[at]!, 0) !== undefined);
    if (changed >= 0) throw new Miss(`It changed its argument ${changed + 1}, which belongs to the caller.`);
    return came;
  }

  #ended(answer: (...args: unknown[]) => unknown, args: unknown[]): unknown {
    try {
      const came = answer(...args);
      // The verdict says that a promise came; what it rejects with later is nobody's concern.
      if (types.isPromise(came)) Promise.prototype.then.call(came, undefined, () => {});
      this.#end = { came };
      return came;
    } catch (error) {
      this.#end = { threw: error };
      throw error;
    }
  }
}

const expectations: Expect = {
  like(got, wanted, { tolerance = TOLERANCE, mistakes = {} } = {}) {
    const taken = plain(got);
    const problem = differ(taken, plain(wanted), tolerance);
    if (problem === undefined) return;
    for (const [words, mistaken] of Object.entries(mistakes)) {
      if (differ(taken, plain(mistaken), tolerance) === undefined) throw new Miss(words);
    }
    throw new Miss(problem);
  },
  holds(condition, otherwise) {
    if (!condition) throw new Miss(otherwise);
  },
  throws(call, otherwise) {
    try {
      call();
    } catch (error) {
      // Neither a stub nor an answer that spoils its arguments has refused anything.
      if (isMiss(error) || thrown(error) === thrown(new Error(UNWRITTEN))) throw error;
      return;
    }
    throw new Miss(otherwise);
  },
};
