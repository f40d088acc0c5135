import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Kernel } from "../kernel/client.ts";
import { type Adapter, debugged } from "./adapter.ts";

const CAUGHT = `function fails(): never {
  throw new TypeError("planned");
}
try {
  fails();
} catch (error) {
  console.log(String(error));
}`;
const UNCAUGHT = `async function later() {
  await new Promise((done) => setTimeout(done, 10));
  JSON.parse("{ no json");
}
await later();`;

describe("The debugger at exceptions", function () {
  this.timeout(240_000);
  let kernel: Kernel;
  let adapter: Adapter;
  debugged((...both) => {
    [kernel, adapter] = both;
  });

  const filter = (...filters: string[]) => adapter.ask("setExceptionBreakpoints", { filters });

  it("passes them by where nobody asked", async () => {
    expect((await kernel.run(CAUGHT)).reply.status).to.equal("ok");
    expect((await kernel.run(UNCAUGHT)).reply.ename).to.equal("SyntaxError");
    expect(adapter.events("stopped")).to.deep.equal([]);
  });

  it("pauses at what no try is around, in async code too, and passes the caught by", async () => {
    await filter("uncaught");
    expect((await kernel.run(CAUGHT)).reply.status).to.equal("ok");
    expect(adapter.events("stopped")).to.deep.equal([]);
    const id = kernel.start(UNCAUGHT);
    const { reason, stack, text } = await adapter.stopped();
    expect(reason).to.equal("exception");
    expect(stack).to.deep.equal(["later:3", "(cell):5"]);
    expect(text).to.match(/^SyntaxError: .*JSON/);
    expect((await adapter.ask("exceptionInfo")).exceptionId).to.equal("SyntaxError");
    await adapter.go();
    expect((await kernel.answer(id)).reply.ename).to.equal("SyntaxError");
  });

  it("knows what a promise's catch is behind, and what it is not", async () => {
    const later = "async function fails() {\n  await null;\n  throw new Error(')');\n}\n";
    const caught = [
      `${later}await fails().catch(() => 1);`,
      `${later}await fails().then(() => 2, () => 1);`,
      `${later}await Promise.all([fails(), 1]).then(() => 2).catch(() => 1);`,
      "async function now() {\n  throw new Error('now');\n}\nvoid now().catch(() => 1);",
      "void Promise.reject(new Error('rejected')).catch(() => 1);",
      "await Promise.resolve(1).then(() => {\n  throw new Error('then');\n}).catch(() => 1);",
      "await new Promise(() => {\n  throw new Error('executor');\n}).catch(() => 1);",
      `${later}await Promise.allSettled([fails(), 1]);`,
      `${later}await Promise.allSettled([1, 2].map(async () => await fails()));`,
      "async function now() {\n  throw new Error('now');\n}\nawait Promise.allSettled([1, now()]);",
      "const now = async () => {\n  throw new Error('now');\n};\nawait Promise.allSettled([now()]);",
    ];
    const uncaught = [
      "function now(): never {\n  throw new Error('now');\n}\nawait Promise.allSettled([now()]);",
      `${later}await Promise.allSettled([1]);\nawait fails();`,
      `${later}await Promise.resolve(1).then(() => fails());`,
      `${later}await Promise.all([fails()]);`,
      `${later}await fails().then((none) => [none, 2],);`,
      "await Promise.resolve(1).then(() => {\n  throw new Error('then');\n}, () => 1);",
      `${later}await Promise.resolve(1).then(() => fails(), () => 1);`,
      `${later}await Promise.reject(1).catch(() => fails());`,
      "await Promise.reject(1).then(() => {\n  Math.random();\n}).catch(() => {\n  throw new Error('catch');\n});",
      `${later}Promise.resolve(1).catch(() => 1);\nawait fails();\nPromise.resolve(1).catch(() => 1);`,
      "function now(): never {\n  throw new Error('now');\n}\nconst none = Promise.resolve(1).catch(() => 1);\nnow();",
    ];
    await filter("uncaught");
    for (const cell of caught) {
      const seen = adapter.events("stopped").length;
      expect((await kernel.run(cell)).reply.status, cell).to.equal("ok");
      expect(adapter.events("stopped"), cell).to.have.length(seen);
    }
    for (const cell of uncaught) {
      const id = kernel.start(cell);
      expect((await adapter.stopped()).reason, cell).to.equal("exception");
      await adapter.go();
      expect((await kernel.answer(id)).reply.status).to.equal("error");
    }
  });

  it("knows what handles a function that nobody awaits, before its first await and behind", async () => {
    const wait = "\nawait new Promise((done) => setTimeout(done, 25));";
    const awaits = "async function b() {\n  await work();\n}\nasync function a() {\n  await b();\n}\n";
    const returns = "async function a() {\n  return work();\n}\n";
    const stream = "async function* stream() {\n  yield 1;\n  await work();\n}\n";
    const reads = `${stream}async function read() {\n  for await (const _ of stream());\n}\n`;
    const caught = [
      "void work().catch(() => 1);",
      "void work().then(() => 2, () => 1);",
      "void work().then(() => 2).finally(() => 3).catch(() => 1);",
      "void Promise.all([work(), 1]).catch(() => 1);",
      "setTimeout(() => {\n  work().catch(() => 1);\n}, 1);",
      `${awaits}void a().catch(() => 1);`,
      `${awaits}await a().then(() => 2, () => 1);`,
      "async function a() {\n  try {\n    await work();\n  } catch {}\n}\nvoid a();",
      `${reads}void read().catch(() => 1);`,
      `${stream}try {\n  for await (const _ of stream());\n} catch {}`,
      "class Task {\n  async run() {\n    await work();\n  }\n}\nnew Task().run().catch(() => 1);",
      "const go = async () => {\n  await work();\n};\nawait Promise.all([1]);\ngo().catch(() => 1);",
    ];
    const uncaught = [
      "void work();",
      "void work().then(() => 2);",
      "void work().finally(() => 2);",
      `${awaits}void a();`,
      `${stream}for await (const _ of stream());`,
      "void Promise.resolve(1).then(() => work());",
      "void Promise.resolve(1).then(work);",
      "void new Promise((resolve) => resolve(work()));",
      `${returns}void a();`,
      `${returns}await a();`,
      `${returns}void a();\nasync function b() {\n  return work().catch(() => 1);\n}`,
      "const held = work();\nsetTimeout(() => held.catch(() => 1), 15);",
      "const held = work();\nheld.catch(() => 1);\nvoid held.then(() => 2);",
    ];
    await filter("uncaught");
    for (const awaited of ["null", "new Promise((done) => setTimeout(done, 2))"]) {
      const work = `async function work() {\n  await ${awaited};\n  throw new Error("late");\n}\n`;
      for (const cell of caught) {
        const seen = adapter.events("stopped").length;
        expect((await kernel.run(work + cell + wait)).reply.status, cell).to.equal("ok");
        expect(adapter.events("stopped"), cell).to.have.length(seen);
      }
      for (const cell of uncaught) {
        const id = kernel.start(work + cell + wait);
        expect((await adapter.stopped()).stack[0], cell).to.equal("work:3");
        await adapter.go();
        await kernel.answer(id);
      }
    }
  });

  it("knows what handles a function of a local file, in whatever cell calls it", async () => {
    const text = 'export async function fetches() {\n  await null;\n  throw new Error("late");\n}\n';
    writeFileSync(join(kernel.folder, "late.ts"), text);
    await filter("uncaught");
    const seen = adapter.events("stopped").length;
    const handled = 'import { fetches } from "./late.ts";\nvoid fetches().catch(() => 1);';
    expect((await kernel.run(handled)).reply.status).to.equal("ok");
    expect((await kernel.run("void fetches().then(() => 2, () => 1);")).reply.status).to.equal("ok");
    expect(adapter.events("stopped")).to.have.length(seen);
    const id = kernel.start("void Promise.resolve(1).then(() => fetches());");
    expect((await adapter.stopped()).stack[0]).to.equal("fetches:3");
    expect((await adapter.ask("exceptionInfo")).breakMode).to.equal("unhandled");
    await adapter.go();
    await kernel.answer(id);
  });

  it("pauses at the caught alone, and at all", async () => {
    await filter("caught");
    const id = kernel.start(CAUGHT);
    expect((await adapter.stopped()).stack).to.deep.equal(["fails:2", "(cell):5"]);
    expect((await adapter.ask("exceptionInfo")).breakMode).to.equal("always");
    await adapter.go();
    expect((await kernel.answer(id)).reply.status).to.equal("ok");
    expect((await kernel.run(UNCAUGHT)).reply.status).to.equal("error");
    await filter("raised");
    const again = kernel.start('throw new Error("at the top")');
    expect((await adapter.stopped()).text).to.equal("Error: at the top");
    await adapter.go();
    expect((await kernel.answer(again)).reply.evalue).to.equal("at the top");
    await filter();
    expect((await kernel.run(UNCAUGHT)).reply.status).to.equal("error");
  });

  it("never pauses at what goes wrong within the kernel or within Node", async () => {
    await filter("caught", "uncaught");
    const { reply } = await kernel.run(
      'import { existsSync } from "node:fs";\nexistsSync("/none") ? 1 : await import("node:os").then(() => 2)',
    );
    expect(reply.status, reply.evalue).to.equal("ok");
    expect((await kernel.run("null.x", { user_expressions: { wrong: "nobody" } })).reply.status).to.equal(
      "error",
    );
    await filter();
  });
});
