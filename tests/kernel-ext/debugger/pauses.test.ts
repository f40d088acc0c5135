// Breakpoints, steps and values, over the wire with a real kernel.
import { expect } from "chai";
import type { Kernel } from "../kernel/client.ts";
import { type Adapter, debugged } from "./adapter.ts";

const CELL = `interface Point { x: number; y: number }

// A comment, and an empty line above it.
function length(point: Point): number {
  const square = point.x ** 2 + point.y ** 2;
  return Math.sqrt(square);
}

const start: Point = { x: 3, y: 4 };
let total = 0;
for (let turn = 0; turn < 3; turn++) {
  total += length(start) * turn;
}
total`;

describe("The debugger's pauses", function () {
  this.timeout(240_000);
  let kernel: Kernel;
  let adapter: Adapter;
  debugged((...both) => {
    [kernel, adapter] = both;
  });

  it("pauses on a breakpoint's line, with the stack and the variables that the author knows", async () => {
    expect(await adapter.breakIn(CELL, 5)).to.deep.equal([5]);
    const id = kernel.start(CELL);
    const { reason, stack, frames } = await adapter.stopped();
    expect(reason).to.equal("breakpoint");
    expect(stack).to.deep.equal(["length:5", "(cell):12"]);
    expect(frames[0].source.path).to.equal((await adapter.ask("dumpCell", { code: CELL })).sourcePath);
    expect(await adapter.variables("Locals")).to.include({ point: "{ x: 3, y: 4 }" });
    expect(await adapter.variables("Globals")).to.include({ total: "0", start: "{ x: 3, y: 4 }" });
    expect(await adapter.variables("Locals", 1)).to.deep.equal({ turn: "0" });
    expect(await adapter.step()).to.deep.equal(["length:6", "(cell):12"]);
    expect(await adapter.variables("Locals")).to.include({ square: "25" });
    expect(await adapter.evaluate("(square as number) + total + point.x")).to.equal("28");
    expect(await adapter.step("stepOut")).to.deep.equal(["(cell):11"]);
    await adapter.breakIn(CELL);
    await adapter.go();
    const { reply, outputs } = await kernel.answer(id);
    expect(reply.status).to.equal("ok");
    expect(outputs.find(({ type }) => type === "execute_result")?.content.data["text/plain"]).to.equal("15");
  });
});
