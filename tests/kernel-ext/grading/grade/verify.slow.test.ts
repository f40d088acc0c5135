import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../../source.ts";
import { answer, type Cell, gradbook, homework, notebook, SOFTMAX, tests } from "./homework.ts";

function planted(id: string, points: number, told: string, source: string): Cell {
  const metadata = { tags: ["planted"], gradbook: { exercise: "softmax-visible", points, told } };
  return { id, cell_type: "raw", metadata, source };
}

describe("gradbook verify", function () {
  this.timeout(300_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "verify-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function verified(cells: readonly Cell[]): { status: number | null; said: string } {
    const path = join(folder, "homework.ipynb");
    writeFileSync(path, notebook(cells));
    return gradbook("verify", path, "--seeds", "3");
  }

  it("finds nothing wrong in the course's own lessons: every planted answer gets the points and words that check gives", () => {
    const { status, said } = gradbook("verify", join(ROOT, "notebooks"), "--seeds", "1");
    expect(status, said.replace(/^✓.*\n/gm, "")).to.equal(0);
    expect(said.match(/gets \d+ and its words/g)).to.have.length.above(60);
  });

  it("lets a sound assignment go out", () => {
    const half = planted(
      "half",
      0,
      "expected 0.5 to be close to 0.2689",
      "function softmax(z: readonly number[]) { return z.map(() => 0.5); }",
    );
    const { status, said } = verified([...homework, half]);
    expect(status, said).to.equal(0);
    expect(said).to.contain("Ready to go out");
  });

  const wrongs: readonly [what: string, cells: readonly Cell[], said: RegExp][] = [
    [
      "a solution that is wrong",
      homework.map((cell) =>
        cell.id === "softmax" ? answer("softmax", SOFTMAX.replace("x - most", "x")) : cell,
      ),
      /softmax-hidden: 0 of 3/,
    ],
    ["a stub that gets points", [...homework, tests("generous", 2, "1 + 1;")], /generous: 2 for a stub/],
    [
      "a test that depends on luck",
      [
        ...homework,
        tests("lucky", 1, "if (softmax([1])[0] !== 1 || Math.random() < 0.7) throw new Error('bad luck');"),
      ],
      /lucky: 0 of 1 \(seed \d\)/,
    ],
    [
      "a planted answer that gets other points",
      [...homework, planted("right", 0, "", SOFTMAX)],
      /it got 1 \(seed 0\)/,
    ],
    [
      "a planted answer that is told other words",
      [
        ...homework,
        planted(
          "half",
          0,
          "your logarithm",
          "function softmax(z: readonly number[]) { return z.map(() => 0.5); }",
        ),
      ],
      /it was told “expected 0.5/,
    ],
  ];
  for (const [what, cells, words] of wrongs) {
    it(`holds back ${what}`, () => {
      const { status, said } = verified(cells);
      expect(status, said).to.equal(1);
      expect(said).to.match(words);
      expect(said).to.contain("mend it before this goes out");
    });
  }
});
