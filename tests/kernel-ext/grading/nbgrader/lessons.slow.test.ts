// Our lessons in real nbgrader: its release is ours, and its marks are those of a student's `check`.
import { expect } from "chai";
import type { Notebook } from "../../../../kernel-ext/lab/release.mjs";
import { exercisesOf, type Lesson, lessons } from "../../../notebooks/lessons.ts";
import { fromSource } from "../../../source.ts";
import { Course, type Scores } from "./course.ts";
import { type Cell, handIn } from "./small.ts";

type ReleaseModule = typeof import("../../../../kernel-ext/lab/release.mjs");

const fileOf = ({ name }: Lesson): string => name.replace(/\.ipynb$/, "");

describe("Our lessons in nbgrader", function () {
  this.timeout(300_000);
  let course: Course;
  before(async () => {
    course = await Course.open();
  });
  after(() => course.close());

  describe("as they are", () => {
    let released: ReleaseModule["released"];
    before(async () => {
      ({ released } = await fromSource<ReleaseModule>("lab/release.mjs"));
      for (const lesson of lessons) course.write("lessons", fileOf(lesson), lesson.source);
      await course.succeeds("generate_assignment", "lessons");
    });

    for (const lesson of lessons) {
      it(`are released as we release them, with the same checksums (${lesson.name})`, () => {
        const ours = released(lesson.source, lesson.name);
        const theirs = course.read("release", "lessons", lesson.name);
        expect(theirs.metadata).to.deep.equal(ours.metadata);
        expect(theirs.cells.map(joined)).to.deep.equal(ours.cells.map(joined));
        expect(theirs.cells.filter(({ metadata }) => metadata.nbgrader?.checksum)).not.to.deep.equal([]);
      });
    }

    it("are graded whole", async () => {
      const [lesson] = lessons;
      if (!lesson) throw new Error("there is no lesson");
      const release = course.read("release", "lessons", lesson.name);
      course.submit("whole", "lessons", fileOf(lesson), handIn(release, lesson.source));
      await course.succeeds("autograde", "lessons");
      const { whole } = await course.gradebook("lessons");
      const exercises = exercisesOf(lesson);
      const full = exercises.map(({ name, points }) => [`${name}-check`, points]);
      expect(whole?.[fileOf(lesson)]).to.deep.equal(Object.fromEntries(full));
      // Those that were not handed in.
      const rest = Object.entries(whole ?? {}).filter(([name]) => name !== fileOf(lesson));
      expect(rest).to.have.length(lessons.length - 1);
      for (const [, scores] of rest) expect(new Set(Object.values(scores))).to.deep.equal(new Set([0]));
    });
  });

  describe("with every answer that we have", () => {
    let marks: Readonly<Record<string, Scores>> | undefined;
    before(async () => {
      for (const lesson of lessons) course.write("answers", fileOf(lesson), againAndAgain(lesson));
      await course.succeeds("generate_assignment", "answers");
      for (const lesson of lessons) {
        const release = course.read("release", "answers", lesson.name);
        const answers = Object.fromEntries(tries(lesson).map(({ answer, text }) => [answer, text]));
        course.submit("all", "answers", fileOf(lesson), handIn(release, againAndAgain(lesson), { answers }));
      }
      await course.succeeds("autograde", "answers");
      marks = (await course.gradebook("answers")).all;
    });

    for (const lesson of lessons) {
      it(`get from nbgrader what they get from a student's check (${lesson.name})`, () => {
        const expected = Object.fromEntries(tries(lesson).map(({ test, points }) => [test, points]));
        expect(marks?.[fileOf(lesson)]).to.deep.equal(expected);
      });
    }
  });
});

const joined = (cell: Cell): Cell => ({ ...cell, source: [[cell.source].flat().join("")] });

/** An answer to one exercise, and the ids of its two cells. */
interface Try {
  readonly exercise: string;
  readonly answer: string;
  readonly test: string;
  /** Empty for the stub. */
  readonly text: string;
  readonly points: number;
}

/** The stub, the solution and each planted answer; the points are those that tests/notebooks sees `check` give. */
function tries(lesson: Lesson): Try[] {
  return exercisesOf(lesson).flatMap(({ name, points, solution, planted }) => {
    const stub = { id: `${name}-stub`, source: "", points: 0 };
    const solved = { id: `${name}-solution`, source: solution, points };
    return [stub, solved, ...planted].map(({ id, source, points: wanted }) => ({
      exercise: name,
      answer: `${id}-answer`,
      test: `${id}-check`,
      text: source,
      points: wanted,
    }));
  });
}

/** The lesson's imports and exercises, each as often as there are answers to it: one kernel tries them all. */
function againAndAgain({ name, source }: Lesson): Notebook {
  const { cells } = source;
  const imports = cells.filter(({ id }) => id === "imports");
  const exercises = tries({ name, source }).flatMap(({ exercise, answer, test }) => [
    renamed(cells, `${exercise}-answer`, answer),
    renamed(cells, `${exercise}-check`, test),
  ]);
  return { ...source, cells: [...imports, ...exercises] };
}

function renamed(cells: readonly Cell[], id: string, to: string): Cell {
  const cell = cells.find((one) => one.id === id);
  if (!cell) throw new Error(`there is no cell “${id}”`);
  const nbgrader = { ...cell.metadata.nbgrader, grade_id: to };
  return { ...cell, id: to, metadata: { ...cell.metadata, nbgrader } };
}
