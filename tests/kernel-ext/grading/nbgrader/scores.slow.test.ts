// nbgrader for real, unmodified, on the real kernel: every command of a lecturer's week, and the marks that come out.
import { join } from "node:path";
import { expect } from "chai";
import type { Program } from "../../kernel/python.ts";
import { Course, type Gradebook, type Scores } from "./course.ts";
import { assignment, FULL, handIn, SECRET, students } from "./small.ts";

const NAME = "small";
/** Seconds for a cell: most need none, the first one loads the libraries. */
const PATIENCE = 15;

describe("nbgrader on our kernel", function () {
  this.timeout(300_000);
  let course: Course;
  let gradebook: Gradebook;
  const marksOf = (student: string): Scores | undefined => gradebook[student]?.[NAME];

  before(async () => {
    course = await Course.open();
    course.write(NAME, NAME, assignment);
    await course.succeeds("generate_assignment", NAME);
    const release = course.read("release", NAME, `${NAME}.ipynb`);
    for (const [student, work] of Object.entries(students))
      course.submit(student, NAME, NAME, handIn(release, assignment, work));
    // All submissions are graded: a single one that is not makes this fail.
    await course.succeeds("autograde", NAME, `--ExecutePreprocessor.timeout=${PATIENCE}`);
    gradebook = await course.gradebook(NAME);
  });
  after(() => course.close());

  describe("marks what", () => {
    for (const [student, { does, marks }] of Object.entries(students)) {
      it(`${does}`, () => expect(marksOf(student)).to.deep.equal({ ...FULL, ...marks }));
    }
  });

  it("exports the sums", async () => {
    await course.succeeds("export");
    const [head, ...lines] = course.text("grades.csv").trim().split("\n");
    const columns = head?.split(",") ?? [];
    const exported = lines.map((line) => {
      const fields = line.split(",");
      const field = (name: string): string => fields[columns.indexOf(name)] ?? "";
      expect(Number(field("max_score"))).to.equal(13);
      return [field("student_id"), Number(field("score"))];
    });
    const sums = Object.keys(students).map((student) => [student, sum(marksOf(student))]);
    expect(Object.fromEntries(exported)).to.deep.equal(Object.fromEntries(sums));
  });

  it("gives feedback to everybody, without hidden tests", async () => {
    await course.succeeds("generate_feedback", NAME);
    for (const student of Object.keys(students)) {
      const page = course.text("feedback", student, NAME, `${NAME}.html`);
      expect(page, student).to.match(/Score: [0-9.]+ \/ 13/);
      expect(page, student).not.to.include(SECRET);
      expect(page, student).not.to.include("HIDDEN TESTS");
    }
  });

  describe("in a second run", () => {
    let run: Program;
    before(async () => {
      const release = course.read("release", NAME, `${NAME}.ipynb`);
      const ends = { answers: { even: "process.kill(process.pid, 'SIGKILL');" } };
      course.submit("ends", NAME, NAME, handIn(release, assignment, ends));
      course.submit("late", NAME, NAME, handIn(release, assignment));
      course.submit("restored", NAME, NAME, handIn(release, assignment, students["removes-tests"]));
      run = await course.nbgrader("autograde", NAME, "--OverwriteCells.add_missing_cells=True");
      gradebook = await course.gradebook(NAME);
    });

    it("puts deleted tests back where the course says so, and they count", () => {
      expect(marksOf("restored")).to.deep.equal(FULL);
    });

    it("leaves out a submission that kills its kernel, says so, and grades those behind it", () => {
      expect(run.code).to.equal(1);
      expect(run.stderr).to.match(/error processing assignment 'small' for student 'ends'/);
      expect(course.has("autograded", "ends", NAME)).to.equal(false);
      expect(marksOf("late")).to.deep.equal(FULL);
    });
  });

  // Its exit code tells nothing (nbgrader's issue 1908): it is 0 for what fails, too.
  it("validates: a solution that warns, a wrong one, one whose tests are changed", async () => {
    const paths = ["warns-inside", "wrong", "changes-tests"].map((student) =>
      join("submitted", student, NAME, `${NAME}.ipynb`),
    );
    const { code, stdout } = await course.nbgrader("validate", ...paths);
    const [success, rest = ""] = stdout.split("Your notebook passes all the tests.\n");
    expect(success).to.equal("Success! ");
    expect(rest).to.match(/^VALIDATION FAILED ON 2 CELL.*CONTENTS OF 4 TEST CELL/s);
    expect(code).to.equal(0);
  });
});

const sum = (marks: Scores = {}): number =>
  Object.values(marks).reduce<number>((total, mark) => total + (mark ?? 0), 0);
