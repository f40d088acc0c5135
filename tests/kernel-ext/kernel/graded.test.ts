// The kernel as nbgrader starts it: what would cost a mark there, or the whole submission, does not.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Kernel, NODES, plain, printed } from "./client.ts";

for (const node of NODES) {
  describe(`A kernel under nbgrader (${node})`, function () {
    this.timeout(60_000);
    let kernel: Kernel;
    before(async () => {
      kernel = await Kernel.startWith({ node, env: { NBGRADER_EXECUTION: "autograde" } });
    });
    after(() => kernel.stop());

    for (const [what, code, text] of [
      ["a warning", 'console.warn("warned");', "warned\n"],
      ["an error that is only said", 'console.error("said");', "said\n"],
      ["what is written", 'process.stderr.write("written"); undefined', "written"],
      ["what is too long", 'process.stderr.write("x".repeat(2e6)); undefined', "has printed more than 1 MB"],
      [
        "what has no look",
        '({ [Symbol.for("Jupyter.display")]() { throw new Error("no look"); } })',
        "Error: no look",
      ],
    ] as const) {
      it(`shows on stdout ${what}`, async () => {
        const answer = await kernel.run(code);
        expect(answer.reply.status).to.equal("ok");
        expect(printed(answer, "stderr")).to.equal("");
        expect(plain([printed(answer)])).to.include(text);
      });
    }

    for (const call of ["process.exit(3)", "process.exit()", "process.abort()"]) {
      it(`outlives ${call}, at the top level, in a function and in a callback`, async () => {
        await kernel.run(`let kept = 7; function ends(): number { ${call}; return 1; }`);
        const { reply } = await kernel.run(`${call}; kept = 0;`);
        expect(reply.ename).to.equal("KernelExit");
        expect(reply.evalue).to.include(`${call} would end the kernel`);
        expect((await kernel.run("ends()")).reply.ename).to.equal("KernelExit");
        const late = `setTimeout(() => { ${call}; }, 10); await new Promise((resolve) => setTimeout(resolve, 50));`;
        const { outputs } = await kernel.run(late);
        expect(outputs.some(({ content }) => content.ename === "KernelExit")).to.equal(true);
        expect(await kernel.value("kept")).to.equal("7");
      });
    }

    it("runs a test that nbgrader has put back, and says its lines rightly", async () => {
      const notice =
        "# This cell (id:test) was missing from the submission. It was added back by nbgrader.\n\n";
      expect((await kernel.run(`${notice}1 + 1`)).reply.status).to.equal("ok");
      const { reply } = await kernel.run(`${notice}const n: number = "one";`);
      expect(plain(reply.traceback as string[])).to.include("line 3");
    });

    it("writes no history", async () => {
      await kernel.run("'a student's'");
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(existsSync(join(kernel.folder, "history.jsonl"))).to.equal(false);
    });

    it("ends when it is asked to", async () => {
      const other = await Kernel.startWith({ node, env: { NBGRADER_EXECUTION: "validate" } });
      other.send("shutdown_request", { restart: false }, "control");
      expect(await other.exit).to.equal(0);
      await other.stop();
    });
  });
}

describe("A kernel that nobody grades with", () => {
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.startWith({ env: { NBGRADER_EXECUTION: undefined } });
  });
  after(() => kernel.stop());

  it("has a stderr, a history, and no words for what Python takes for a comment", async () => {
    expect(printed(await kernel.run('console.warn("warned");'), "stderr")).to.equal("warned\n");
    expect((await kernel.run("# This cell (id:test)\n1")).reply.status).to.equal("error");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(existsSync(join(kernel.folder, "history.jsonl"))).to.equal(true);
  });
});
