import { expect } from "chai";
import { Kernel, sign } from "./client.ts";

describe("The wire", function () {
  this.timeout(90_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  it("says what the kernel is, between busy and idle", async () => {
    const { reply, statuses } = await kernel.request("kernel_info_request");
    expect(reply).to.include({ status: "ok", protocol_version: "5.5", implementation: "gradbook" });
    expect(reply.language_info).to.include({
      name: "typescript",
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      nbconvert_exporter: "script",
    });
    expect(statuses).to.deep.equal(["busy", "idle"]);
  });

  it("drops what is wrongly signed, garbled or unknown, and goes on", async () => {
    const header = {
      msg_id: "evil",
      session: "s",
      username: "u",
      msg_type: "execute_request",
      version: "5.5",
    };
    const content = { code: "globalThis.evil = true", silent: false };
    await kernel.sendFrames(sign("another key", [header, {}, {}, content]));
    await kernel.sendFrames(["no", "delimiter"]);
    await kernel.sendFrames(["<IDS|MSG>", "", "{", "}", "[", "]"]);
    await kernel.sendFrames(sign(kernel.key, [{}, {}, {}, {}]));
    await kernel.sendFrames(sign(kernel.key, [{ ...header, msg_id: "x", msg_type: "toString" }, {}, {}, {}]));
    await kernel.sendFrames(sign(kernel.key, [{ ...header, msg_id: "y" }, {}, {}, { code: 3 }]));
    await kernel.sendFrames([""], "control");
    expect(await kernel.value("'evil' in globalThis")).to.equal("false");
    for (const why of [
      "wrong signature",
      "no delimiter",
      "malformed header",
      'unknown message type "toString"',
      "without code",
    ]) {
      expect(kernel.stderr).to.include(why);
    }
  });

  it("aborts the cells behind one that fails, unless told to go on", async () => {
    const ids = ["await new Promise((r) => setTimeout(r, 50)); throw new Error('first')", "1", "2"].map(
      (code) => kernel.start(code),
    );
    const answers = await Promise.all(ids.map((id) => kernel.answer(id)));
    expect(answers.map(({ reply }) => reply.status)).to.deep.equal(["error", "aborted", "aborted"]);
    expect(answers[1]?.statuses).to.deep.equal(["busy", "idle"]);
    const going = [
      kernel.start("throw new Error('second')", { stop_on_error: false }),
      kernel.start("'ran'"),
    ];
    const [, after] = await Promise.all(going.map((id) => kernel.answer(id)));
    expect(after?.reply.status).to.equal("ok");
  });

  it("answers while a cell computes", async () => {
    await kernel.value("const known = [1]");
    const id = kernel.start("const end = Date.now() + 1500; while (Date.now() < end);");
    const begin = Date.now();
    await kernel.request("kernel_info_request");
    expect(await kernel.heartbeat()).to.equal("ping");
    const { reply } = await kernel.request("complete_request", { code: "known.ma", cursor_pos: 8 });
    expect(reply.matches).to.include("map");
    expect(Date.now() - begin).to.be.lessThan(1200);
    expect(kernel.said(id, "execute_input").length).to.equal(1);
    await kernel.answer(id);
  });

  it("completes and inspects, counting in code points", async () => {
    await kernel.value("/** How many. */\nconst howMany = 3;");
    const code = "'🎉'; howMa";
    const { reply } = await kernel.request("complete_request", { code, cursor_pos: [...code].length });
    expect(reply).to.deep.include({ matches: ["howMany"], cursor_start: 5, cursor_end: 10 });
    const inspected = await kernel.request("inspect_request", {
      code: "howMany",
      cursor_pos: 7,
      detail_level: 0,
    });
    expect(inspected.reply).to.include({ status: "ok", found: true });
    expect(inspected.reply.data["text/plain"]).to.equal("howMany: 3\n\nHow many.");
    const nothing = await kernel.request("inspect_request", { code: "  ", cursor_pos: 1 });
    expect(nothing.reply.found).to.equal(false);
  });

  for (const [code, status, indent] of [
    ["1 + 1", "complete", undefined],
    ["function f() {", "incomplete", "  "],
    ["const t = `a", "incomplete", ""],
    ["/[{]/.test('x')", "complete", undefined],
    ["const = 3", "invalid", undefined],
  ] as const) {
    it(`finds ${JSON.stringify(code)} ${status}`, async () => {
      const { reply } = await kernel.request("is_complete_request", { code });
      expect(reply.status).to.equal(status);
      expect(reply.indent).to.equal(indent);
    });
  }

  it("remembers what was run", async () => {
    await kernel.value("'remember me'");
    const tail = await kernel.request("history_request", {
      hist_access_type: "tail",
      n: 1,
      output: false,
      raw: true,
    });
    expect(tail.reply.history[0][2]).to.equal("'remember me'");
    const found = await kernel.request("history_request", {
      hist_access_type: "search",
      pattern: "*remember*",
      n: 5,
    });
    expect(found.reply.history.length).to.equal(1);
  });

  it("has no comms, and closes one that is opened", async () => {
    expect((await kernel.request("comm_info_request")).reply).to.deep.equal({ status: "ok", comms: {} });
    const id = kernel.send("comm_open", { comm_id: "c1", target_name: "nobody", data: {} });
    await kernel.until(() => kernel.said(id, "comm_close").length > 0, "comm_close");
  });

  it("tells the truth about a restart, and exits with 0", async () => {
    const other = await Kernel.start();
    const { reply } = await other.request("shutdown_request", { restart: true }, "control");
    expect(reply).to.deep.include({ status: "ok", restart: true });
    expect(await other.exit).to.equal(0);
    await other.stop();
  });

  it("shuts down while a cell computes, and when a cell ends the process", async () => {
    const busy = await Kernel.start();
    busy.start("for (;;);");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    busy.send("shutdown_request", { restart: false }, "control");
    expect(await busy.exit, busy.stderr).to.equal(0);
    const ended = await Kernel.start();
    ended.start("process.exit(3)");
    expect(await ended.exit, ended.stderr).to.equal(3);
    await Promise.all([busy.stop(), ended.stop()]);
  });
});
