import { expect } from "chai";
import { Kernel } from "../kernel/client.ts";
import { Adapter } from "./adapter.ts";

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
  before(async () => {
    kernel = await Kernel.start();
    adapter = await Adapter.attach(kernel);
  });
  after(() => kernel.stop());

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
