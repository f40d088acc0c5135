// notebooks/CLAIMS.md is made from lessons that have run; here from two of our own, run on the real kernel.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fromSource } from "../source.ts";
import { cellsOf, sectionOf } from "./claims-file.ts";
import { removeOwn, runOwn } from "./own-notebook.ts";

type ClaimsPage = typeof import("../../kernel-ext/lab/claims-page.mjs");

const FIRST = `97-says-${process.pid}.ipynb`;
const SECOND = `98-adds-${process.pid}.ipynb`;
const BORNE = `claims({ course: "udacity", topic: "softmax | margins", says: "a | *b* <b>c</b> costs $1", measured: \`\${6 * 7} of 50\`, verdict: "holds", shown: 6 * 7 > 40 },
  { course: "stanford", topic: "depth", says: "more is better", measured: "two\\nlines", verdict: "does not hold", shown: true })`;

describe("the list of claims", function () {
  this.timeout(120_000);
  let lib: ClaimsPage;
  let folder: string;
  before(async () => {
    lib = await fromSource<ClaimsPage>("lab/claims-page.mjs");
    folder = mkdtempSync(join(tmpdir(), "claims é "));
    const imports = 'import { claims } from "gradbook/claims";';
    expect(await runOwn(FIRST, "Says *much*", { imports, borne: BORNE, none: "1" })).to.deep.equal([]);
    const partly = BORNE.replaceAll('"holds"', '"holds in part"').replace("more is better", "less is more");
    expect(await runOwn(SECOND, "Adds", { imports, partly })).to.deep.equal([]);
  });
  after(async () => {
    if (folder) rmSync(folder, { recursive: true, force: true });
    await removeOwn(FIRST, SECOND);
  });

  const written = async (names: readonly string[]): Promise<{ said: string; page: string }> => {
    const to = join(folder, "CLAIMS.md");
    const said = await lib.renewClaims([...names], { to });
    return { said, page: readFileSync(to, "utf8") };
  };

  it("has a table a lesson: claim, course, topic, what was measured, verdict; nothing in it is a mark or a tag", async () => {
    const { said, page } = await written([FIRST]);
    expect(said).to.include("2 claims, written anew");
    expect(page).to.include(`\n## [Says \\*much\\*](${FIRST})\n`);
    const rows = page.split("\n").filter((line) => line.startsWith("| a ") || line.startsWith("| more "));
    expect(rows.map(cellsOf)).to.deep.equal([
      [
        "a \\| \\*b\\* &lt;b&gt;c&lt;/b&gt; costs \\$1",
        "Deep Learning (Udacity)",
        "softmax \\| margins",
        "42 of 50",
        "holds",
      ],
      ["more is better", "CS230 and CS231n (Stanford)", "depth", "two lines", "does not hold"],
    ]);
  });

  it("counts by verdict and by course", async () => {
    const { page } = await written([FIRST, SECOND]);
    expect(page).to.include("\n4 claims: holds 1, holds in part 1, does not hold 2.\n");
    expect(page).to.include(
      "\n| CS230 and CS231n (Stanford) | 0 | 0 | 2 |\n| Deep Learning (Udacity) | 1 | 1 | 0 |\n",
    );
  });

  it("is in the order of the lessons, and not written again where nothing has changed", async () => {
    const { page } = await written([SECOND, FIRST]);
    expect(page.indexOf(FIRST)).to.be.below(page.indexOf(SECOND));
    const before = statSync(join(folder, "CLAIMS.md"));
    const { said, page: again } = await written([FIRST, SECOND]);
    expect(said).to.include("4 claims, as before");
    expect(again).to.equal(page);
    expect(statSync(join(folder, "CLAIMS.md")).ino).to.equal(before.ino);
    expect(readdirSync(folder)).to.deep.equal(["CLAIMS.md"]);
  });

  it("is not written from a lesson that failed: the one of before stays", async () => {
    const { page } = await written([FIRST, SECOND]);
    const unborne = BORNE.replace("6 * 7 > 40", "6 * 7 > 50");
    const cells = { imports: 'import { claims } from "gradbook/claims";', unborne };
    expect((await runOwn(FIRST, "Says", cells)).join()).to.match(/unborne: .*does not show that/);
    const error: unknown = await written([FIRST, SECOND]).catch((caught: unknown) => caught);
    expect(String(error)).to.match(/has not run to its end: unborne: .* → npm run notebooks$/);
    expect(readFileSync(join(folder, "CLAIMS.md"), "utf8")).to.equal(page);
  });

  it("is compared without what was measured, and with everything else", () => {
    const page = lib.claimsPage([
      {
        name: "01-a.ipynb",
        title: "A",
        claims: [{ course: "C", topic: "t", says: "s | t", measured: "1 | 2", verdict: "holds" }],
      },
    ]);
    const other = (from: string, to: string) => sectionOf(page.replace(from, to), "01-a.ipynb");
    const same = sectionOf(page, "01-a.ipynb");
    expect(same).to.include("s \\| t").and.not.include("1 \\| 2");
    expect(other("1 \\| 2", "1 \\| 3")).to.equal(same);
    for (const [from, to] of [
      ["s \\| t", "s \\| u"],
      ["| C | t |", "| D | t |"],
      ["| C | t |", "| C | u |"],
      ["2 | holds", "2 | does not hold"],
    ] as const)
      expect(other(from, to), to).not.to.equal(same);
    expect(sectionOf(page, "02-b.ipynb")).to.equal("");
  });
});
