import { expect } from "chai";
import { Kernel, plain, printed } from "./client.ts";

describe("A cell", function () {
  this.timeout(90_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  it("shows the value of its last expression", async () => {
    expect(await kernel.value("const two = 2;\n[1, two]")).to.equal("[ 1, 2 ]");
    expect(await kernel.value("await Promise.resolve(3)")).to.equal("3");
    expect(await kernel.value("Promise.resolve(3)")).to.equal("Promise { 3 }");
  });

  it("shows nothing after a semicolon, for undefined, or when silent", async () => {
    expect(await kernel.value("1 + 1;")).to.equal(undefined);
    expect(await kernel.value("1 + 1; // why")).to.equal(undefined);
    expect(await kernel.value("undefined")).to.equal(undefined);
    const { reply, outputs } = await kernel.run("console.log(1); 1 + 1", { silent: true });
    expect(reply.status).to.equal("ok");
    expect(outputs.map(({ type }) => type)).to.deep.equal(["stream"]);
  });

  it("counts, and says what it runs", async () => {
    const { reply, outputs } = await kernel.run("'counted'");
    const input = outputs.find(({ type }) => type === "execute_input");
    expect(input?.content).to.deep.equal({ code: "'counted'", execution_count: reply.execution_count });
    const next = await kernel.run("1", { store_history: false });
    expect(next.reply.execution_count).to.equal(reply.execution_count);
  });

  for (const [kind, first, second] of [
    ["const", "const again = 1", "const again = 'two'"],
    ["let", "let again = 1", "let again = 'two'"],
    ["function", "function again() {}", "function again() { return 2 }"],
    ["class", "class again {}", "class again { two = 2 }"],
    ["enum", "enum again { One }", "enum again { Two }"],
    ["import", "import again from 'node:path'", "import { join as again } from 'node:path'"],
    ["import, then const", "import again from 'node:path'", "const again = 1"],
  ]) {
    it(`may declare a ${kind} again`, async () => {
      await kernel.value(first ?? "");
      await kernel.value(second ?? "");
      expect(await kernel.value("typeof again")).to.be.a("string");
    });
  }

  it("sees through a function what a later cell assigns", async () => {
    await kernel.value("let live = 1; function readLive() { return live }");
    await kernel.value("live = 5");
    expect(await kernel.value("readLive()")).to.equal("5");
    await kernel.value("let live = 6");
    expect(await kernel.value("readLive()")).to.equal("6");
  });

  it("keeps what it declared before it failed", async () => {
    const { reply } = await kernel.run("let kept = 7; const { a: kept2 } = { a: 8 }; throw new Error('no')");
    expect(reply.status).to.equal("error");
    expect(await kernel.value("[kept, kept2]")).to.equal("[ 7, 8 ]");
  });

  it("declares by patterns, loops, namespaces and hoisted functions", async () => {
    const code = `
      const before = hoisted();
      function hoisted() { return 'early' }
      const { p, q: [r = 4, ...s], ...t } = { p: 1, q: [undefined, 2, 3], u: 5 };
      for (var i = 0; i < 3; i++) {}
      for (var [k, v] of Object.entries({ x: 1 })) {}
      namespace N { export const inner = 9 }
      if (p) { var nested = 'var' }`;
    await kernel.value(code);
    expect(await kernel.value("JSON.stringify([before, p, r, s, t, i, k, v, N.inner, nested])")).to.equal(
      `'["early",1,4,[2,3],{"u":5},3,"x",1,9,"var"]'`,
    );
  });

  it("does not mistake its own locals, properties and labels for top-level names", async () => {
    await kernel.value("const n = 'top'; const o = { n: 1 }; class Own { n = 2; get() { return this.n } }");
    const code = `
      const shadow = (n: number) => { const inner = { n }; return inner.n + o.n };
      n: for (const n of [1]) { continue n }
      enum F { n = 3, m = n }
      JSON.stringify([shadow(10), new Own().get(), F.m, { n }.n, ((n = 4) => n)(), (function n() { return typeof n })()])`;
    expect(await kernel.value(code)).to.equal(`'[11,2,3,"top",4,"function"]'`);
  });

  it("gives functions their names and no this", async () => {
    await kernel.value(
      "const arrow = () => 1; const Klass = class {}; function self(this: any) { return this }",
    );
    expect(await kernel.value("[arrow.name, Klass.name, self()]")).to.equal(
      "[ 'arrow', 'Klass', undefined ]",
    );
  });

  it("need not end its lines with semicolons", async () => {
    expect(await kernel.value("const f = (x: number) => x\nlet y = f(1)\nf(2)\nf(3)\n;[y]")).to.equal(
      "[ 1 ]",
    );
  });

  it("may await, for await, use `using` and decorators", async () => {
    const code = `
      async function* numbers() { yield 1; yield await Promise.resolve(2) }
      let sum = 0
      for await (const n of numbers()) sum += n
      {
        using resource = { [Symbol.dispose]() { sum += 10 } }
      }
      function twice(method: () => number, _: unknown) { return function (this: unknown) { return 2 * method.call(this as never) } }
      class Decorated { @twice one() { return 1 } }
      sum + new Decorated().one()`;
    expect(await kernel.value(code)).to.equal("15");
  });

  it("is stopped by a type error before anything of it runs, which says where", async () => {
    const answer = await kernel.run("console.log('ran')\nconst wrong: string = 3");
    expect(answer.reply).to.include({ status: "error", ename: "TypeCheckError" });
    expect(answer.reply.evalue).to.match(/^Cell \[\d+\], line 2, column 7: Type 'number' is not assignable/);
    expect(plain(answer.reply.traceback)).to.match(
      /line 2\n2 \| const wrong: string = 3\n {10}\^{5}\nTS2322: Type 'number'/,
    );
    expect(printed(answer)).to.equal("");
  });

  it("is stopped by a syntax error", async () => {
    const { reply } = await kernel.run("const = 3");
    expect(reply).to.include({ status: "error", ename: "SyntaxError" });
  });

  it("keeps types from cell to cell", async () => {
    await kernel.value("interface Point { x: number }\ntype Maybe = Point | undefined");
    expect((await kernel.run("const bad: Point = { y: 1 }")).reply.evalue).to.include("'y' does not exist");
    expect(await kernel.value("const good: Maybe = { x: 1 }; good.x")).to.equal("1");
  });

  it("heeds @ts-ignore", async () => {
    expect(await kernel.value("// @ts-ignore\nconst ignored: string = 3\nignored")).to.equal("3");
  });

  it("has run-time errors traced to its own lines", async () => {
    await kernel.value(
      "function fails(n: number) {\n  if (n > 0)\n    throw new RangeError('too big: ' + n)\n}",
    );
    const { reply } = await kernel.run("type T = number\n\nfails(3)");
    expect(reply).to.include({ ename: "RangeError", evalue: "too big: 3" });
    const text = plain(reply.traceback);
    expect(text).to.match(
      /^Cell \[\d+\], line 3\n3 \| {5}throw new RangeError.*\n {14}\^\nRangeError: too big: 3/,
    );
    expect(text).to.match(/at fails \(Cell \[\d+\], line 3\)\n {4}at Cell \[\d+\], line 3$/);
  });

  it("has the kernel left out of the stacks that it prints", async () => {
    const answer = await kernel.run("\nconsole.log(new Error('printed'))");
    expect(printed(answer)).to.match(/^Error: printed\n {4}at Cell \[\d+\]:2:13\n$/);
  });

  it("may throw anything", async () => {
    expect((await kernel.run("throw { odd: 1 }")).reply).to.include({
      ename: "Thrown",
      evalue: "{ odd: 1 }",
    });
    expect((await kernel.run("throw undefined")).reply.evalue).to.equal("undefined");
  });

  it("prints in order with its other outputs", async () => {
    const code =
      "console.log('a'); console.log('b'); console.error('c'); display('d'); console.log('e'); 'f'";
    const { outputs } = await kernel.run(code);
    expect(
      outputs.slice(1).map(({ type, content }) => content.text ?? content.data?.["text/plain"] ?? type),
    ).to.deep.equal(["a\nb\n", "c\n", "'d'", "e\n", "'f'"]);
  });

  it("prints no more than a notebook bears, and says so", async () => {
    const answer = await kernel.run("for (let i = 0; i < 3e5; i++) console.log('flood')");
    expect(printed(answer).length).to.equal(1_000_000);
    expect(printed(answer, "stderr")).to.include("printed more than 1 MB");
    expect(printed(await kernel.run("console.log('again')"))).to.equal("again\n");
  });

  it("shows an unhandled rejection and a timer's error, and the kernel goes on", async () => {
    const rejected = await kernel.run("Promise.reject(new Error('nobody caught me'));");
    expect(rejected.outputs.at(-1)).to.deep.include({ type: "error" });
    expect(rejected.outputs.at(-1)?.content.evalue).to.equal("nobody caught me");
    const id = kernel.start("setTimeout(() => { console.log('tick'); throw new Error('late') }, 50);");
    await kernel.answer(id);
    await kernel.value("'another cell'");
    await kernel.until(() => kernel.said(id, "error").length > 0, "error under its own cell");
    expect(kernel.said(id, "stream")[0]).to.deep.equal({ name: "stdout", text: "tick\n" });
    expect(await kernel.value("1")).to.equal("1");
  });

  it("answers user expressions", async () => {
    const { reply } = await kernel.run("let u = 20", {
      user_expressions: { good: "u + 1", bad: "(() => { throw new Error('x') })()" },
    });
    expect(reply.user_expressions.good.data["text/plain"]).to.equal("21");
    expect(reply.user_expressions.bad).to.include({ status: "error", evalue: "x" });
  });

  it("loops over top-level names about as fast as over local ones", async () => {
    const loop = "for (let i = 0; i < 3e7; i++) total += 1";
    await kernel.value(
      `let total = 0; let t0 = performance.now(); ${loop}; const top = performance.now() - t0`,
    );
    await kernel.value(
      `const inside = (() => { let total = 0; const t0 = performance.now(); ${loop}; return performance.now() - t0 })()`,
    );
    expect(Number(await kernel.value("top / inside"))).to.be.lessThan(6);
  });
});

describe("A JavaScript cell", function () {
  this.timeout(90_000);
  it("is not checked", async () => {
    const kernel = await Kernel.start("--language", "javascript");
    try {
      expect(await kernel.value("let j = 1; j = 'text'; j")).to.equal("'text'");
      expect((await kernel.run("nowhere")).reply.ename).to.equal("ReferenceError");
      const { reply } = await kernel.request("kernel_info_request");
      expect(reply.language_info).to.include({ name: "javascript", file_extension: ".js" });
    } finally {
      await kernel.stop();
    }
  });
});

describe("A cell that is nested too deep", function () {
  this.timeout(60_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
    await kernel.value("let before = 1");
  });
  after(() => kernel.stop());

  for (const [what, code] of Object.entries({
    parentheses: `${"(".repeat(3000)}1${")".repeat(3000)}`,
    arrays: `${"[".repeat(20_000)}1${"]".repeat(20_000)}`,
    types: `let deep: ${"[".repeat(5000)}1${"]".repeat(5000)}`,
    sums: `1${" + 1".repeat(5000)}`,
    negations: `${"!".repeat(10_000)}1`,
  })) {
    it(`by its ${what} does not end the kernel`, async () => {
      await kernel.run(code);
      expect(await kernel.value("before")).to.equal("1");
    });
  }
});
