// How fast is nbgrader, on our kernel? It grades one submission after the other, so it is measured as it comes, and as
// a lecturer may double it by hand: two processes, each with half of the students and a gradebook of its own.
import type { Notebook } from "../../kernel-ext/lab/release.mjs";
import { Course, type Scores } from "../kernel-ext/grading/nbgrader/course.ts";

/** Something to grade: the instructor's notebook, and what students made of it. */
export interface Sample {
  readonly notebook: Notebook;
  readonly submissions: readonly Notebook[];
}

export interface Rate {
  /** From the start of the first process to the end of the last. */
  readonly seconds: number;
  readonly submissions: number;
  /** The students' points, in the order of the submissions; null where nbgrader has dropped one, as its kernel died. */
  readonly points: readonly (number | null)[];
}

const NAME = "sample";

/** Grades all by so many nbgraders at once, and leaves nothing behind. */
export async function nbgraderRate({ notebook, submissions }: Sample, processes: 1 | 2 = 1): Promise<Rate> {
  const courses: Course[] = [];
  try {
    for (let n = 0; n < processes; n++) {
      const course = await Course.open();
      courses.push(course);
      course.write(NAME, NAME, notebook);
      await course.succeeds("generate_assignment", NAME);
    }
    const courseOf = (at: number): Course => courses[at % processes] as Course;
    for (const [at, submission] of submissions.entries())
      courseOf(at).submit(studentOf(at), NAME, NAME, submission);
    const begun = performance.now();
    const ends = await Promise.all(courses.map((course) => course.nbgrader("autograde", NAME)));
    const seconds = (performance.now() - begun) / 1000;
    const gradebooks = await Promise.all(courses.map((course) => course.gradebook(NAME)));
    const points = submissions.map((_, at) => {
      if (!courseOf(at).has("autograded", studentOf(at), NAME)) return null;
      return sumOf(gradebooks[at % processes]?.[studentOf(at)]?.[NAME]);
    });
    if (points.every((one) => one === null)) throw new Error(ends.map(({ stderr }) => stderr).join("\n"));
    return { seconds, submissions: submissions.length, points };
  } finally {
    for (const course of courses) course.close();
  }
}

const sumOf = (marks: Scores = {}): number =>
  Object.values(marks).reduce<number>((sum, mark) => sum + (mark ?? 0), 0);

const studentOf = (at: number): string => `student-${at}`;
