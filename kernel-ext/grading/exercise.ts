// What an exercise is: names that the student declares, tests that call them, and hints. The tests see the answers only
// through calls, so they hold as well where the answers live in another process.

/** What a student is to declare: functions, by name. */
// biome-ignore lint/suspicious/noExplicitAny: each exercise names its own parameters; `unknown` would admit none.
export type Answers = Readonly<Record<string, (...args: any[]) => unknown>>;

/** How a test says what it expects. A word about a mistake must help, and never give the answer. */
export interface Expect {
  /**
   * That numbers are as wanted: a number, nested arrays, a typed array, a tensor, or a record of these.
   * `mistakes` says in words where other numbers come from.
   */
  like(got: unknown, wanted: unknown, options?: LikeOptions): void;
  /** That something is so; `otherwise` says what is not. */
  holds(condition: boolean, otherwise: string): void;
  /** That a call throws. */
  throws(call: () => unknown, otherwise: string): void;
}

export interface LikeOptions {
  /** The greatest difference allowed, relative to the wanted number where that is above 1. */
  readonly tolerance?: number;
  /** What a known mistake would give here, by the words that help out of it. */
  readonly mistakes?: Readonly<Record<string, unknown>>;
}

export interface Test<A extends Answers = Answers> {
  /** What the answer does when it passes, as "keeps great scores finite". */
  readonly title: string;
  readonly points: number;
  /** `seed` is another one at each check: numbers that are drawn by it cannot be learnt by heart. */
  readonly run: (answers: A, expect: Expect, seed: number) => void;
}

export interface Exercise<A extends Answers = Answers> {
  /** All points, those of the hidden tests included. */
  readonly points: number;
  /** From a nudge to nearly all of the way. */
  readonly hints: readonly string[];
  readonly tests: readonly Test<A>[];
}

/** One test, in a line. */
export function test<A extends Answers>(title: string, points: number, run: Test<A>["run"]): Test<A> {
  return { title, points, run };
}
