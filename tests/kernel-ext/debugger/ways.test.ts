// Where code runs besides a cell's own lines: behind awaits, in timers, generators and callbacks; and how steps go on.
import { expect } from "chai";
import type { Kernel } from "../kernel/client.ts";
import { type Adapter, debugged } from "./adapter.ts";

describe("The debugger on its way", function () {
  this.timeout(240_000);
  let kernel: Kernel;
  let adapter: Adapter;
  debugged((...both) => {
    [kernel, adapter] = both;
  });

  async function end(id: string, code: string): Promise<void> {
    await adapter.breakIn(code);
    await adapter.go();
    const { reply } = await kernel.answer(id, 60_000);
    expect(reply.status, reply.evalue).to.equal("ok");
  }

  it("steps line by line, over an await too, and past the end of the cell", async () => {
    const cell = `const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
async function slow(): Promise<number> {
  const before = 1;
  await wait(20);
  return before + 1;
}
const got = await slow();
const last = got;`;
    await adapter.breakIn(cell, 4);
    const id = kernel.start(cell);
    expect((await adapter.stopped()).stack).to.deep.equal(["slow:4", "(cell):7"]);
    const [top, ...waiting] = await adapter.step();
    expect(top).to.equal("slow:5");
    expect(waiting).to.deep.equal(["(cell):7"]);
    expect(await adapter.variables("Locals")).to.deep.equal({ before: "1" });
    expect((await adapter.step("stepOut"))[0]).to.match(/^\(cell\):[78]$/);
    expect((await adapter.step())[0]).to.equal("(cell):8");
    await adapter.go("next");
    expect((await kernel.answer(id)).reply.status).to.equal("ok");
    expect(adapter.events("stopped").length).to.equal(adapter.events("continued").length);
    // The step is over, so the next cell begins without a pause.
    expect(await kernel.value("last")).to.equal("2");
    await adapter.breakIn(cell);
  });

  it("takes a bare await for one step, and a loop that comes round for another", async () => {
    const cell =
      "const nap = () => new Promise((done) => setTimeout(done, 5));\nawait nap();\nfor (const n of [1, 2]) await nap();\nlet over = 1;";
    await adapter.breakIn(cell, 2);
    const id = kernel.start(cell);
    expect((await adapter.stopped()).stack).to.deep.equal(["(cell):2"]);
    const lines: string[] = [];
    while (!lines.includes("(cell):4")) lines.push(...(await adapter.step()));
    expect(lines.slice(0, 2)).to.deep.equal(["(cell):3", "(cell):3"]);
    expect(lines.length).to.be.lessThan(8);
    await end(id, cell);
  });

  it("steps into a function of another cell, and not into the kernel", async () => {
    await kernel.run("function inner(x: number) {\n  return x + 1;\n}");
    const cell = 'display("seen");\nconsole.log("printed");\nconst y = inner(1);\ny';
    await adapter.breakIn(cell, 1);
    const id = kernel.start(cell);
    expect((await adapter.stopped()).stack).to.deep.equal(["(cell):1"]);
    expect(await adapter.step("stepIn")).to.deep.equal(["(cell):2"]);
    expect(await adapter.step("stepIn")).to.deep.equal(["(cell):3"]);
    expect(await adapter.step("stepIn")).to.deep.equal(["inner:2", "(cell):3"]);
    expect(await adapter.step("stepOut")).to.deep.equal(["(cell):4"]);
    await end(id, cell);
  });

  it("pauses in a timer's callback, after the cell has ended, and cells wait meanwhile", async () => {
    const cell = "let rung = 0;\nsetTimeout(() => {\n  rung++;\n}, 50);";
    await adapter.breakIn(cell, 3);
    await kernel.run(cell);
    const { stack } = await adapter.stopped();
    expect(stack[0]).to.equal("(anonymous):3");
    const id = kernel.start("rung");
    await kernel.request("kernel_info_request", {}, "control");
    expect(kernel.said(id, "execute_result")).to.deep.equal([]);
    await adapter.go();
    const { outputs } = await kernel.answer(id);
    expect(outputs.at(-1)?.content.data["text/plain"]).to.equal("1");
    await adapter.breakIn(cell);
  });

  it("pauses in generators, in callbacks of built-in functions, in classes and namespaces", async () => {
    const cell = `class Counter {
  #n = 0;
  next(): number {
    return ++this.#n;
  }
}
namespace Inner {
  export function half(x: number): number {
    return x / 2;
  }
}
function* numbers() {
  yield 1;
}
[1].map((x) => {
  return x;
});
for (const n of numbers()) Inner.half(n);
new Counter().next();`;
    expect(await adapter.breakIn(cell, 4, 9, 13, 16)).to.deep.equal([4, 9, 13, 16]);
    const id = kernel.start(cell);
    const lines: (string | undefined)[] = [];
    for (let n = 0; n < 4; n++) {
      lines.push((await adapter.stopped()).stack[0]);
      if (n < 3) await adapter.go();
    }
    expect(lines).to.deep.equal(["(anonymous):16", "numbers:13", "half:9", "next:4"]);
    await end(id, cell);
  });

  it("pauses at a debugger statement, and where it is told to", async () => {
    const id = kernel.start("debugger;\nlet on = true;\nlet rounds = 0;\nwhile (on) {\n  rounds++;\n}");
    expect((await adapter.stopped()).stack).to.deep.equal(["(cell):1"]);
    await adapter.go();
    await adapter.ask("pause", { threadId: 1 });
    const { reason, stack } = await adapter.stopped();
    expect(reason).to.equal("pause");
    expect(stack[0]).to.match(/^\(cell\):[245]$/);
    await adapter.evaluate("on = false");
    await adapter.go();
    expect((await kernel.answer(id)).reply.status).to.equal("ok");
  });
});
