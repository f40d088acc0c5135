// What a reader may play with: it is in the lesson and in the student's copy, with words about what to try.
import { expect } from "chai";
import { fromSource } from "../source.ts";
import { INTERACTIONS, lessons, sourceOf } from "./lessons.ts";

describe("The interactions of the lessons", () => {
  it("are those that the tests know", () => {
    const found = lessons.map(({ name, source: { cells } }) => [
      name,
      cells.filter((cell) => /^interact\(/m.test(cell.source.join(""))).map(({ id }) => id),
    ]);
    const known = lessons.map(({ name }) => [name, INTERACTIONS[name] ?? []]);
    expect(found).to.deep.equal(known);
  });

  for (const { name, source } of lessons) {
    for (const id of INTERACTIONS[name] ?? []) {
      it(`say what to try, and ask (${id} of ${name})`, () => {
        const { cells } = source;
        const at = cells.findIndex((cell) => cell.id === id);
        const lead = cells.slice(0, at).findLast((cell) => cell.cell_type === "markdown");
        const words = lead?.source.join("") ?? "";
        expect(lead?.id).to.match(/^play-.*-text$/);
        expect(words)
          .to.match(/\?/)
          .and.match(/drag|press|choose|type/i);
        expect(words.split(/\s+/).length, "words").to.be.within(40, 160);
      });

      it(`are handed to students (${id} of ${name})`, async () => {
        const { released } =
          await fromSource<typeof import("../../kernel-ext/lab/release.mjs")>("lab/release.mjs");
        expect(sourceOf(released(source, name).cells, id)).to.equal(sourceOf(source.cells, id));
      });
    }
  }
});
