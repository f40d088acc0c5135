// Every exercise of every lesson, in the real kernel: what the stub, the solution and each planted wrong answer get.
import { expect } from "chai";
import type { Notebook } from "../../kernel-ext/lab/release.mjs";
import { Kernel } from "../kernel-ext/kernel/client.ts";
import { fromSource } from "../source.ts";
import { exercisesOf, lessons, sourceOf } from "./lessons.ts";

type ReleaseModule = typeof import("../../kernel-ext/lab/release.mjs");

/** As `told` where no particular word is meant for a mistake. */
const ANYTHING = "";

for (const lesson of lessons) {
  const { name, source } = lesson;
  describe(`the exercises of ${name}`, function () {
    this.timeout(60_000);
    let kernel: Kernel;
    let student: Notebook;
    before(async () => {
      const { released } = await fromSource<ReleaseModule>("lab/release.mjs");
      student = released(source, name);
      kernel = await Kernel.start();
      await kernel.run(sourceOf(source.cells, "imports"));
    });
    after(() => kernel.stop());

    const verdict = async (answer: string, check: string): Promise<{ points: string; words: string }> => {
      await kernel.run(answer);
      const { outputs } = await kernel.run(check);
      const result = outputs.find(({ type }) => type === "execute_result");
      const error = outputs.find(({ type }) => type === "error");
      const data = result?.content.data as Record<string, string> | undefined;
      if (!data) throw new Error(`no verdict came: ${JSON.stringify(error?.content)}`);
      return { points: data["text/plain"] ?? "", words: text(data["text/html"] ?? "") };
    };

    for (const { name: exercise, points, solution, check, planted } of exercisesOf(lesson)) {
      it(`${exercise}: nothing for the stub`, async () => {
        const stub = sourceOf(student.cells, `${exercise}-answer`);
        const { points: got, words } = await verdict(stub, check);
        expect(got).to.equal("0");
        expect(words).to.include("It is not written yet.");
      });

      it(`${exercise}: ${points} points for the solution, for other numbers each time`, async () => {
        for (let time = 0; time < 20; time++) {
          const { points: got, words } = await verdict(time ? "" : solution, check);
          expect(got, words).to.equal(String(points));
        }
      });

      it(`${exercise}: a student's check says what the hidden tests are still to give`, async () => {
        const seen = sourceOf(student.cells, `${exercise}-check`);
        const fresh = await Kernel.start();
        try {
          await fresh.run(sourceOf(student.cells, "imports"));
          await fresh.run(solution);
          const { outputs } = await fresh.run(seen);
          const html = JSON.stringify(outputs.find(({ type }) => type === "execute_result")?.content);
          expect(html).to.match(/Solved: .* more by tests that are not shown/);
        } finally {
          await fresh.stop();
        }
      });

      for (const wrong of planted) {
        it(`${exercise}: “${wrong.told || "wrong"}” for ${wrong.id}, for other numbers each time`, async () => {
          for (let time = 0; time < 20; time++) {
            const { points: got, words } = await verdict(time ? "" : wrong.source, check);
            expect(got, words).to.equal(String(wrong.points));
            if (wrong.told !== ANYTHING) expect(words).to.include(wrong.told);
          }
        });
      }

      it(`${exercise}: two wrong answers or more are planted`, () => {
        expect(planted.length).to.be.at.least(2);
      });
    }
  });
}

/** What a reader sees of HTML. */
function text(html: string): string {
  return html
    .replace(/<details.*/s, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}
