// Loops at a cell's top level may run on copies of the session's names. Nobody may notice.
import { expect } from "chai";
import { Kernel } from "./client.ts";

describe("A loop at the top level", () => {
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
    await kernel.value("let s = 0, k = 0; const array = [1, 2, 3]; const typed = new Float64Array(4)");
  });
  after(() => kernel.stop());

  for (const [what, code, value] of [
    ["counts in a name", "s = 0; for (let i = 0; i < 1e6; i++) s += i; s", "499999500000"],
    ["declares by var", "for (var q = 0; q < 10; q++) s = q\n;[s, q]", "[ 9, 10 ]"],
    ["is a while", "s = 0; k = 0\nwhile (k < 10) { s += k; k++ }\n;[s, k]", "[ 45, 10 ]"],
    ["is a do", "k = 0; do k += 2; while (k < 9)\nk", "10"],
    ["goes over an array", "s = 0; for (const x of array) s += x\ns", "6"],
    ["is in another", "s = 0; for (let i = 0; i < 3; i++) for (let j = 0; j < 4; j++) s += i * j\ns", "18"],
    [
      "has labels",
      "s = 0; outer: for (let i = 0; i < 10; i++) { for (let j = 0; j < 9; j++) { if (j > 4) continue outer; if (i > 6) break outer; s++ } } s",
      "35",
    ],
    ["stands alone behind an if", "s = 0; if (s === 0) for (let i = 0; i < 5; i++) s += i\ns", "10"],
    ["writes arrays", "for (let i = 0; i < typed.length; i++) typed[i] = Math.sqrt(i * i)\ntyped[3]", "3"],
    ["builds a text", "let text = ''; for (let i = 0; i < 5; i++) text += i\ntext", "'01234'"],
    [
      "calls what reads the name",
      "const read = () => s; s = 0; for (let i = 0; i < 3; i++) { s += 1; k = read() } k",
      "3",
    ],
    ["shadows the name", "s = 1; for (let i = 0; i < 3; i++) { let s = i; s++ } s", "1"],
    [
      "uses what looks like ours",
      "let $ = 3, $_s = 1; for (let i = 0; i < 5; i++) { $ += i; $_s++ }\n;[$, $_s]",
      "[ 13, 6 ]",
    ],
    ["awaits", "s = 0; for (let i = 0; i < 3; i++) { await null; s += i } s", "3"],
    [
      "has an object with a getter",
      "const o = { get n() { return s } }; s = 0; for (let i = 0; i < 3; i++) { s++; k = o.n } k",
      "3",
    ],
  ] as const) {
    it(`may be one that ${what}`, async () => expect(await kernel.value(code)).to.equal(value));
  }

  it("keeps what it has computed before an error", async () => {
    const failing = "s = 0; const few: number[][] = [[1]]; for (let i = 0; i < 5; i++) { s += few[i]![0]! }";
    expect((await kernel.run(failing)).reply.ename).to.equal("TypeError");
    expect(await kernel.value("s")).to.equal("1");
  });

  it("keeps what it has computed before an interrupt", async () => {
    const id = kernel.start("let n = 0; for (;;) n++");
    await new Promise((resolve) => setTimeout(resolve, 300));
    kernel.send("interrupt_request", {}, "control");
    expect((await kernel.answer(id)).reply.ename).to.equal("KeyboardInterrupt");
    expect(await kernel.value("n > 100_000")).to.equal("true");
  });

  it("names the line where it fails", async () => {
    const { reply } = await kernel.run("s = 0\nfor (let i = 0; i < 5; i++) {\n  s += few[i]![0]!\n}");
    expect(reply.traceback.join("\n")).to.match(/line 3/);
  });
});
