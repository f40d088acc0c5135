import { expect } from "chai";
import { type Answer, type Json, Kernel, printed } from "./client.ts";

describe("Input", function () {
  this.timeout(90_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  const allowed = { allow_stdin: true };

  async function question(id: string): Promise<{ content: Json; header: Json }> {
    await kernel.until(() => kernel.questions.some(({ parent }) => parent === id), "input_request");
    const found = kernel.questions.findLast(({ parent }) => parent === id);
    if (!found) throw new Error("no question");
    return found;
  }

  const reply = (value: string, parent?: object): string =>
    kernel.send("input_reply", { status: "ok", value }, { channel: "stdin", ...(parent && { parent }) });

  const shown = ({ outputs }: Answer): Json =>
    outputs.find(({ type }) => type === "execute_result")?.content.data["text/plain"];

  it("asks, waits and goes on with the answer", async () => {
    const id = kernel.start('console.log("before"); const name = input("Name? "); name.length', allowed);
    const { content, header } = await question(id);
    expect(content).to.deep.equal({ prompt: "Name? ", password: false });
    expect(kernel.said(id, "stream")).to.deep.equal([{ name: "stdout", text: "before\n" }]);
    reply("Zoë 🎉", header);
    expect(shown(await kernel.answer(id))).to.equal("6");
  });

  it("asks for a password, and after an await", async () => {
    const id = kernel.start("await 1; [1, 2].map((n) => input(n + '? ', { password: true }))", allowed);
    for (const n of [1, 2]) {
      await kernel.until(
        () => kernel.questions.filter(({ parent }) => parent === id).length === n,
        `question ${n}`,
      );
      expect((await question(id)).content).to.deep.equal({ prompt: `${n}? `, password: true });
      reply(`secret ${n}`);
    }
    expect(shown(await kernel.answer(id))).to.equal("[ 'secret 1', 'secret 2' ]");
  });

  it("answers other requests while it waits", async () => {
    const id = kernel.start('input("wait")', allowed);
    await question(id);
    expect((await kernel.request("kernel_info_request")).reply.status).to.equal("ok");
    reply("done");
    expect(shown(await kernel.answer(id))).to.equal("'done'");
  });

  it("is not harmed by replies that are late, double or unasked for", async () => {
    reply("unasked");
    const first = kernel.start('input("first")', allowed);
    const { header } = await question(first);
    reply("one", header);
    reply("one again", header);
    await kernel.answer(first);
    const second = kernel.start('input("second")', allowed);
    const asked = await question(second);
    reply("late", header);
    reply("two", asked.header);
    expect(shown(await kernel.answer(second))).to.equal("'two'");
    expect(kernel.stderr).to.include("nothing waits for").and.to.include("too late");
  });

  it("says so where nobody can be asked", async () => {
    const { reply: refused } = await kernel.run('input("?")');
    expect(refused).to.include({ status: "error", ename: "InputUnavailable" });
    expect(refused.evalue).to.include("allow_stdin");
  });

  for (const [how, interrupt] of [
    ["message", () => void kernel.send("interrupt_request", {}, "control")],
    ["SIGINT", () => void kernel.process.kill("SIGINT")],
  ] as const) {
    it(`stops waiting when interrupted by ${how}`, async () => {
      for (const code of ['input("sync")', 'await 1; input("async")']) {
        const id = kernel.start(`console.log("asks"); ${code}`, allowed);
        await question(id);
        interrupt();
        const answer = await kernel.answer(id);
        expect(answer.reply.ename).to.equal("KeyboardInterrupt");
        expect(printed(answer)).to.equal("asks\n");
        reply("too late");
        expect(await kernel.value("'goes on'")).to.equal("'goes on'");
      }
    });
  }
});
