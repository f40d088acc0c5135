// Every exercise of every lesson with its answers in another process: the same verdicts as in the notebook.
import vm from "node:vm";
import { expect } from "chai";
import type { Answers } from "../../../../kernel-ext/grading/bridge/bridge.ts";
import type { Report } from "../../../../kernel-ext/grading/report.ts";
import type { PreparedCell } from "../../../../kernel-ext/language/language.ts";
import { ownModule } from "../../../../kernel-ext/language/own.ts";
import { bindImports, createNames, type Names } from "../../../../kernel-ext/session/names.ts";
import { exercisesOf, lessons, sourceOf } from "../../../notebooks/lessons.ts";
import { endStudents, preparer, student } from "./student.ts";

type CellBody = (names: Names, kernel: object) => Promise<void>;

/** The test's cell beside the library, with the student's functions from where they are. */
async function verdict(imports: string, answer: string, check: string, answers: Answers): Promise<Report> {
  const names = createNames();
  const prepare = preparer();
  const kernel = {
    result: undefined as unknown,
    enter: () => undefined,
    on: <T>(_run: unknown, value: T) => value,
    import: (name: string) => import(`${ownModule(name)}.js`),
    bind: (module: Names, bindings: Parameters<typeof bindImports>[2]) =>
      bindImports(names, module, bindings),
  };
  const run = ({ javascript }: PreparedCell): Promise<void> =>
    (new vm.Script(javascript).runInThisContext() as CellBody)(names, kernel);
  await run(prepare(imports));
  for (const name of prepare(answer).names) names[name] = answers.value(name);
  await run(prepare(check));
  return kernel.result as Report;
}

for (const lesson of lessons) {
  const imports = sourceOf(lesson.source.cells, "imports");
  describe(`the exercises of ${lesson.name}, answered in another process`, () => {
    afterEach(endStudents);

    for (const { name, points, solution, check, planted } of exercisesOf(lesson)) {
      for (const answer of [{ id: "the solution", points, told: "", source: solution }, ...planted]) {
        it(`${name}: ${answer.points} points for ${answer.id}`, async () => {
          const answers = await student(imports, answer.source);
          expect(answers.ran).to.deep.equal([{}, {}]);
          const report = await verdict(imports, answer.source, check, answers);
          expect(String(report)).to.include(answer.told);
          expect(report.verdict.earned).to.equal(answer.points);
        });
      }
    }
  });
}
