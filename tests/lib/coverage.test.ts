// lib/COVERAGE.md names files; each of them has to be there, and each row to be whole.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../source.ts";

const rows = readFileSync(join(ROOT, "lib", "COVERAGE.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("|") && !line.startsWith("| topic") && !line.startsWith("|---"))
  .map((line) =>
    line
      .slice(1, -1)
      .split(" | ")
      .map((cell) => cell.trim()),
  );
const filesIn = (cell: string | undefined): string[] =>
  [...(cell ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "");

describe("the table of what the course needs", () => {
  it("has no empty cell", () => {
    expect(rows.length).to.be.greaterThan(80);
    for (const row of rows) {
      expect(row, row.join(" | ")).to.have.length(4);
      expect(row.filter(Boolean), row.join(" | ")).to.have.length(4);
    }
  });

  it("names files that are there", () => {
    for (const [topic, where, , checks] of rows) {
      expect([filesIn(where).length > 0, filesIn(checks).length > 0], topic).to.deep.equal([true, true]);
      for (const name of filesIn(where)) expect(existsSync(join(ROOT, "lib", name)), name).to.equal(true);
      for (const name of filesIn(checks)) {
        expect(existsSync(join(ROOT, "tests", "lib", name)), name).to.equal(true);
      }
    }
  });

  it("names every lesson of the course, and no topic twice", () => {
    const named = new Set(rows.flatMap(([, , lessons = ""]) => lessons.match(/\d\d/g) ?? []));
    expect([...named].sort()).to.deep.equal(
      Array.from({ length: 24 }, (_, i) => String(i + 1).padStart(2, "0")),
    );
    expect(new Set(rows.map(([topic]) => topic)).size).to.equal(rows.length);
  });

  it("says of each lesson whether it exists", () => {
    const there = readdirSync(join(ROOT, "notebooks")).map((name) => name.slice(0, 2));
    for (const [topic, , lessons = ""] of rows) {
      for (const lesson of lessons.split(", ")) {
        expect(lesson, `lessons of "${topic}"`).to.match(/^\d\d( \(to come\))?$/);
        const number = lesson.slice(0, 2);
        expect(there.includes(number), `${topic}: lesson ${number}`).to.equal(lesson === number);
      }
    }
  });
});
