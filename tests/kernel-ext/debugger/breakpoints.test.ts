// Where breakpoints can be: cells that have run, cells to come, local TypeScript, the library; with conditions.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../source.ts";
import { Kernel, printed } from "../kernel/client.ts";
import { Adapter } from "./adapter.ts";

const LOOP = `let sum = 0;
for (let n = 0; n < 10; n++) {
  sum += n;
}
sum`;

describe("The debugger's breakpoints", function () {
  this.timeout(240_000);
  let kernel: Kernel;
  let adapter: Adapter;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "gradbook-debugger-"));
    kernel = await Kernel.startIn(folder);
  });
  after(async () => {
    await kernel.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function finish(id: string): Promise<void> {
    const { reply } = await kernel.answer(id, 60_000);
    expect(reply.status, reply.evalue).to.equal("ok");
  }

  it("are there for a cell that ran before the debugger came", async () => {
    const cell = "function twice(x: number): number {\n  return 2 * x;\n}";
    await kernel.run(cell);
    adapter = await Adapter.attach(kernel);
    expect(await adapter.breakIn(cell, 2)).to.deep.equal([2]);
    const id = kernel.start("twice(21)");
    expect((await adapter.stopped()).stack).to.deep.equal(["twice:2", "(cell):1"]);
    await adapter.breakIn(cell);
    await adapter.go();
    await finish(id);
  });

  it("are there for a cell that is on its way when they come, as in a kernel that was restarted", async () => {
    for (let n = 0; n < 12; n++) {
      const fresh = n % 4 === 0;
      if (fresh) await adapter.ask("disconnect");
      const cell = `function early${n}(x: number): number {\n  return ${n} * x;\n}`;
      const { sourcePath } = await adapter.ask("dumpCell", { code: cell });
      const ran = kernel.start(cell);
      if (fresh) await adapter.ask("attach");
      expect(await adapter.breakAt(sourcePath, 2)).to.deep.equal([2]);
      await finish(ran);
      const id = kernel.start(`early${n}(2)`);
      expect((await adapter.stopped()).stack[0]).to.equal(`early${n}:2`);
      await adapter.breakAt(sourcePath);
      await adapter.go();
      await finish(id);
    }
  });

  it("are there for a cell that the kernel has only heard the name of, as after a restart", async () => {
    const cell = "function thrice(x: number): number {\n  return 3 * x;\n}";
    const path = (await adapter.ask("dumpCell", { code: cell })).sourcePath;
    const fresh = await Kernel.start();
    const again = new Adapter(fresh);
    expect(await again.breakAt(path, 2)).to.deep.equal([2]);
    await fresh.run("1");
    await again.ask("initialize");
    await again.ask("attach");
    await fresh.run(cell);
    const id = fresh.start("[1].map((x) => thrice(x))");
    expect((await again.stopped()).stack[0]).to.equal("thrice:2");
    await again.ask("disconnect");
    expect((await fresh.answer(id)).reply.status).to.equal("ok");
    await again.ask("initialize");
    await again.ask("attach");
    expect(await again.breakAt(path, 2)).to.deep.equal([2]);
    const next = fresh.start("thrice(1)");
    expect((await again.stopped()).stack[0]).to.equal("thrice:2");
    await again.go();
    expect((await fresh.answer(next)).reply.status).to.equal("ok");
    await fresh.stop();
  });

  it("move to the next line that does something, each line once, and are told again after a reload", async () => {
    const cell = "// what follows\n\nconst a = [\n  1,\n  2,\n];\ntype T = string;\nconst b = a.length;";
    expect(await adapter.breakIn(cell, 1, 7, 8)).to.deep.equal([3, 8, 8]);
    const { breakpoints, isStarted } = await adapter.ask("debugInfo");
    expect(isStarted).to.equal(true);
    expect(breakpoints.map(({ breakpoints: lines }: { breakpoints: object[] }) => lines)).to.deep.equal([
      [{ line: 3 }, { line: 8 }, { line: 8 }],
    ]);
    const id = kernel.start(cell);
    expect((await adapter.stopped()).stack).to.deep.equal(["(cell):3"]);
    await adapter.go();
    expect((await adapter.stopped()).stack).to.deep.equal(["(cell):8"]);
    await adapter.breakIn(cell);
    await adapter.go();
    await finish(id);
  });

  it("pause where a TypeScript condition over names of the session holds", async () => {
    await adapter.breakIn(LOOP, { line: 3, condition: "(sum as number) > 9 && n % 2 === 1" });
    const id = kernel.start(LOOP);
    await adapter.stopped();
    expect(await adapter.variables("Locals")).to.deep.equal({ n: "5" });
    await adapter.breakIn(
      LOOP,
      { line: 3, hitCondition: "% 2" },
      { line: 5, logMessage: "the sum is {sum}" },
    );
    await adapter.go();
    await adapter.stopped();
    expect(await adapter.evaluate("n")).to.equal("7");
    await adapter.breakIn(LOOP, { line: 5, logMessage: "the sum is {sum}" });
    await adapter.go();
    const answer = await kernel.answer(id);
    expect(printed(answer)).to.equal("the sum is 45\n");
    await adapter.breakIn(LOOP);
  });

  it("pause where a condition fails, and say why below the cell", async () => {
    await adapter.breakIn(
      LOOP,
      { line: 3, condition: "n > 7 && nobody" },
      { line: 5, logMessage: "{nobody}" },
    );
    const id = kernel.start(LOOP);
    await adapter.stopped();
    expect(await adapter.evaluate("n")).to.equal("8");
    await adapter.go();
    await adapter.stopped();
    await adapter.go();
    const said = printed(await kernel.answer(id), "stderr");
    expect(said.match(/condition failed: ReferenceError: nobody is not defined\n/g)).to.have.length(2);
    expect(said).to.include("A breakpoint's message failed: ReferenceError: nobody is not defined\n");
    await adapter.breakIn(LOOP);
  });

  it("say what is wrong with a condition, and pause at none", async () => {
    const { sourcePath } = await adapter.ask("dumpCell", { code: LOOP });
    const breakpoints = [
      { line: 3, condition: "sum >" },
      { line: 3, hitCondition: "often" },
      { line: 3, condition: "await n" },
    ];
    const body = await adapter.ask("setBreakpoints", { source: { path: sourcePath }, breakpoints });
    expect(body.breakpoints[0]).to.include({ verified: false, line: 3 });
    expect(body.breakpoints[1].message).to.equal("“often” counts no hits: 3, >= 3, % 3 do");
    expect(body.breakpoints[2].message).to.equal("What is evaluated here cannot await");
    await finish(kernel.start(LOOP));
    await adapter.breakIn(LOOP);
  });

  it("are there in a cell that is a module, before it runs and after, in the cell's own lines", async () => {
    const cell =
      "/** @module shapes */\ninterface Side { x: number }\nexport function area(side: Side): number {\n  return side.x ** 2;\n}";
    expect(await adapter.breakIn(cell, 4)).to.deep.equal([4]);
    await finish(kernel.start(cell));
    const call = 'import { area } from "./shapes";\narea({ x: 3 })';
    const id = kernel.start(call);
    const { stack, frames } = await adapter.stopped();
    expect(stack).to.deep.equal(["area:4", "(cell):2"]);
    expect(frames[0].source.path).to.equal((await adapter.ask("dumpCell", { code: cell })).sourcePath);
    expect(await adapter.variables("Locals")).to.deep.equal({ side: "{ x: 3 }" });
    await adapter.breakIn(cell);
    expect(await adapter.breakIn(cell, 4)).to.deep.equal([4]);
    await adapter.go();
    await finish(id);
    const again = kernel.start(call);
    expect((await adapter.stopped()).stack).to.deep.equal(["area:4", "(cell):2"]);
    await adapter.breakIn(cell);
    await adapter.go();
    await finish(again);
  });

  for (const [kind, javascript] of [
    ["ES module", "export function half(x) {\n  const y = x / 2;\n  return y;\n}\n"],
    ["CommonJS module", "exports.half = function half(x) {\n  const y = x / 2;\n  return y;\n};\n"],
  ] as const) {
    it(`are there in a package's ${kind}, whose source is shown`, async () => {
      const name = kind.startsWith("ES") ? "modern" : "older";
      const at = join(folder, "node_modules", name);
      const path = join(at, "index.js");
      mkdirSync(at, { recursive: true });
      const type = name === "modern" ? "module" : "commonjs";
      writeFileSync(join(at, "package.json"), JSON.stringify({ name, version: "1.0.0", type }));
      writeFileSync(path, javascript);
      writeFileSync(join(at, "index.d.ts"), "export declare function half(x: number): number;\n");
      const before = `import { half } from "${name}";\nhalf(8)`;
      expect(await adapter.breakAt(path, 3)).to.deep.equal([3]);
      const id = kernel.start(before);
      const { stack, frames } = await adapter.stopped();
      expect(stack).to.deep.equal(["half:3", "(cell):2"]);
      expect(frames[0].source.path).to.equal(path);
      expect(await adapter.variables("Locals")).to.deep.equal({ x: "8", y: "4" });
      expect((await adapter.ask("source", { source: { path } })).content).to.equal(javascript);
      const { modules } = await adapter.ask("modules");
      expect(modules.map((one: { name: string }) => one.name)).to.include(`${name}/index.js`);
      await adapter.breakAt(path);
      await adapter.go();
      await finish(id);
    });
  }

  it("are there in local TypeScript, before it is imported and after it was edited", async () => {
    const path = join(folder, "local.ts");
    const file = (more: string): string =>
      `interface Named {\n  name: string;\n}\n${more}\nexport function greet(who: Named): string {\n  const text = \`Hello, \${who.name}\`;\n  return text;\n}\n`;
    writeFileSync(path, file("// nothing"));
    expect(await adapter.breakAt(path, 6)).to.deep.equal([6]);
    const cell = 'import { greet } from "./local";\ngreet({ name: "Ada" })';
    const id = kernel.start(cell);
    const { stack, frames } = await adapter.stopped();
    expect(stack).to.deep.equal(["greet:6", "(cell):2"]);
    expect(frames[0].source.path).to.equal(path);
    const { content } = await adapter.ask("source", { source: { path } });
    expect(content).to.equal(file("// nothing"));
    expect(await adapter.step()).to.deep.equal(["greet:7", "(cell):2"]);
    expect(await adapter.variables("Locals")).to.include({ text: "'Hello, Ada'", who: "{ name: 'Ada' }" });
    await adapter.go();
    await finish(id);
    writeFileSync(path, file("\ntype More = number;\n\nconst greeting = 1;"));
    await adapter.breakAt(path, 10);
    const again = kernel.start(cell);
    expect((await adapter.stopped()).stack).to.deep.equal(["greet:10", "(cell):2"]);
    await adapter.breakAt(path);
    await adapter.go();
    await finish(again);
  });

  it("are there in the library, whose TypeScript is shown", async () => {
    await finish(kernel.start('import { tensor } from "gradbook";\nconst t = tensor([[1, 2], [3, 4]]);'));
    const { modules } = await adapter.ask("modules");
    const path = join(ROOT, "lib", "tensor", "tensor.ts");
    const paths = modules.map((module: { path: string }) => module.path);
    expect(paths).to.include(path);
    expect(
      paths.filter((one: string) => /kernel-ext\/(session|wire|language)|^node:|oxc/.test(one)),
    ).to.deep.equal([]);
    const call = "t.toString()";
    await adapter.breakIn(call, 1);
    const id = kernel.start(call);
    expect((await adapter.stopped()).stack).to.deep.equal(["(cell):1"]);
    await adapter.go("stepIn");
    const { frames } = await adapter.stopped();
    expect(frames[0].source.path).to.match(/\/lib\/.*\.ts$/);
    const { content } = await adapter.ask("source", { source: { path: frames[0].source.path } });
    const at = frames[0].line;
    await adapter.breakIn(call);
    await adapter.go();
    await finish(id);
    expect(content.split("\n").length).to.be.greaterThan(at);
    expect(await adapter.breakAt(frames[0].source.path, at)).to.deep.equal([at]);
    const again = kernel.start("t.toString()");
    expect((await adapter.stopped()).frames[0]).to.include({ line: at });
    await adapter.breakAt(frames[0].source.path);
    await adapter.go();
    await finish(again);
  });

  it("say so where there is no such file, or it is not TypeScript", async () => {
    expect(await adapter.breakAt(join(folder, "none.ts"), 3)).to.deep.equal([-1]);
    mkdirSync(join(folder, "broken"));
    writeFileSync(join(folder, "broken", "file.ts"), "const = ;");
    expect(await adapter.breakAt(join(folder, "broken", "file.ts"), 1)).to.deep.equal([-1]);
    writeFileSync(join(folder, "notes.txt"), "no program");
    for (const path of [folder, join(folder, "notes.txt"), "\0", "", "x".repeat(5000)])
      expect(await adapter.breakAt(path, 1), path).to.deep.equal([-1]);
  });
});
