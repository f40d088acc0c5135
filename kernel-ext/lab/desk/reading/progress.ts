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

/** An exercise that stands in two notebooks, as in a copy of a lesson, counts in the first. */
export function progressOf(lessons: readonly Lesson[]): Progress {
  const counted = new Map<string, Exercise>();
  for (const { exercises } of lessons) {
    for (const exercise of exercises) if (!counted.has(exercise.name)) counted.set(exercise.name, exercise);
  }
  const all = [...counted.values()];
  const next = nextStep(lessons);
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

/** What is begun comes before what is not. */
function nextStep(lessons: readonly Lesson[]): NextStep | undefined {
  const lesson =
    lessons.find(({ state }) => state === "begun") ?? lessons.find(({ state }) => state !== "done");
  if (!lesson) return undefined;
  const left = lesson.exercises.filter(({ state }) => state !== "solved" && state !== "byHand");
  // Who has not opened a lesson reads it first.
  const exercise = lesson.state === "untouched" ? undefined : left[0];
  return exercise ? { lesson, exercise } : { lesson };
}

const sum = (exercises: readonly Exercise[], of: (exercise: Exercise) => number): number =>
  Number(exercises.reduce((total, exercise) => total + of(exercise), 0).toPrecision(12));

export const points = (number: number): string => `${number} ${number === 1 ? "point" : "points"}`;
