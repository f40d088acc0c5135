// Whatever happens while something is paused, nothing stays stuck.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Kernel } from "../kernel/client.ts";
import { Adapter } from "./adapter.ts";

const CELL = "let steps = 0;\nfor (;;) {\n  steps++;\n}";

describe("The debugger's faults", function () {
  this.timeout(240_000);
  let kernel: Kernel;
  beforeEach(async () => {
    kernel = await Kernel.start();
  });
  afterEach(() => kernel.stop());

  /** A kernel that is paused in a loop without end. */
  async function paused(): Promise<{ adapter: Adapter; id: string }> {
    const adapter = await Adapter.attach(kernel);
    await adapter.breakIn(CELL, 3);
    const id = kernel.start(CELL);
    await adapter.stopped();
    return { adapter, id };
  }

  it("an interrupt goes on and stops the cell, whose breakpoints stay", async () => {
    const { adapter, id } = await paused();
    await kernel.request("interrupt_request", {}, "control");
    expect((await kernel.answer(id)).reply.ename).to.equal("KeyboardInterrupt");
    expect(await kernel.value("steps >= 0")).to.equal("true");
    expect((await adapter.ask("debugInfo")).stoppedThreads).to.deep.equal([]);
    const again = kernel.start(CELL);
    await adapter.stopped();
    await adapter.ask("disconnect");
    await kernel.request("interrupt_request", {}, "control");
    expect((await kernel.answer(again)).reply.ename).to.equal("KeyboardInterrupt");
  });

  it("a hundred interrupts, paused or not, of cells of every kind", async () => {
    const adapter = await Adapter.attach(kernel);
    const cells = [
      CELL,
      "await null;\nfor (;;) {\n  null;\n}",
      "async function again(): Promise<void> {\n  await null;\n  return again();\n}\nawait again();",
      "await new Promise<void>(() => {\n  setInterval(() => {\n    null;\n  }, 1);\n});",
    ];
    for (let n = 0; n < 100; n++) {
      const cell = cells[n % cells.length] ?? "";
      const isPaused = n % 3 > 0;
      if (isPaused) await adapter.breakIn(cell, n % 4 === 2 ? 2 : 3);
      const id = kernel.start(cell);
      if (isPaused) await adapter.stopped();
      else await kernel.until(() => kernel.said(id, "execute_input").length > 0, "start");
      await kernel.request("interrupt_request", {}, "control");
      expect((await kernel.answer(id)).reply.ename, `${n}: ${cell}`).to.equal("KeyboardInterrupt");
      await adapter.breakIn(cell);
    }
    expect(await kernel.value("1 + 1")).to.equal("2");
  });

  it("a disconnect goes on, and breakpoints are gone", async () => {
    const adapter = await Adapter.attach(kernel);
    const cell = "let a = 1;\na++;\na";
    await adapter.breakIn(cell, 2);
    const id = kernel.start(cell);
    await adapter.stopped();
    await adapter.ask("disconnect");
    expect((await kernel.answer(id)).reply.status).to.equal("ok");
    expect((await adapter.ask("debugInfo")).isStarted).to.equal(false);
    expect((await kernel.run(cell)).reply.status).to.equal("ok");
    // And it comes again.
    await adapter.ask("initialize", {});
    await adapter.ask("attach");
    await adapter.breakIn(cell, 3);
    const again = kernel.start(cell);
    expect((await adapter.stopped()).stack).to.deep.equal(["(cell):3"]);
    await adapter.go();
    expect((await kernel.answer(again)).reply.status).to.equal("ok");
  });

  it("a shutdown ends the kernel at once", async () => {
    await paused();
    const begin = Date.now();
    await kernel.reply(kernel.send("shutdown_request", { restart: true }, "control"));
    expect(await kernel.exit).to.equal(0);
    expect(Date.now() - begin).to.be.lessThan(10_000);
  });

  it("a front end that has gone, and no other is there, leaves nothing paused", async () => {
    const other = await kernel.attach();
    const adapter = await Adapter.attach(other);
    const cell = 'import { writeFileSync } from "node:fs";\nlet b = 1;\nwriteFileSync("went-on", "");';
    await adapter.breakIn(cell, 3);
    other.start(cell);
    await adapter.stopped();
    other.close();
    // The first one still listens: the pause stays, and it takes over.
    const heir = new Adapter(kernel);
    expect((await heir.ask("debugInfo")).stoppedThreads).to.deep.equal([1]);
    await heir.ask("initialize");
    await heir.ask("attach");
    expect((await heir.ask("stackTrace", { threadId: 1 })).stackFrames[0].line).to.equal(3);
    expect(existsSync(join(kernel.folder, "went-on"))).to.equal(false);
    kernel.close();
    for (let tries = 0; tries < 1200 && !existsSync(join(kernel.folder, "went-on")); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const late = await kernel.attach();
    expect(await late.value("b")).to.equal("1");
    expect((await new Adapter(late).ask("debugInfo")).isStarted).to.equal(false);
    late.close();
  });

  it("two tabs both hear of a pause, and either goes on", async () => {
    const other = await kernel.attach();
    const tabs = [await Adapter.attach(kernel), await Adapter.attach(other)] as const;
    const cell = "let c = 1;\nc++;\nc++;\nc";
    await tabs[0].breakIn(cell, 2, 3);
    const id = kernel.start(cell);
    expect((await tabs[0].stopped()).stack).to.deep.equal((await tabs[1].stopped()).stack);
    await tabs[1].go();
    await tabs[0].stopped();
    await Promise.all(tabs.map((tab) => tab.go()));
    expect((await kernel.answer(id)).reply.status).to.equal("ok");
    expect(tabs.map((tab) => tab.events("continued").length)).to.deep.equal([2, 2]);
    other.close();
  });

  it("cells wait while one is paused, and what is asked of the kernel is answered", async () => {
    const { adapter } = await paused();
    const next = kernel.start("1 + 1");
    expect(
      (await kernel.request("complete_request", { code: "ste", cursor_pos: 3 })).reply.matches,
    ).to.include("steps");
    expect((await kernel.request("kernel_info_request")).reply.debugger).to.equal(true);
    expect(kernel.said(next, "execute_result")).to.deep.equal([]);
    await kernel.request("interrupt_request", {}, "control");
    expect((await kernel.answer(next)).reply.status).to.equal("aborted");
    await adapter.ask("disconnect");
  });

  it("lives through 200 pauses, in which all is looked at", async () => {
    const adapter = await Adapter.attach(kernel);
    const cell =
      "function work(n: number) {\n  const held = Array.from({ length: 100 }, () => n);\n  return held.length;\n}\nfor (let n = 0; n < 200; n++) work(n);";
    await adapter.breakIn(cell, 3);
    const id = kernel.start(cell);
    for (let n = 0; n < 200; n++) {
      expect((await adapter.stopped()).stack).to.deep.equal(["work:3", "(cell):5"]);
      expect((await adapter.variables("Locals")).n).to.equal(String(n));
      await adapter.ask("inspectVariables");
      await adapter.go();
    }
    expect((await kernel.answer(id)).reply.status).to.equal("ok");
    expect(await kernel.value("1 + 1")).to.equal("2");
  });

  it("answers what it does not know, and what comes too early, in a sentence", async () => {
    const adapter = new Adapter(kernel);
    expect((await adapter.ask("debugInfo")).isStarted).to.equal(false);
    expect((await adapter.ask("inspectVariables")).variables).to.deep.equal([]);
    const unknown = await adapter.request("restartFrame");
    expect(unknown).to.include({ success: false, message: "There is no debug request “restartFrame”" });
    expect((await adapter.request("evaluate", { expression: "1" })).message).to.equal(
      "The debugger is not attached",
    );
    await Adapter.attach(kernel);
    expect((await adapter.request("scopes", { frameId: 77 })).message).to.equal(
      "There is no such frame (any more)",
    );
    expect((await adapter.request("source", { source: { path: "/none" } })).message).to.include(
      "There is no source",
    );
    for (const command of ["continue", "next", "stepIn", "stepOut"])
      await adapter.ask(command, { threadId: 1 });
    expect(await kernel.value("6 * 7")).to.equal("42");
    expect(adapter.events("stopped")).to.deep.equal([]);
  });

  it("answers whatever comes, each once, and goes on", async () => {
    const given = [null, 5, "x", [1], {}];
    const commands: readonly unknown[] = [
      null,
      5,
      {},
      { toString: 1 },
      ["attach"],
      "__proto__",
      "constructor",
    ];
    for (const command of commands) {
      const id = kernel.send("debug_request", { command, seq: -1.5, arguments: {} }, "control");
      const { reply } = await kernel.answer(id);
      expect(reply).to.include({ type: "response", success: false, request_seq: 0 });
    }
    await Adapter.attach(kernel);
    const rest =
      "setVariable setExpression copyToGlobals richInspectVariables setExceptionBreakpoints modules";
    const known = `setBreakpoints variables evaluate stackTrace source scopes dumpCell exceptionInfo ${rest}`;
    for (const command of known.split(" ")) {
      for (const one of given) {
        const id = kernel.send("debug_request", { command, seq: 1, arguments: one }, "control");
        expect((await kernel.answer(id)).reply.command).to.equal(command);
      }
    }
    const adapter = new Adapter(kernel);
    const { sourcePath } = await adapter.ask("dumpCell", { code: "1" });
    for (const line of [0, -1, "1", null, 1e300])
      expect(await adapter.breakAt(sourcePath, { line }), String(line)).to.deep.equal([-1]);
    expect(await kernel.value("1")).to.equal("1");
    expect(adapter.events("stopped")).to.deep.equal([]);
  });

  it("looks in on no kernel that grades", async () => {
    const graded = await Kernel.startWith({ env: { NBGRADER_EXECUTION: "autograde" } });
    const reply = await new Adapter(graded).request("initialize");
    expect(reply.success, reply.message).to.equal(false);
    await graded.stop();
  });
});
