// All lessons together: the points so far, and what to do next.
import type { Exercise } from "./exercise.ts";
import type { Lesson } from "./lesson.ts";

export interface NextStep {
  readonly lesson: Lesson;
  /** Nothing where the lesson has no exercise left, and is to be read. */
  readonly exercise?: Exercise;
}

export interface Progress {
  readonly earned: number;
  readonly possible: number;
  /** Points of solved exercises that tests of a grader's own will give. */
  readonly unseen: number;
  readonly solved: number;
  readonly exercises: number;
  /** How many were checked, and have changed since. */
  readonly again: number;
  readonly next?: NextStep;
}

/** An exercise that stands in two notebooks, as in a copy of a lesson, counts where it is done best. */
export function progressOf(lessons: readonly Lesson[]): Progress {
  const counted = new Map<string, Exercise>();
  for (const exercise of lessons.flatMap(({ exercises }) => exercises)) {
    const other = counted.get(exercise.name);
    if (!other || isBetter(exercise, other)) counted.set(exercise.name, exercise);
  }
  const all = [...counted.values()];
  const next = nextStep(lessons, new Set(all.filter(isDone).map(({ name }) => name)));
  return {
    earned: sum(all, ({ earned }) => earned),
    possible: sum(all, ({ possible }) => possible),
    unseen: sum(all, ({ state, unseen }) => (state === "solved" ? unseen : 0)),
    solved: all.filter(({ state }) => state === "solved").length,
    exercises: all.length,
    again: all.filter(({ state }) => state === "again").length,
    ...(next && { next }),
  };
}

const isDone = ({ state }: Exercise): boolean => state === "solved" || state === "byHand";

const isBetter = (one: Exercise, other: Exercise): boolean =>
  isDone(one) === isDone(other) ? one.earned > other.earned : isDone(one);

/** What is begun comes before what is not; what is done in a copy is not done again. */
function nextStep(lessons: readonly Lesson[], done: ReadonlySet<string>): NextStep | undefined {
  const leftIn = ({ exercises }: Lesson): Exercise[] => exercises.filter(({ name }) => !done.has(name));
  const open = lessons.filter(
    (lesson) => lesson.state !== "done" && (lesson.exercises.length === 0 || leftIn(lesson).length > 0),
  );
  const lesson = open.find(({ state }) => state === "begun") ?? open[0];
  if (!lesson) return undefined;
  // Who has not opened a lesson reads it first.
  const exercise = lesson.state === "untouched" ? undefined : leftIn(lesson)[0];
  return exercise ? { lesson, exercise } : { lesson };
}

const sum = (exercises: readonly Exercise[], of: (exercise: Exercise) => number): number =>
  Number(exercises.reduce((total, exercise) => total + of(exercise), 0).toPrecision(12));

export const points = (number: number): string => `${number} ${number === 1 ? "point" : "points"}`;
