import { expect } from "chai";
import { Kernel } from "./client.ts";

const LOOPS = {
  "a synchronous loop": "for (;;) state++;",
  "a loop after an await": "await 1; for (;;) state++;",
  "an async loop": "while (true) { await new Promise((r) => setTimeout(r, 5)); state++ }",
  "an async loop in a function":
    "async function forever() { for (;;) { await new Promise((r) => setTimeout(r, 5)); state++ } }\nawait forever()",
  "a promise that never settles": "await new Promise(() => {})",
  "a loop in a timer": "setTimeout(() => { for (;;) state++ }, 1); await new Promise(() => {})",
  "endless promise jobs":
    "const again = (): unknown => Promise.resolve().then(again); again(); await new Promise(() => {})",
};

describe("An interrupt", function () {
  this.timeout(30_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
    await kernel.value("let state = 1; const kept = 'kept'");
  });
  after(() => kernel.stop());

  async function interrupted(code: string, interrupt: () => unknown): Promise<void> {
    const id = kernel.start(code);
    await kernel.until(() => kernel.said(id, "execute_input").length > 0, "start");
    await new Promise((resolve) => setTimeout(resolve, 150));
    const begin = Date.now();
    await interrupt();
    const { reply } = await kernel.answer(id);
    expect(reply).to.include({ status: "error", ename: "KeyboardInterrupt" });
    expect(Date.now() - begin).to.be.lessThan(1000);
    expect(await kernel.value("kept")).to.equal("'kept'");
  }

  for (const [what, code] of Object.entries(LOOPS)) {
    it(`by message stops ${what} within a second, and keeps the state`, async () => {
      await interrupted(code, () => kernel.request("interrupt_request", {}, "control"));
    });
  }

  for (const what of ["a synchronous loop", "an async loop", "a promise that never settles"] as const) {
    it(`by SIGINT stops ${what} within a second, and keeps the state`, async () => {
      await interrupted(LOOPS[what], () => kernel.process.kill("SIGINT"));
    });
  }

  it("leaves no loop of the cell running", async () => {
    await interrupted(LOOPS["an async loop in a function"], () =>
      kernel.request("interrupt_request", {}, "control"),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = await kernel.value("state");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await kernel.value("state")).to.equal(before);
  });

  it("does nothing when no cell runs", async () => {
    const { reply } = await kernel.request("interrupt_request", {}, "control");
    expect(reply.status).to.equal("ok");
    kernel.process.kill("SIGINT");
    expect(await kernel.value("kept")).to.equal("'kept'");
  });

  it("leaves functions of the interrupted cell usable", async () => {
    await interrupted(
      "async function usable() { await 1; return 'fine' }\nconst arrow = async () => await usable();\nawait new Promise(() => {})",
      () => kernel.request("interrupt_request", {}, "control"),
    );
    expect(await kernel.value("await arrow()")).to.equal("'fine'");
  });
});
