import { createHmac } from "node:crypto";
import { expect } from "chai";
import { Kernel, printed, sign } from "./client.ts";

const SEED = Number(process.env.GRADBOOK_FUZZ_SEED) || 20_260;
const ROUNDS = Number(process.env.GRADBOOK_FUZZ_ROUNDS) || 1500;
const MESSAGES = [
  "kernel_info_request",
  "execute_request",
  "complete_request",
  "inspect_request",
  "is_complete_request",
  "history_request",
  "comm_info_request",
  "comm_open",
  "comm_msg",
  "comm_close",
  "interrupt_request",
  "usage_request",
  "connect_request",
  "create_subshell_request",
  "delete_subshell_request",
  "list_subshell_request",
  "input_reply",
  "debug_request",
  "__proto__",
  "constructor",
];
const FIELDS = [
  "code",
  "cursor_pos",
  "silent",
  "user_expressions",
  "hist_access_type",
  "pattern",
  "n",
  "session",
  "start",
  "comm_id",
  "target_name",
  "data",
  "subshell_id",
  "detail_level",
];

/** Signs bytes as they are. */
function signed(key: string, frames: readonly Uint8Array[]): (string | Uint8Array)[] {
  const hmac = createHmac("sha256", key);
  for (const frame of frames) hmac.update(frame);
  return ["<IDS|MSG>", hmac.digest("hex"), ...frames];
}

/** mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("The wire under abuse", function () {
  this.timeout(120_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  const header = { msg_id: "m", session: "s", username: "u", msg_type: "execute_request", version: "5.5" };
  const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

  it("logs and drops what is truncated, forged, not UTF-8, no object or unknown", async () => {
    const code = bytes({ code: "globalThis.evil = true" });
    const whole = sign(kernel.key, [header, {}, {}, { code: "globalThis.evil = true" }]);
    const wrong: (string | Uint8Array)[][] = [
      ...whole.map((_, n) => whole.slice(0, n)).filter((frames) => frames.length > 0),
      ["no", "delimiter"],
      ["<IDS|MSG>", "0".repeat(64), ...whole.slice(2)],
      ["<IDS|MSG>", "", ...whole.slice(2)],
      signed(kernel.key, [bytes(header), bytes({}), bytes({}), Buffer.from([0x7b, 0xff, 0xfe, 0x7d])]),
      signed(kernel.key, [bytes({ ...header, msg_id: 5 }), bytes({}), bytes({}), code]),
      signed(kernel.key, [bytes([]), bytes(null), bytes(1), code]),
      signed(kernel.key, [bytes({ ...header, msg_type: "no_such_request" }), bytes({}), bytes({}), code]),
    ];
    for (const frames of wrong) {
      for (const channel of ["shell", "control", "stdin"] as const) await kernel.sendFrames(frames, channel);
    }
    expect(await kernel.value("'evil' in globalThis")).to.equal("false");
    for (const why of ["no delimiter", "too few frames", "wrong signature", "not valid", "no_such_request"]) {
      expect(kernel.stderr).to.include(why);
    }
  });

  it("runs a cell of megabytes, and survives deep JSON", async () => {
    const text = "x".repeat(20_000_000);
    const { reply } = await kernel.run(`${JSON.stringify(text)}.length`);
    expect(reply.status).to.equal("ok");
    const deep = Buffer.from(`${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}`);
    await kernel.sendFrames(signed(kernel.key, [bytes(header), bytes({}), bytes({}), deep]));
    expect(await kernel.value("1 + 1")).to.equal("2");
  });

  it("serves two front ends, each with its own replies, both seeing everything", async () => {
    const other = await kernel.attach();
    const mine = Array.from({ length: 50 }, (_, n) => kernel.start(`${n}`));
    const theirs = Array.from({ length: 50 }, (_, n) => other.start(`${n} + 100`));
    for (const [n, id] of mine.entries()) {
      expect((await kernel.answer(id)).outputs[1]?.content.data["text/plain"]).to.equal(`${n}`);
    }
    for (const [n, id] of theirs.entries()) {
      expect((await other.answer(id)).outputs[1]?.content.data["text/plain"]).to.equal(`${n + 100}`);
    }
    await kernel.until(
      () => theirs.every((id) => kernel.said(id, "execute_result").length === 1),
      "the other's",
    );
    other.requireConformance();
    other.close();
  });

  it("goes on when a front end vanishes, even while it is asked for input", async () => {
    const other = await kernel.attach();
    const endless = other.start(
      "while (!('stop' in globalThis)) await new Promise((r) => setTimeout(r, 5)); 'stopped'",
    );
    await kernel.until(() => kernel.said(endless, "execute_input").length > 0, "start");
    other.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await kernel.request("interrupt_request", {}, "control");
    const asking = await kernel.attach();
    const id = asking.start("await new Promise((r) => setTimeout(r, 200)); input('anyone? ')", {
      allow_stdin: true,
    });
    await kernel.until(() => kernel.said(id, "execute_input").length > 0, "start");
    asking.close();
    await kernel.until(() => kernel.said(id, "error").length > 0, "error");
    expect(kernel.said(id, "error")[0].ename).to.equal("InputUnavailable");
    expect(await kernel.value("'goes on'")).to.equal("'goes on'");
  });

  it(`goes on after ${ROUNDS} random messages (seed ${SEED})`, async () => {
    const random = randomFrom(SEED);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    const value = (depth = 0): unknown =>
      pick([
        () => Math.round(random() * 1e6) - 5e5,
        () =>
          pick([
            "",
            "1",
            "x",
            "tail",
            "range",
            "search",
            "*",
            "c1",
            "🎉",
            "\u0000",
            "1 +",
            "x.y",
            "__proto__",
          ]),
        () => random() < 0.5,
        () => null,
        () => (depth > 2 ? [] : [value(depth + 1), value(depth + 1)]),
        () => (depth > 2 ? {} : { [pick(FIELDS)]: value(depth + 1) }),
      ])();
    const broken = (frame: Buffer): Buffer => {
      const copy = Buffer.from(frame);
      for (let n = 0; n < 3 && copy.length > 0; n++) {
        copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
      }
      return random() < 0.3 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy;
    };
    for (let n = 0; n < ROUNDS; n++) {
      const content = Object.fromEntries(
        FIELDS.filter(() => random() < 0.4).map((field) => [field, value()]),
      );
      const head = { ...header, msg_id: random() < 0.95 ? `f${n}` : value(), msg_type: pick(MESSAGES) };
      const parts = [head, pick([{}, value()]), pick([{}, value()]), content].map(bytes);
      const frames = signed(kernel.key, random() < 0.3 ? parts.map(broken) : parts);
      if (random() < 0.1) frames[1] = broken(Buffer.from(frames[1] ?? ""));
      if (random() < 0.1) frames.splice(Math.floor(random() * frames.length), 1);
      if (frames.length > 0) await kernel.sendFrames(frames, pick(["shell", "control", "stdin"]));
    }
    await kernel.request("interrupt_request", {}, "control");
    const answer = await kernel.run("console.log('still here')");
    expect(printed(answer)).to.equal("still here\n");
    expect(kernel.process.exitCode).to.equal(null);
  });
});
