// What two front ends ask for at the same instant, and cells that change what is being debugged.
import { expect } from "chai";
import { type FrontEnd, type Json, Kernel } from "../kernel/client.ts";
import { Adapter } from "./adapter.ts";

const CELL = "let sum = 0;\nfor (let n = 0; n < 3; n++) {\n  sum += n;\n}\nsum";
const TWICE = "function twice(x: number): number {\n  const y = x * 2;\n  return y;\n}\ntwice(2)";

describe("The debugger of two front ends at once", function () {
  this.timeout(240_000);
  let kernel: Kernel;
  let other: FrontEnd;
  let tabs: readonly [Adapter, Adapter];
  beforeEach(async () => {
    kernel = await Kernel.start();
    other = await kernel.attach();
    tabs = await Promise.all([Adapter.attach(kernel), Adapter.attach(other)]);
  });
  afterEach(async () => {
    other.close();
    await kernel.stop();
  });

  async function paused(...lines: readonly number[]): Promise<string> {
    await tabs[0].breakIn(CELL, ...lines);
    const id = kernel.start(CELL);
    await Promise.all(tabs.map((tab) => tab.stopped()));
    return id;
  }

  /** Where it stands, or false where nothing is paused. */
  async function place({ front }: Adapter): Promise<number | false> {
    const { body } = await new Adapter(front).request("stackTrace", { threadId: 1 });
    return body?.stackFrames?.[0]?.line ?? false;
  }

  it("attaches once, and both see breakpoints of either", async () => {
    const id = await paused(3);
    expect(await Promise.all(tabs.map(place))).to.deep.equal([3, 3]);
    for (const tab of tabs) {
      const { breakpoints } = await tab.ask("debugInfo");
      expect(breakpoints.flatMap((one: Json) => one.breakpoints.map(({ line }: Json) => line))).to.deep.equal(
        [3],
      );
    }
    await tabs[1].breakIn(CELL);
    await tabs[0].go();
    expect((await kernel.answer(id)).outputs.at(-1)?.content.data["text/plain"]).to.equal("3");
  });

  it("goes on where both say so, and stays nowhere", async () => {
    const id = await paused(3, 5);
    // The second of two may come when the next pause is there, and end that one too.
    while (kernel.said(id, "execute_result").length === 0) {
      await Promise.all(tabs.map((tab) => tab.go()));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await kernel.answer(id)).reply.status).to.equal("ok");
    expect(await Promise.all(tabs.map(place))).to.deep.equal([false, false]);
  });

  it("steps for one while the other looks, and tells either the truth", async () => {
    const id = await paused(3);
    for (let n = 0; n < 6; n++) {
      const [frame] = (await tabs[1].ask("stackTrace", { threadId: 1 })).stackFrames;
      const [step, look] = await Promise.all([
        tabs[0].request("next", { threadId: 1 }),
        tabs[1].request("evaluate", { expression: "sum + 100", frameId: frame.id }),
      ]);
      expect(step.success, step.message).to.equal(true);
      if (look.success) expect(look.body.result).to.match(/^10[0-3]$/);
      else expect(look.message).to.match(/no such frame|Nothing is paused|goes on/);
      await Promise.all(tabs.map((tab) => tab.stopped()));
    }
    await Promise.all(tabs.map((tab) => tab.ask("disconnect")));
    expect((await kernel.answer(id)).reply.status).to.equal("ok");
  });

  it("ends once where both disconnect while something is paused", async () => {
    const id = await paused(3);
    await Promise.all(tabs.map((tab) => tab.ask("disconnect")));
    expect((await kernel.answer(id)).reply.status).to.equal("ok");
    for (const tab of tabs) expect((await tab.ask("debugInfo")).isStarted).to.equal(false);
    // Who comes again is attached as at first.
    await Promise.all(tabs.map((tab) => tab.ask("initialize").then(() => tab.ask("attach"))));
    const again = await paused(5);
    await tabs[1].go();
    expect((await kernel.answer(again)).reply.status).to.equal("ok");
  });

  it("lets a cell declare anew what was paused in", async () => {
    await tabs[0].breakIn(TWICE, 2);
    const first = kernel.start(TWICE);
    const next = kernel.start("function twice(x: number): number {\n  return x * 3;\n}");
    const use = kernel.start("twice(2)");
    expect((await tabs[0].stopped()).stack).to.deep.equal(["twice:2", "(cell):5"]);
    await tabs[0].go();
    expect((await kernel.answer(first)).outputs.at(-1)?.content.data["text/plain"]).to.equal("4");
    expect((await kernel.answer(next)).reply.status).to.equal("ok");
    expect((await kernel.answer(use)).outputs.at(-1)?.content.data["text/plain"]).to.equal("6");
    const again = kernel.start(TWICE);
    expect((await tabs[0].stopped()).stack).to.deep.equal(["twice:2", "(cell):5"]);
    await tabs[0].go();
    expect((await kernel.answer(again)).reply.status).to.equal("ok");
  });

  it("begins anew after a restart while paused", async () => {
    await paused(3);
    await kernel.reply(kernel.send("shutdown_request", { restart: true }, "control"));
    expect(await kernel.exit).to.equal(0);
    const anew = await Kernel.start();
    const adapter = await Adapter.attach(anew);
    expect((await adapter.ask("debugInfo")).breakpoints).to.deep.equal([]);
    await adapter.breakIn(CELL, 5);
    const id = anew.start(CELL);
    expect((await adapter.stopped()).stack).to.deep.equal(["(cell):5"]);
    await adapter.go();
    expect((await anew.answer(id)).reply.status).to.equal("ok");
    await anew.stop();
  });
});
