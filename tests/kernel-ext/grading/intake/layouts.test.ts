// Submissions as learning platforms and people lay them out.
import { mkdirSync, utimesSync } from "node:fs";
import { expect } from "chai";
import type { Assignment } from "../../../../kernel-ext/grading/assignment/assignment.ts";
import type { Submission } from "../../../../kernel-ext/grading/intake/submission.ts";
import { takeIn } from "../../../../kernel-ext/grading/intake/take-in.ts";
import { Trouble } from "../../../../kernel-ext/lab/trouble.mjs";
import { answer, Ground, HOMEWORK, handedIn, homework, notebookOf, solved, test } from "../made.ts";
import { type Packed, zipOf } from "./zip-writer.ts";

describe("What was handed in", () => {
  let ground: Ground;
  let assignment: Assignment;
  beforeEach(() => {
    ground = new Ground();
    assignment = homework(ground);
  });
  afterEach(() => ground.remove());

  const work = (student: string): string => handedIn(`return a + b; // ${student}`);

  async function taken(...paths: readonly string[]): Promise<Submission[]> {
    const all = await takeIn(paths, assignment);
    return Promise.all(all.map((one) => one.read()));
  }

  /** Who handed in what: each student's id, and the student whose work it is. */
  const whose = (submissions: readonly Submission[]): Record<string, string | undefined> =>
    Object.fromEntries(
      submissions.map(({ student, notebooks, fault }) => [
        student.id,
        fault ?? /\/\/ ([^"\\]+)/.exec(notebooks[0]?.text ?? "")?.[1],
      ]),
    );

  const files = (content: Readonly<Record<string, string>>): Packed[] =>
    Object.entries(content).map(([name, text]) => ({ name, content: text }));

  describe("is found in nbgrader's folders", () => {
    it("whether the course's folder is named, submitted/, or a student's", async () => {
      for (const student of ["alice", "bob"]) {
        ground.put(`nb/submitted/${student}/homework/homework.ipynb`, work(student));
        ground.put(`nb/submitted/${student}/homework/timestamp.txt`, "2026-01-01 10:00:00 UTC");
        ground.put(`nb/submitted/${student}/other/homework.ipynb`, work("another assignment"));
      }
      ground.put("nb/source/homework/homework.ipynb", work("the course"));
      const both = { alice: "alice", bob: "bob" };
      expect(whose(await taken(ground.path("nb")))).to.deep.equal(both);
      expect(whose(await taken(ground.path("nb", "submitted")))).to.deep.equal(both);
      expect(whose(await taken(ground.path("nb", "submitted", "bob")))).to.deep.equal({ bob: "bob" });
      expect(whose(await taken(ground.path("nb/submitted/alice/homework/homework.ipynb")))).to.deep.equal({
        alice: "alice",
      });
    });
  });

  describe("is found in plain folders", () => {
    it("with one for each student, an empty one and one without a notebook among them", async () => {
      ground.put("all/alice/homework.ipynb", work("alice"));
      ground.put("all/bob/my own name.ipynb", work("bob"));
      ground.put("all/carol/essay.pdf", "%PDF");
      mkdirSync(ground.path("all", "dan"));
      ground.put("all/grades.csv", "id,points");
      expect(whose(await taken(ground.path("all")))).to.deep.equal({
        alice: "alice",
        bob: "bob",
        carol: "no notebook was handed in, but essay.pdf",
        dan: "nothing was handed in",
      });
    });

    it("with all notebooks in one, called after the students", async () => {
      ground.put("flat/alice.ipynb", work("alice"));
      ground.put("flat/Bob Öz.ipynb", work("bob"));
      ground.put("flat/homework_carol.ipynb", work("carol"));
      ground.put("flat/dan.pdf", "%PDF");
      expect(whose(await taken(ground.path("flat")))).to.deep.equal({
        "Bob Öz": "bob",
        alice: "alice",
        carol: "carol",
        dan: "no notebook was handed in, but dan.pdf",
      });
    });

    it("and several downloads of one notebook in one folder are several students'", async () => {
      for (const name of ["homework", "homework (1)", "homework (2)"])
        ground.put(`downloads/${name}.ipynb`, work(name));
      expect(whose(await taken(ground.path("downloads")))).to.deep.equal({
        homework: "homework",
        "homework (1)": "homework (1)",
        "homework (2)": "homework (2)",
      });
    });

    it("and notebooks that are named one by one are called after themselves or their folders", async () => {
      const paths = [
        ground.put("one/alice/homework.ipynb", work("alice")),
        ground.put("one/bob.ipynb", work("bob")),
        ground.put("one/carol.ipynb.json", work("carol")),
      ];
      expect(whose(await taken(...paths))).to.deep.equal({ alice: "alice", bob: "bob", carol: "carol" });
    });

    it("with zips of the students' own, and a folder in the zip", async () => {
      ground.put("zips/alice.zip", zipOf(files({ "homework.ipynb": work("alice"), "data.csv": "1,2" })));
      ground.put("zips/bob.zip", zipOf(files({ "homework/homework.ipynb": work("bob") })));
      ground.put("zips/carol.zip", zipOf(files({ "notes.txt": "" })));
      ground.put("zips/dan.zip", "no zip");
      const expected = {
        alice: "alice",
        bob: "bob",
        carol: "no notebook was handed in, but carol.zip",
        dan: "dan.zip is not a zip",
      };
      expect(whose(await taken(ground.path("zips")))).to.deep.equal(expected);
      const named = ["alice", "bob", "dan"].map((name) => ground.path("zips", `${name}.zip`));
      expect(whose(await taken(...named))).to.deep.equal({ alice: "alice", bob: "bob", dan: expected.dan });
    });

    it("and a zip with a folder for each student in a folder of its own", async () => {
      const zip = zipOf(
        files({ "week 3/alice/homework.ipynb": work("alice"), "week 3/bob/homework.ipynb": work("bob") }),
      );
      ground.put("in/section-1.zip", zip);
      expect(whose(await taken(ground.path("in", "section-1.zip")))).to.deep.equal({
        alice: "alice",
        bob: "bob",
      });
      expect(whose(await taken(ground.path("in")))).to.deep.equal({ alice: "alice", bob: "bob" });
    });
  });

  describe("is found in Canvas' “Download Submissions”", () => {
    const names = {
      "doejane_12345_998_homework.ipynb": work("jane"),
      "smithjohn_LATE_23456_997_homework-2.ipynb": work("john"),
      "øreåse_34567_996_my_2_notes.ipynb": work("åse"),
      "leebo_45678_text.html": "<p>text</p>",
    };
    const expected = {
      doejane: "jane",
      leebo: "no notebook was handed in, but text.html",
      smithjohn: "john",
      øreåse: "åse",
    };

    it("packed, and unpacked", async () => {
      const zip = ground.put("submissions.zip", zipOf(files(names)));
      for (const [name, text] of Object.entries(names)) ground.put(`canvas/${name}`, text);
      const submissions = await taken(zip);
      expect(whose(submissions)).to.deep.equal(expected);
      expect(whose(await taken(ground.path("canvas")))).to.deep.equal(expected);
      const john = submissions.find(({ student }) => student.id === "smithjohn");
      expect(john?.student.number).to.equal("23456");
      expect(john?.notes).to.include("handed in late, Canvas says");
    });

    it("and of two attempts the later one counts, in whatever order they stand", async () => {
      const late = {
        "doejane_1_30_homework-1.ipynb": work("late"),
        "doejane_1_9_homework.ipynb": work("early"),
      };
      const [only] = await taken(ground.put("c.zip", zipOf(files(late))));
      expect(only?.notebooks[0]?.text).to.include("// late");
      expect(only?.notes.join()).to.match(/handed in 2 times.*homework-1\.ipynb counts/);
    });

    it("and two students of one name have their numbers", async () => {
      const twins = {
        "doejane_1_30_homework.ipynb": work("first"),
        "doejane_2_31_homework.ipynb": work("second"),
      };
      const submissions = await taken(ground.put("c.zip", zipOf(files(twins))));
      expect(whose(submissions)).to.deep.equal({ "doejane 1": "first", "doejane 2": "second" });
      expect(submissions[0]?.notes.join()).to.include("another student is called “doejane”, too");
    });

    it("and a zip of a student's own in it is opened", async () => {
      const own = zipOf(files({ "hw/homework.ipynb": work("jane"), "hw/data/x.csv": "1" }));
      const zip = zipOf([
        { name: "doejane_1_30_my work.zip", content: own },
        ...files({ "roebo_2_31_homework.ipynb": work("bo") }),
      ]);
      expect(whose(await taken(ground.put("c.zip", zip)))).to.deep.equal({ doejane: "jane", roebo: "bo" });
    });

    it("with anonymous grading", async () => {
      const zip = zipOf(
        files({ "anon_aB3x9_30_homework.ipynb": work("a"), "LATE_anon_Zz1_31_homework.ipynb": work("b") }),
      );
      expect(whose(await taken(ground.put("c.zip", zip)))).to.deep.equal({ anon_Zz1: "b", anon_aB3x9: "a" });
    });
  });

  describe("is found in Moodle's “Download all submissions”", () => {
    it("in folders, of older and newer kind", async () => {
      const zip = zipOf(
        files({
          "Jane Doe_1001_assignsubmission_file_/homework.ipynb": work("jane"),
          "John van_Smith_1002_assignsubmission_file/sub/homework.ipynb": work("john"),
          "Li Wei_1003_assignsubmission_onlinetext_/onlinetext.html": "<p>",
        }),
      );
      const submissions = await taken(ground.put("moodle.zip", zip));
      expect(whose(submissions)).to.deep.equal({
        "Jane Doe": "jane",
        "John van_Smith": "john",
        "Li Wei": "no notebook was handed in, but onlinetext.html",
      });
      expect(submissions[0]?.student).to.deep.equal({ id: "Jane Doe", name: "Jane Doe", number: "1001" });
    });

    it("without folders, with a student's two plugins as one", async () => {
      const zip = zipOf(
        files({
          "Jane Doe_1001_assignsubmission_file_homework.ipynb": work("jane"),
          "Jane Doe_1001_assignsubmission_onlinetext_onlinetext.html": "<p>",
          "Jane Doe_1009_assignsubmission_file_homework.ipynb": work("other jane"),
        }),
      );
      expect(whose(await taken(ground.put("moodle.zip", zip)))).to.deep.equal({
        "Jane Doe 1001": "jane",
        "Jane Doe 1009": "other jane",
      });
    });
  });

  describe("is found in Gradescope's export", () => {
    const list = [
      "---",
      "submission_11:",
      "  :submitters:",
      "  - :name: Jane Doe",
      "    :sid: '1001'",
      "    :email: jane@example.edu",
      "  :created_at: 2026-01-02 10:00:00.000000000 Z",
      "  :score: 1.0",
      "  :history:",
      "  - :submitters:",
      "    - :name: Nobody",
      "submission_12:",
      "  :submitters:",
      '  - :name: "Jos\\xE9 \\"Pep\\" R."',
      "    :email: pep@example.edu",
      "  - :name: 'O''Neil'",
      "    :sid: '1003'",
      "submission_13:",
      "  :submitters:",
      "  - :name: Jane Doe",
      "    :sid: '1001'",
      "    :email: jane@example.edu",
      "  :created_at: 2026-01-03 10:00:00.000000000 Z",
    ].join("\n");

    it("with each of a group, and the last of a student's submissions", async () => {
      const top = "assignment_7_export";
      const zip = zipOf(
        files({
          [`${top}/submission_metadata.yml`]: list,
          [`${top}/submission_11/homework.ipynb`]: work("jane, first"),
          [`${top}/submission_12/homework.ipynb`]: work("a group"),
          [`${top}/submission_13/homework.ipynb`]: work("jane, last"),
          [`${top}/submission_14/homework.ipynb`]: work("not listed"),
        }),
      );
      const submissions = await taken(ground.put("assignment_7_export.zip", zip));
      expect(whose(submissions)).to.deep.equal({
        "1001": "jane, last",
        "1003": "a group",
        "pep@example.edu": "a group",
        submission_14: "not listed",
      });
      const pep = submissions.find(({ student }) => student.email === "pep@example.edu");
      expect(pep?.student.name).to.equal('José "Pep" R.');
      expect(submissions[0]?.notes).to.include("handed in more than once: the latest counts");
    });
  });

  describe("of which notebook it is", () => {
    const TWO = [
      { name: "one", id: "p" },
      { name: "two", id: "q" },
    ];
    const cellsOf = (id: string, body: string) => [
      answer(id, solved("function f()", body)),
      test(`${id}-check`, "f()"),
    ];

    it("is told by the name, a copy's name, and then by the cells", async () => {
      for (const { name, id } of TWO)
        ground.put(`two/${name}.ipynb`, notebookOf(cellsOf(id, `return "${name}";`)));
      const { readAssignment } = await import("../../../../kernel-ext/grading/assignment/read.ts");
      assignment = readAssignment(ground.path("two"));
      ground.put("s/alice/one (3).ipynb", notebookOf(cellsOf("p", "1")));
      ground.put("s/alice/whatever.ipynb", notebookOf(cellsOf("q", "2")));
      ground.put("s/alice/scratch.ipynb", notebookOf([]));
      const [alice] = await taken(ground.path("s"));
      expect(alice?.notebooks.map(({ notebook }) => notebook)).to.deep.equal(["one.ipynb", "two.ipynb"]);
      expect(alice?.notebooks[1]?.text).to.include('"q"');
      expect(alice?.notes).to.deep.equal([
        "whatever.ipynb was taken for two.ipynb",
        "handed in, too, and not used: scratch.ipynb",
      ]);
    });

    it("is told by its being the only one, and by the latest of copies", async () => {
      ground.put("s/alice/strange.ipynb", notebookOf([]));
      ground.put("s/bob/homework.ipynb", work("old"));
      ground.put("s/bob/homework-Copy1.ipynb", work("new"));
      utimesSync(ground.path("s", "bob", "homework.ipynb"), 1_000, 1_000);
      ground.put("s/carol/homework (1).ipynb", work("first"));
      ground.put("s/carol/homework (2).ipynb", work("second"));
      const submissions = await taken(ground.path("s"));
      expect(submissions.map(({ notebooks }) => notebooks.length)).to.deep.equal([1, 1, 1]);
      expect(whose(submissions)).to.include({ bob: "new", carol: "second" });
      expect(submissions[1]?.notes.join()).to.match(
        /handed in 2 times: homework-Copy1\.ipynb counts, not homework\.ipynb/,
      );
    });
  });

  it("has the same hash for the same work, and another for other work", async () => {
    ground.put("s/alice/homework.ipynb", work("same"));
    ground.put("s/bob/renamed.ipynb", work("same"));
    ground.put("s/carol/homework.ipynb", work("other"));
    const [alice, bob, carol] = await taken(ground.path("s"));
    expect(alice?.hash)
      .to.equal(bob?.hash)
      .and.to.match(/^[0-9a-f]{64}$/);
    expect(carol?.hash).not.to.equal(alice?.hash);
  });

  it("is a clear line of trouble where nothing is, or the path is not there", async () => {
    mkdirSync(ground.path("empty"));
    for (const path of [ground.path("empty"), ground.path("nowhere")]) {
      const error: unknown = await takeIn([path], assignment).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(Trouble);
      expect(String(error))
        .to.match(/^(Trouble: )?(No submission is in|There is no) .*→/)
        .and.not.include("\n");
    }
  });

  it("can be hundreds, of which only what is asked for is read", async () => {
    const zip = zipOf(
      Array.from({ length: 500 }, (_, at) => ({
        name: `s${at}_${at}_${at}_homework.ipynb`,
        content: work(`s${at}`),
      })),
    );
    const all = await takeIn([ground.put("c.zip", zip)], assignment);
    expect(all).to.have.length(500);
    expect(HOMEWORK).to.have.length(4);
    const one = all.find(({ student }) => student.id === "s77");
    expect((await one?.read())?.notebooks[0]?.text).to.equal(work("s77"));
  });
});
