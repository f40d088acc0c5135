import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { gradbook, homework, notebook, submission } from "./homework.ts";

describe("gradbook check", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "check-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function own(text: string): string {
    const path = join(folder, "homework.ipynb");
    writeFileSync(path, text);
    return path;
  }

  it("says of a student's own notebook what is solved, and of the rest what is wrong", () => {
    const wrong = own(
      submission(homework, { softmax: "const softmax = (z: readonly number[]) => z.map(() => 0.5);" }),
    );
    const first = gradbook("check", wrong, "--exercise", "softmax-visible");
    expect(first.status, first.said).to.equal(1);
    expect(first.said).to.contain("✗ softmax visible: 0 of 1\n    expected 0.5 to be close to 0.2689");
    const typed = gradbook(
      "check",
      own(submission(homework, { softmax: "const softmax: number = 'text';" })),
    );
    expect(typed.said).to.contain("line 1, column 7: Type 'string' is not assignable to type 'number'.");
    const right = gradbook("check", own(notebook(homework)));
    expect(right.status, right.said).to.equal(0);
    expect(right.said).to.contain("2 exercises of 2 solved");
  });

  it("says in a line what is not there", () => {
    const none = gradbook("check", own(notebook(homework)), "--exercise", "hardmax");
    expect([none.status, none.said.trim().split("\n").length]).to.deep.equal([1, 1]);
    expect(none.said).to.contain("There is no exercise “hardmax”");
  });

  it("is what GitHub Classroom runs: of the exercises whose tests students see, and of no other", () => {
    const to = join(folder, "classroom.yml");
    const made = gradbook("export", "classroom", own(notebook(homework)), "--to", to);
    expect(made.status, made.said).to.equal(0);
    const commands = gradbook("export").said;
    expect(commands).to.contain("autograder").and.to.contain("classroom");
    const text = readFileSync(to, "utf8");
    expect(text).to.contain("npx gradbook check homework.ipynb --exercise softmax-visible");
    expect(text).not.to.contain("softmax-hidden");
  });
});
