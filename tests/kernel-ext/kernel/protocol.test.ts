import { expect } from "chai";
import * as zmq from "zeromq";
import { Kernel } from "./client.ts";
import { problemOf, type Received } from "./reference.ts";

describe("The protocol", function () {
  this.timeout(90_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  it("has a reference that finds what is wrong", () => {
    const header = {
      msg_id: "1",
      session: "s",
      username: "u",
      date: "2026-01-01T00:00:00.000Z",
      msg_type: "stream",
      version: "5.5",
    };
    const right: Received = {
      channel: "iopub",
      header,
      parent: { msg_id: "0" },
      metadata: {},
      content: { name: "stdout", text: "t" },
    };
    expect(problemOf(right)).to.equal(undefined);
    for (const wrong of [
      { content: { name: "stdout" } },
      { content: { name: "output", text: "t" } },
      { content: { name: "stdout", text: "t", extra: 1 } },
      { header: { ...header, msg_type: "abort" } },
      { header: { ...header, date: "today" } },
      { channel: "shell" as const },
      { parent: {} },
      { metadata: null },
    ]) {
      expect(problemOf({ ...right, ...wrong }), JSON.stringify(wrong)).to.be.a("string");
    }
  });

  it("says where it listens and what it uses", async () => {
    const { reply } = await kernel.request("connect_request");
    expect(reply.shell_port).to.equal(kernel.connection.ports.shell);
    const usage = await kernel.request("usage_request", {}, "control");
    expect(usage.reply.pid).to.equal(kernel.process.pid);
    expect(usage.reply.kernel_memory).to.be.greaterThan(1e7);
    expect(usage.reply.host_virtual_memory.percent).to.be.within(0, 100);
  });

  it("evaluates user_expressions, each with its own error", async () => {
    await kernel.run("const x = 20");
    const { reply } = await kernel.run("", {
      user_expressions: { two: "x * 2", bad: "nowhere", odd: "1 +" },
    });
    expect(reply.user_expressions.two.data["text/plain"]).to.equal("40");
    expect(reply.user_expressions.bad).to.include({ status: "error", ename: "ReferenceError" });
    expect(reply.user_expressions.odd).to.include({ status: "error", ename: "SyntaxError" });
  });

  it("opens a page for `name?` and `?name`, and runs nothing", async () => {
    await kernel.run("/** How many. */\nconst howMany = 3;");
    for (const code of ["howMany?", "?howMany", " howMany ?? "]) {
      const { reply, outputs } = await kernel.run(code);
      expect(reply.payload[0]).to.deep.include({ source: "page", start: 0 });
      expect(reply.payload[0].data["text/plain"]).to.include("How many.");
      expect(outputs.length).to.equal(1);
    }
    expect((await kernel.run("unheardOf?")).reply.payload[0].data["text/plain"]).to.include(
      "Nothing is known",
    );
  });

  it("runs cells of subshells while the main shell's cell waits", async () => {
    const { reply: info } = await kernel.request("kernel_info_request");
    expect(info.supported_features).to.include("kernel subshells");
    const { reply } = await kernel.request("create_subshell_request", {}, "control");
    const header = { subshell_id: reply.subshell_id };
    const waiting = kernel.start(
      "let release = () => {}; await new Promise<void>((resolve) => { release = resolve }); 'released'",
    );
    await kernel.until(() => kernel.said(waiting, "execute_input").length > 0, "start");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const beside = await kernel.answer(kernel.start("release(); console.log('beside'); 7", {}, { header }));
    expect(beside.outputs.map(({ type }) => type)).to.deep.equal([
      "execute_input",
      "stream",
      "execute_result",
    ]);
    const main = await kernel.answer(waiting);
    expect(main.outputs.at(-1)?.content.data["text/plain"]).to.equal("'released'");
    const listed = await kernel.request("list_subshell_request", {}, "control");
    expect(listed.reply.subshell_id).to.deep.equal([reply.subshell_id]);
    await kernel.request("delete_subshell_request", header, "control");
    const again = await kernel.request("delete_subshell_request", header, "control");
    expect(again.reply.status).to.equal("error");
    expect((await kernel.request("list_subshell_request", {}, "control")).reply.subshell_id).to.deep.equal(
      [],
    );
  });

  it("says what ended the kernel when a cell does", async () => {
    const other = await Kernel.start();
    const { reply, outputs } = await other.run("process.exit(3)");
    expect(reply).to.include({ status: "error", ename: "KernelExit" });
    expect(reply.evalue).to.include("process.exit(3)");
    expect(outputs.at(-1)?.type).to.equal("error");
    expect(await other.exit).to.equal(3);
    await other.stop();
  });

  it("is encrypted where the connection file has CURVE keys", async function () {
    if (!zmq.capability.curve) this.skip();
    const { publicKey, secretKey } = zmq.curveKeyPair();
    const other = await Kernel.startWith({ curve: { publicKey, secretKey } });
    expect(await other.value("1 + 1")).to.equal("2");
    await other.stop();
  });
});
