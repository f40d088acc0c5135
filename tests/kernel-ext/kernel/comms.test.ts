import { expect } from "chai";
import { type Json, Kernel, plain, type Reply } from "./client.ts";

describe("Comms", function () {
  this.timeout(90_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
    await kernel.value('import { broadcast, comms, type Comm } from "gradbook/kernel";');
  });
  after(() => kernel.stop());

  const info = async (target?: string): Promise<Json> =>
    (await kernel.request("comm_info_request", target ? { target_name: target } : {})).reply.comms;

  async function heard(type: string, commId: string): Promise<Reply> {
    const is = (m: Reply): boolean => m.type === type && m.content.comm_id === commId;
    await kernel.until(() => kernel.broadcast.some(is), type);
    return kernel.broadcast.findLast(is) as Reply;
  }

  it("open from a cell, speak both ways with binary buffers, and close", async () => {
    const { outputs } = await kernel.run(`
      const ours = comms.open("widget", { a: 1 }, { metadata: { version: "2" }, buffers: [new Uint8Array([1, 2])] });
      const seen: unknown[] = [];
      ours.onMessage = ({ data, buffers }) => {
        seen.push(data);
        ours.send({ bytes: buffers[0]?.length }, { buffers: buffers.map((buffer) => buffer.map((b) => b + 1)) });
      };`);
    const open = outputs.find(({ type }) => type === "comm_open");
    expect(open?.content).to.deep.include({ target_name: "widget", data: { a: 1 } });
    expect(open?.metadata).to.deep.equal({ version: "2" });
    expect(open?.buffers.map((buffer) => [...buffer])).to.deep.equal([[1, 2]]);
    const id = open?.content.comm_id;
    expect(await info("widget")).to.deep.equal({ [id]: { target_name: "widget" } });
    expect(await info("other")).to.deep.equal({});
    kernel.send("comm_msg", { comm_id: id, data: { n: 5 } }, { buffers: [Buffer.from([7, 8, 255])] });
    const back = await heard("comm_msg", id);
    expect(back.content.data).to.deep.equal({ bytes: 3 });
    expect([...(back.buffers[0] ?? [])]).to.deep.equal([8, 9, 0]);
    expect(await kernel.value("seen")).to.equal("[ { n: 5 } ]");
    await kernel.run("ours.close({ bye: true })");
    expect((await heard("comm_close", id)).content.data).to.deep.equal({ bye: true });
    expect(await info()).to.deep.equal({});
  });

  it("open from the front end to a target, which the cell just before may register", async () => {
    kernel.start(`let last: Comm | undefined;
      comms.register("target", (comm, { data }) => { last = comm; comm.send({ hello: data }); comm.onClose = () => console.log("closed") });`);
    kernel.send("comm_open", { comm_id: "c1", target_name: "target", data: { x: 1 } });
    expect((await heard("comm_msg", "c1")).content.data).to.deep.equal({ hello: { x: 1 } });
    const closing = kernel.send("comm_close", { comm_id: "c1", data: {} });
    await kernel.until(() => kernel.said(closing, "stream").length > 0, "the listener's output");
    await kernel.until(() => kernel.said(closing, "status").length === 2, "idle");
    expect(await kernel.value("last?.isOpen")).to.equal("false");
  });

  it("are closed at once where nobody answers to the target", async () => {
    kernel.send("comm_open", { comm_id: "c2", target_name: "nobody", data: {} });
    await heard("comm_close", "c2");
    expect(await info()).to.deep.equal({});
  });

  it("reach a cell that waits for them", async () => {
    const id = kernel.start(`const answer = await new Promise((resolve) =>
      comms.register("asked", (_, { data }) => resolve(data)));\nanswer`);
    await kernel.until(() => kernel.said(id, "execute_input").length > 0, "start");
    await new Promise((resolve) => setTimeout(resolve, 200));
    kernel.send("comm_open", { comm_id: "c3", target_name: "asked", data: { it: "works" } });
    const { outputs } = await kernel.answer(id);
    expect(outputs.at(-1)?.content.data["text/plain"]).to.equal("{ it: 'works' }");
  });

  it("show errors of their listeners, which interrupts stop too", async () => {
    await kernel.run(`comms.register("bad", () => { throw new Error("in the listener") });
      comms.register("endless", () => { for (;;); });`);
    const bad = kernel.send("comm_open", { comm_id: "c4", target_name: "bad", data: {} });
    await kernel.until(() => kernel.said(bad, "error").length > 0, "error");
    expect(plain(kernel.said(bad, "error")[0].traceback)).to.match(
      /in the listener[\s\S]*Cell \[\d+\], line 1/,
    );
    const endless = kernel.send("comm_open", { comm_id: "c5", target_name: "endless", data: {} });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await kernel.request("interrupt_request", {}, "control");
    await kernel.until(() => kernel.said(endless, "error").length > 0, "KeyboardInterrupt");
    expect(await kernel.value("'alive'")).to.equal("'alive'");
  });

  it("are refused data that is no JSON, where it is sent", async () => {
    const { reply } = await kernel.run('comms.open("widget", { n: 1n })');
    expect(reply.ename).to.equal("TypeError");
  });

  it("leave room for messages of any type, with buffers", async () => {
    const { outputs } = await kernel.run(`broadcast("display_data",
      { data: { "text/plain": "shown" }, metadata: {}, transient: {} }, { buffers: [new Uint8Array([9]).buffer] });`);
    const message = outputs.find(({ type }) => type === "display_data");
    expect([...(message?.buffers[0] ?? [])]).to.deep.equal([9]);
  });
});
