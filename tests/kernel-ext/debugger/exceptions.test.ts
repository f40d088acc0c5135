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
      expect((await adapter.stopped()).reason).to.equal("exception");
      await adapter.go();
      expect((await kernel.answer(id)).reply.status).to.equal("error");
    }
  });

  it("pauses at the caught alone, and at all", async () => {
    await filter("caught");
    const id = kernel.start(CAUGHT);
    expect((await adapter.stopped()).stack).to.deep.equal(["fails:2", "(cell):5"]);
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
