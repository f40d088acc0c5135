import { basename, dirname } from "node:path";
import { expect } from "chai";
import { Kernel, NODES } from "./client.ts";

const WASM_LOOP = `const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0,
  7, 5, 1, 1, 102, 0, 0, 10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11]);
new Function("bytes", "new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.f()")(bytes);`;

const ENDLESS = {
  "a synchronous loop": "for (;;) state++;",
  "a loop in a function": "(() => { let x = 0; for (;;) x = (x + 1) | 0; })();",
  "a loop after an await": "await 1; for (;;) state++;",
  "an async loop": "while (true) { await new Promise((r) => setTimeout(r, 5)); state++ }",
  "an async loop in a function":
    "async function forever() { for (;;) { await new Promise((r) => setTimeout(r, 5)); state++ } }\nawait forever()",
  "a promise that never settles": "await new Promise(() => {})",
  "a loop in a timer": "setTimeout(() => { for (;;) state++ }, 1); await new Promise(() => {})",
  "endless promise jobs":
    "const again = (): unknown => Promise.resolve().then(again); again(); await new Promise(() => {})",
  "a flood of nextTick":
    "const tick = (): void => process.nextTick(tick); tick(); await new Promise(() => {})",
  "a catastrophic regular expression": "/^(a+)+$/.test('a'.repeat(40) + 'b')",
  "Atomics.wait": "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  "Atomics.wait after an await": "await 1; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  "a loop in WebAssembly": WASM_LOOP,
  "a loop that catches everything": "for (;;) try { for (;;) state++ } catch {} finally { state++ }",
} as const;

const TIMES = 10;
/** The promise is 100 ms; one of ten may take longer on a machine that has other work. */
const [MEDIAN, LONGEST] = [100, 1000];

for (const node of NODES) {
  const version = node === process.execPath ? process.version : basename(dirname(dirname(node)));

  describe(`An interrupt, on Node ${version}`, function () {
    this.timeout(60_000);
    let kernel: Kernel;
    before(async () => {
      kernel = await Kernel.startWith({ node });
      await kernel.value("let state = 1; const kept = 'kept'");
    });
    after(() => kernel.stop());

    const byMessage = (): void => void kernel.send("interrupt_request", {}, "control");
    const bySignal = (): void => void kernel.process.kill("SIGINT");

    /** How long (ms) it takes, from the interrupt to the reply. */
    async function interrupted(code: string, interrupt: () => void, head = 60): Promise<number> {
      const id = kernel.start(code);
      await kernel.until(() => kernel.said(id, "execute_input").length > 0, "start");
      await new Promise((resolve) => setTimeout(resolve, head));
      const begin = performance.now();
      interrupt();
      const { reply } = await kernel.answer(id);
      const took = performance.now() - begin;
      expect(reply).to.include({ status: "error", ename: "KeyboardInterrupt" });
      expect(await kernel.value("kept")).to.equal("'kept'");
      return took;
    }

    for (const [how, interrupt] of [
      ["message", byMessage],
      ["SIGINT", bySignal],
    ] as const) {
      for (const [what, code] of Object.entries(ENDLESS)) {
        it(`by ${how} stops ${what}, ${TIMES} times in a row, and keeps the state`, async () => {
          const times: number[] = [];
          for (let n = 0; n < TIMES; n++) times.push(await interrupted(code, interrupt));
          times.sort((a, b) => a - b);
          expect(times[TIMES >> 1]).to.be.lessThan(MEDIAN);
          expect(times.at(-1)).to.be.lessThan(LONGEST);
        });
      }
    }

    it("comes at any moment, the first and the last of a cell too", async () => {
      for (let n = 0; n < 60; n++) {
        const id = kernel.start(`await 1; ${n}`);
        await new Promise((resolve) => setTimeout(resolve, n / 10));
        const heard = n % 2 ? kernel.request("interrupt_request", {}, "control") : bySignal();
        const { reply } = await kernel.answer(id);
        // Or the next cell gets it, and rightly so.
        await heard;
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (reply.status === "error") expect(reply.ename).to.equal("KeyboardInterrupt");
        expect(await kernel.value("kept")).to.equal("'kept'");
      }
    });

    it("that comes before the cell's code has begun keeps it from beginning", async () => {
      for (let n = 0; n < 80; n++) await interrupted(ENDLESS["endless promise jobs"], byMessage, n / 8);
    });

    it("aborts the cells that wait, and those that come later run", async () => {
      const ids = ["for (;;);", "1", "2"].map((code) => kernel.start(code));
      await new Promise((resolve) => setTimeout(resolve, 100));
      byMessage();
      const answers = await Promise.all(ids.map((id) => kernel.answer(id)));
      expect(answers.map(({ reply }) => reply.status)).to.deep.equal(["error", "aborted", "aborted"]);
      expect(await kernel.value("kept")).to.equal("'kept'");
    });

    it("leaves no loop of the cell running", async () => {
      await interrupted(ENDLESS["an async loop in a function"], byMessage);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const before = await kernel.value("state");
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await kernel.value("state")).to.equal(before);
    });

    it("leaves timers and ticks working", async () => {
      expect(
        await kernel.value(`await new Promise((resolve) => setTimeout(() => setImmediate(() =>
          process.nextTick(() => queueMicrotask(() => resolve("turns")))), 5))`),
      ).to.equal("'turns'");
    });

    it("does nothing when no cell runs", async () => {
      const { reply } = await kernel.request("interrupt_request", {}, "control");
      expect(reply.status).to.equal("ok");
      for (let n = 0; n < 20; n++) bySignal();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await kernel.value("kept")).to.equal("'kept'");
    });

    it("leaves functions of the interrupted cell usable", async () => {
      await interrupted(
        "async function usable() { await 1; return 'fine' }\nconst arrow = async () => await usable();\nawait new Promise(() => {})",
        byMessage,
      );
      expect(await kernel.value("await arrow()")).to.equal("'fine'");
    });

    it("of native code says that it stops later, and does", async () => {
      const id = kernel.start(
        'import { execSync } from "node:child_process"; execSync("sleep 2"); for (;;);',
      );
      await kernel.until(() => kernel.said(id, "execute_input").length > 0, "start");
      await new Promise((resolve) => setTimeout(resolve, 500));
      byMessage();
      await kernel.until(() => kernel.said(id, "stream").length > 0, "report");
      expect(kernel.said(id, "stream")[0].text).to.include("native code");
      expect((await kernel.answer(id)).reply.ename).to.equal("KeyboardInterrupt");
      expect(await kernel.value("kept")).to.equal("'kept'");
    });
  });
}
