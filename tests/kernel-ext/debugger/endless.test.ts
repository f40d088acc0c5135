// What is looked at may be code that never ends: it is ended, and nothing of the session with it.
import { expect } from "chai";
import { type Kernel, printed } from "../kernel/client.ts";
import { type Adapter, debugged } from "./adapter.ts";

const ENDLESS = "(() => { for (;;) {} })()";
const ENDED = "This took longer than 2 s, and was ended";

describe("The debugger and what never ends", function () {
  this.timeout(240_000);
  let kernel: Kernel;
  let adapter: Adapter;
  debugged((...both) => {
    [kernel, adapter] = both;
  });

  it("ends an expression, in a frame and outside of one, and leaves no name behind", async () => {
    await kernel.run("let held = 1;");
    const words = await adapter.request("evaluate", { expression: `held + ${ENDLESS}` });
    expect(words).to.include({ success: false, message: ENDED });
    expect(await kernel.value('Object.hasOwn(globalThis, "held")')).to.equal("false");
    const cell = "let near = 2;\nnear++;\nnear";
    await adapter.breakIn(cell, 2);
    const id = kernel.start(cell);
    const { frames } = await adapter.stopped();
    const inFrame = await adapter.request("evaluate", { expression: ENDLESS, frameId: frames[0].id });
    expect(inFrame).to.include({ success: false, message: ENDED });
    expect(await adapter.evaluate("near")).to.equal("2");
    await adapter.breakIn(cell);
    await adapter.go();
    expect((await kernel.answer(id)).reply.status).to.equal("ok");
  });

  it("leaves a cell that runs meanwhile as it is, which an interrupt still ends", async () => {
    const id = kernel.start("let rounds = 0;\nfor (;;) {\n  rounds++;\n}");
    await kernel.until(() => kernel.said(id, "execute_input").length > 0, "start");
    expect((await adapter.request("evaluate", { expression: ENDLESS })).message).to.equal(ENDED);
    expect(kernel.said(id, "error")).to.deep.equal([]);
    const asked = adapter.request("evaluate", { expression: ENDLESS });
    await kernel.request("interrupt_request", {}, "control");
    expect((await asked).success).to.equal(false);
    expect((await kernel.answer(id, 60_000)).reply.ename).to.equal("KeyboardInterrupt");
    expect(await kernel.value("rounds > 0")).to.equal("true");
  });

  it("ends a value's own look", async () => {
    await kernel.run(
      'class Endless {\n  [Symbol.for("nodejs.util.inspect.custom")](): string {\n    for (;;) {}\n  }\n}\nlet look: object | undefined = new Endless();\n0',
    );
    expect((await adapter.request("inspectVariables")).message).to.equal(ENDED);
    await kernel.run("look = undefined; 0");
    expect((await adapter.ask("inspectVariables")).variables).not.to.deep.equal([]);
  });

  it("ends a value's own look in a frame, in a list of variables and where it is set", async () => {
    const look = '{ [Symbol.for("nodejs.util.inspect.custom")]() { for (;;) {} } }';
    const cell = "let shown: unknown = 1;\nshown;\nshown = 3;\nshown";
    await adapter.breakIn(cell, 3);
    const id = kernel.start(cell);
    const { frames } = await adapter.stopped();
    const frameId = frames[0].id;
    const { scopes } = await adapter.ask("scopes", { frameId });
    const { variablesReference } = scopes.find(({ name }: { name: string }) => name === "Globals");
    const ways = [
      ["evaluate", { expression: `(${look})`, frameId }],
      ["setVariable", { variablesReference, name: "shown", value: look }],
      ["variables", { variablesReference }],
      ["inspectVariables", {}],
      ["richInspectVariables", { variableName: "shown", frameId }],
    ] as const;
    for (const [command, given] of ways)
      expect(await adapter.request(command, given), command).to.include({ success: false, message: ENDED });
    expect(await adapter.evaluate("1 + 1")).to.equal("2");
    await adapter.breakIn(cell);
    await adapter.go();
    expect(await kernel.answer(id).then(({ reply }) => reply.status)).to.equal("ok");
  });

  it("ends a breakpoint's condition, and pauses there", async () => {
    const cell = "let tries = 0;\ntries++;\ntries";
    await adapter.breakIn(cell, { line: 2, condition: ENDLESS });
    const id = kernel.start(cell);
    expect((await adapter.stopped()).stack).to.deep.equal(["(cell):2"]);
    await adapter.go();
    expect(printed(await kernel.answer(id), "stderr")).to.equal(
      `A breakpoint's condition failed: ${ENDED}\n`,
    );
    await adapter.breakIn(
      cell,
      { line: 2, condition: "Math.abs(tries) > 5" },
      { line: 3, condition: "Number(tries) > 0" },
    );
    const again = kernel.start(cell);
    expect((await adapter.stopped()).stack).to.deep.equal(["(cell):3"]);
    await adapter.breakIn(cell);
    await adapter.go();
    expect((await kernel.answer(again)).reply.status).to.equal("ok");
  });

  it("lists a part of what is long without the rest", async () => {
    await kernel.run(
      "const sparse = new Array(1e9);\nsparse[7] = 1;\nconst many = new Float64Array(1e7);\n0",
    );
    const { variables } = await adapter.ask("inspectVariables");
    for (const name of ["sparse", "many"]) {
      const { variablesReference } = variables.find((one: { name: string }) => one.name === name);
      const all = (await adapter.ask("variables", { variablesReference })).variables;
      expect(all).to.have.length(1001);
      const part = { variablesReference, start: 5, count: 1e9 };
      expect((await adapter.ask("variables", part)).variables[2].name).to.equal("7");
    }
  });
});
