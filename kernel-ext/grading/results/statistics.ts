// What a class's results come to.
import type { Assignment } from "../assignment/assignment.ts";
import type { ExerciseResult, SubmissionResult } from "./result.ts";
import { nameOf } from "./seen.ts";
import { inLine, sum } from "./text.ts";

export interface Bin {
  /** Points from here on, up to the next bin's; the last bin ends with all points, and more. */
  readonly from: number;
  readonly number: number;
}

export interface ExerciseStatistics {
  readonly notebook: string;
  readonly id: string;
  readonly title: string;
  readonly points: number;
  readonly extra: boolean;
  /** Submissions with points for it: those that wait for a person are not among them. */
  readonly graded: number;
  readonly solved: number;
  /** Of those graded; undefined where there are none. */
  readonly mean: number | undefined;
  readonly waiting: number;
}

export interface Failure {
  readonly exercise: string;
  readonly words: string;
  /** In how many submissions. */
  readonly number: number;
  /** Whether it comes from a hidden test: students do not read it. */
  readonly hidden: boolean;
}

export interface Statistics {
  readonly number: number;
  readonly mean: number | undefined;
  readonly median: number | undefined;
  readonly highest: number | undefined;
  readonly lowest: number | undefined;
  readonly deviation: number | undefined;
  readonly bins: readonly Bin[];
  readonly exercises: readonly ExerciseStatistics[];
  readonly failures: readonly Failure[];
  readonly slowest: readonly { readonly name: string; readonly seconds: number }[];
  readonly waiting: readonly { readonly name: string; readonly exercises: readonly string[] }[];
  readonly faults: readonly { readonly name: string; readonly fault: string }[];
  readonly notes: readonly { readonly name: string; readonly note: string }[];
}

const MOST_BINS = 20;
const MOST_FAILURES = 25;
const SLOWEST = 10;

export function statistics(results: readonly SubmissionResult[], assignment: Assignment): Statistics {
  const earned = results.map((result) => result.earned).sort((a, b) => a - b);
  const mean = meanOf(earned);
  return {
    number: results.length,
    mean,
    median: medianOf(earned),
    lowest: earned[0],
    highest: earned.at(-1),
    deviation: mean === undefined ? undefined : Math.sqrt(meanOf(earned.map((one) => (one - mean) ** 2))!),
    bins: binsOf(earned, assignment.points),
    exercises: exercisesOf(results),
    failures: failuresOf(results),
    slowest: [...results]
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, SLOWEST)
      .map((result) => ({ name: nameOf(result), seconds: result.seconds })),
    waiting: results.flatMap((result) => {
      const open = result.exercises.filter((exercise) => exercise.earned === null);
      if (!result.waits && open.length === 0) return [];
      return [{ name: nameOf(result), exercises: open.map(({ title }) => inLine(title, 200)) }];
    }),
    faults: results.flatMap((result) =>
      result.fault ? [{ name: nameOf(result), fault: result.fault }] : [],
    ),
    notes: results.flatMap((result) => result.notes.map((note) => ({ name: nameOf(result), note }))),
  };
}

const meanOf = (numbers: readonly number[]): number | undefined =>
  numbers.length ? sum(numbers) / numbers.length : undefined;

/** Of sorted numbers. */
function medianOf(numbers: readonly number[]): number | undefined {
  const half = numbers.length >> 1;
  if (numbers.length % 2) return numbers[half];
  return numbers.length ? (numbers[half - 1]! + numbers[half]!) / 2 : undefined;
}

/** A bin for each point, or for as many as make at most 20 bins. */
function binsOf(earned: readonly number[], points: number): Bin[] {
  const width = widthFor(points);
  const bins = Array.from({ length: Math.floor(points / width + 1e-9) + 1 }, (_, at) => ({
    from: Number((at * width).toPrecision(12)),
    number: 0,
  }));
  for (const one of earned) {
    const at = Math.floor(one / width + 1e-9);
    bins[Math.min(Math.max(at, 0), bins.length - 1)]!.number++;
  }
  return bins;
}

function widthFor(points: number): number {
  for (let width = 1; ; width *= 10) {
    for (const step of [1, 2, 5]) if (points / (width * step) <= MOST_BINS) return width * step;
  }
}

function exercisesOf(results: readonly SubmissionResult[]): ExerciseStatistics[] {
  const grouped = groups(
    results.flatMap(({ exercises }) => exercises),
    ({ notebook, id }) => JSON.stringify([notebook, id]),
  );
  return grouped.map((exercises) => {
    const { notebook, id, title, points, extra } = exercises[0]!;
    const earned = exercises.flatMap((exercise) => (exercise.earned === null ? [] : [exercise.earned]));
    return {
      notebook,
      id,
      title,
      points,
      extra,
      graded: earned.length,
      solved: earned.filter((one) => one >= points).length,
      mean: meanOf(earned),
      waiting: exercises.length - earned.length,
    };
  });
}

/** The same trouble of many: the words that tests say, the code of a type error. */
function failuresOf(results: readonly SubmissionResult[]): Failure[] {
  const all = results.flatMap(({ exercises }) =>
    // A submission counts once, however often it does the same.
    groups(exercises.flatMap(troublesOf), keyOf).map(([first]) => first!),
  );
  return groups(all, keyOf)
    .map((same) => ({ ...same[0]!, number: same.length }))
    .sort((a, b) => b.number - a.number || (a.words < b.words ? -1 : 1))
    .slice(0, MOST_FAILURES);
}

type Told = Omit<Failure, "number">;

const keyOf = ({ exercise, words, hidden }: Told): string => JSON.stringify([exercise, words, hidden]);

function troublesOf(result: ExerciseResult): Told[] {
  const exercise = inLine(result.title, 200);
  const told = (words: string, hidden = false): Told => ({ exercise, hidden, words: inLine(words, 300) });
  const failed = result.outcomes.filter(({ passed }) => !passed);
  return [
    ...(result.limit ? [told(`ran into the limit on ${result.limit}`)] : []),
    ...result.problems.map(({ message }) => told(problemKind(message))),
    ...(result.thrown
      ? [told(`its cells threw ${result.thrown.slice(0, 2_000).trim().split("\n", 1)[0]}`)]
      : []),
    ...(result.failure ? [told(result.failure.message, result.failure.hidden)] : []),
    ...failed.map(({ title, problem, hidden }) => told(`${title}: ${problem ?? "failed"}`, hidden)),
  ];
}

/** Errors of one code differ by the names in them. */
const problemKind = (message: string): string => {
  const code = /\bTS\d{4,5}\b/.exec(message.slice(0, 2_000))?.[0];
  const words = message.slice(0, 2_000).replace(/^.*?\bTS\d{4,5}\b[):,\s]*/, "");
  return code ? `${code}: ${words.replace(/'[^']*'|"[^"]*"/g, "‘…’")}` : message;
};

/** In the order in which each first comes. */
function groups<T>(all: readonly T[], key: (one: T) => string): T[][] {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const same = found.get(key(one));
    if (same) same.push(one);
    else found.set(key(one), [one]);
  }
  return [...found.values()];
}
