// notebooks/CLAIMS.md as it is in git; lessons.slow.test.ts holds it against the lessons that have run.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../source.ts";
import { cellsOf } from "./claims-file.ts";
import { lessons } from "./lessons.ts";

describe("notebooks/CLAIMS.md", () => {
  const page = readFileSync(join(ROOT, "notebooks", "CLAIMS.md"), "utf8");

  it("lists lessons that there are, each once, in their order", () => {
    const listed = [...page.matchAll(/^## \[.*\]\((.+)\)$/gm)].map(([, link = ""]) =>
      decodeURIComponent(link),
    );
    const all = lessons.map(({ name }) => name).sort();
    expect(listed, "`npm run notebooks` renews it").to.deep.equal(
      all.filter((name) => listed.includes(name)),
    );
  });

  it("counts what it lists", () => {
    const verdicts = page
      .split(/^(?=## )/m)
      .slice(1)
      .flatMap((section) =>
        section
          .split("\n")
          .filter((line) => line.startsWith("|"))
          .slice(2),
      )
      .map((row) => cellsOf(row)[4]);
    const counted = ["holds", "holds in part", "does not hold"].map(
      (verdict) => `${verdict} ${verdicts.filter((one) => one === verdict).length}`,
    );
    expect(page).to.include(
      `\n${verdicts.length} claim${verdicts.length === 1 ? "" : "s"}: ${counted.join(", ")}.`,
    );
  });
});
