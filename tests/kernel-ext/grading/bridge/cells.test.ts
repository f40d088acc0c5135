// An answer's cells as they run, and how their process ends.
import { expect } from "chai";
import { AnswersGone } from "../../../../kernel-ext/grading/bridge/bridge.ts";
import { endStudents, student } from "./student.ts";

describe("the cells of an answer", () => {
  afterEach(endStudents);

  it("see each other's names, await at the top level, and import the library and Node's own modules", async () => {
    const { ran, get } = await student(
      'import { readFileSync } from "node:fs"; import path from "path"; import { softmax, tensor, type Tensor } from "gradbook"; import * as lib from "gradbook/tensor"; import { check, hint } from "gradbook/exercises"; import { claims } from "gradbook/claims"; import { iris } from "gradbook/data";',
      "const late = await new Promise<number>((resolve) => setTimeout(() => resolve(5), 5)); const one = lib.tensor([1]) instanceof lib.Tensor;",
      'const sum = softmax(tensor([1, 2, 3])).data.reduce((a, b) => a + b, 0); const name = path.basename("/a/b"); check("anything", {}); typeof readFileSync;',
      'const { join } = await import("node:path"); const joined = join("a", "b");',
    );
    expect(ran).to.deep.equal([{}, {}, {}, {}]);
    expect(get("late")).to.equal(5);
    expect(get("one")).to.equal(true);
    expect(get("sum")).to.be.closeTo(1, 1e-6);
    expect([get("name"), get("joined")]).to.deep.equal(["b", "a/b"]);
  });

  it("say what they threw and in which line, and keep what was declared before", async () => {
    const { ran, get, cell } = await student(
      "const before: number = 1;\nfunction fail(x: number): never {\n  throw new TypeError('bad ' + x);\n}",
      "const kept = 2;\nfail(3);\nconst after = 4;",
    );
    expect(ran[0]).to.deep.equal({});
    expect(ran[1]?.thrown).to.equal(
      "TypeError: bad 3\n3 |   throw new TypeError('bad ' + x);\n    at your cell 1, line 3\n    at your cell 2, line 2",
    );
    expect([get("before"), get("kept"), get("after")]).to.deep.equal([1, 2, undefined]);
    expect(cell("throw 'words'").thrown).to.equal("It threw words");
    expect(cell('import { x } from "no-such-package"; x').thrown).to.include("no-such-package");
    expect(cell("await new Promise(() => {})").thrown).to.include("never comes");
    expect(cell("const still = 1")).to.deep.equal({});
  });

  it("are told of rejections and errors that nobody caught", async () => {
    const { ran, cell } = await student("void Promise.reject(new Error('dropped'));");
    expect(ran[0]?.thrown).to.match(/^Error: dropped/);
    expect(cell("setImmediate(() => { throw new RangeError('late') });").thrown).to.match(
      /RangeError: late|^$/,
    );
    expect(cell("const on = 1")).to.deep.equal({});
  });

  it("print where somebody may ask for it, as much as fits", async () => {
    const answers = await student(
      "console.log('one', { a: 1 }); process.stdout.write('two\\n'); console.error('three'); console.table([1]);",
    );
    expect(answers.printed()).to.match(/^one { a: 1 }\ntwo\nthree\n┌/);
    expect(answers.printed()).to.equal("");
    answers.cell("for (let i = 0; i < 100_000; i++) console.log('x'.repeat(99));");
    const printed = answers.printed();
    expect(printed.length).to.equal(10_000);
    expect(printed).to.match(/… and 9,990,0\d\d more characters$/);
  });

  it("may show things, though nobody looks", async () => {
    const { ran } = await student(
      'import * as tslab from "tslab"; import { input } from "gradbook/kernel"; tslab.display.html("x"); tslab.newDisplay().text("y"); import { interact, slider } from "gradbook/widgets"; interact({ x: slider(0, 1) }, ({ x }) => x);',
      "declare const display: any, progress: any; display(1).update(2); for (const x of progress([1])) x; const require = 1;",
    );
    expect(ran).to.deep.equal([{}, {}]);
  });

  it("that end their process end the answers, with a reason", async () => {
    const exits = await student("const f = () => process.exit(3);");
    expect(() => exits.get("f")()).to.throw(AnswersGone, "ended its own process (exit code 3)");
    expect(() => exits.value("f")).to.throw(AnswersGone, "exit code 3");
    const aborts = await student("const f = () => process.kill(process.pid, 'SIGKILL');");
    expect(() => aborts.get("f")()).to.throw(AnswersGone, "ended");
    const closes = await student(
      "import { closeSync } from 'node:fs'; const f = () => { closeSync(4); return 1 }",
    );
    expect(() => closes.get("f")()).to.throw(AnswersGone);
  });

  it("that never end are ended by whoever kills them from another thread", async () => {
    const { get, process } = await student("const f = () => { for (;;); };");
    const { Worker } = await import("node:worker_threads");
    const f = get("f");
    new Worker(`setTimeout(() => process.kill(${process.pid}, "SIGKILL"), 100)`, { eval: true });
    expect(() => f()).to.throw(AnswersGone, "ended");
    expect(() => f()).to.throw(AnswersGone);
  });
});
