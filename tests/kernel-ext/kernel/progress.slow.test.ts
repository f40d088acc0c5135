import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Answer, Kernel, printed } from "./client.ts";

describe("Progress", function () {
  this.timeout(90_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  /** The texts of each display, in order, by the display's id. */
  function lines({ outputs }: Answer): string[][] {
    const byId = new Map<string, string[]>();
    for (const { type, content } of outputs) {
      if (type !== "display_data" && type !== "update_display_data") continue;
      const id: string = content.transient.display_id;
      expect(byId.has(id)).to.equal(type === "update_display_data");
      byId.set(id, [...(byId.get(id) ?? []), content.data["text/plain"]]);
    }
    return [...byId.values()];
  }

  const wait = (ms: number): string => `{ const end = Date.now() + ${ms}; while (Date.now() < end); }`;

  it("is drawn in place, ten times a second at most, and ends in one plain line", async () => {
    const answer = await kernel.run(
      `let sum = 0; for (const x of progress(Array(700).fill(2), { label: "<adding>" })) { sum += x; ${wait(1)} }\nsum`,
    );
    const [bar = [], ...others] = lines(answer);
    expect(others).to.deep.equal([]);
    expect(bar[0]).to.equal(`<adding>: ${"░".repeat(24)} 0 % 0 of 700`);
    expect(bar[3]).to.match(/^<adding>: █+░+ \d+ % \d+ of 700, [\d.,]+\/s, [\d.]+ s left$/);
    expect(bar.at(-1)).to.match(/^<adding>: 700 in [\d.]+ s \([\d.,]+\/s\)$/);
    const seconds = Number(/ in ([\d.]+) s/.exec(bar.at(-1) ?? "")?.[1]);
    expect(bar.length).to.be.within(5, 3 + 10 * (seconds + 0.1));
    const displays = answer.outputs.filter(({ content }) => content.transient);
    expect(displays[1]?.content.data["text/html"]).to.match(
      /^<div>&lt;adding&gt;: <progress value="0\.\d{3}" max="1"><\/progress> \d+ of 700, /,
    );
    expect(displays.at(-1)?.content.data).to.have.all.keys("text/plain");
    expect(answer.outputs.at(-1)?.content.data).to.deep.equal({ "text/plain": "1400" });
  });

  it("comes while the loop computes", async () => {
    const id = kernel.start(`for (const _ of progress([1, 2, 3])) ${wait(400)}`);
    await kernel.until(() => kernel.said(id, "update_display_data").length > 0, "update");
    expect(kernel.said(id, "status").at(-1).execution_state).to.equal("busy");
    await kernel.answer(id);
  });

  it("goes with asynchronous loops and with items that do not tell their number", async () => {
    const answer = await kernel.run(`
      async function* three() { yield 1; yield 2; yield 3; }
      function* two() { yield "a"; yield "b"; }
      const seen: (number | string)[] = [];
      for await (const n of progress(three(), { total: 3 })) { const m: number = n; seen.push(m); }
      for (const s of progress(two())) seen.push(s.toUpperCase());
      seen.join()`);
    const [first, second] = lines(answer);
    expect(first?.at(-1)).to.match(/^3 in 0\.0 s/);
    expect(second?.[0]).to.equal("0");
    expect(second?.at(-1)).to.match(/^2 in 0\.0 s/);
    expect(answer.outputs.at(-1)?.content.data["text/plain"]).to.equal("'1,2,3,A,B'");
  });

  it("says where a loop was left: by break, by an error, by an interrupt", async () => {
    const loop = (body: string): string => `for (const i of progress([...Array(9).keys()])) { ${body} }`;
    expect(lines(await kernel.run(loop("if (i === 4) break;")))[0]?.at(-1)).to.match(
      /^stopped at 4 of 9 in /,
    );
    const failed = await kernel.run(loop("if (i === 2) throw new Error('no');"));
    expect(lines(failed)[0]?.at(-1)).to.match(/^stopped at 2 of 9 in /);
    for (const [body, stop] of [
      ["if (i === 3) while (true);", "interrupt_request"],
      ["if (i === 3) await new Promise(() => {});", "interrupt_request"],
      ["if (i === 3) while (true);", "SIGINT"],
    ] as const) {
      const id = kernel.start(loop(body));
      await kernel.until(() => kernel.said(id, "display_data").length > 0, "bar");
      await sleep(100);
      if (stop === "SIGINT") kernel.process.kill("SIGINT");
      else kernel.send(stop, {}, "control");
      const answer = await kernel.answer(id);
      expect(answer.reply.ename).to.equal("KeyboardInterrupt");
      expect(lines(answer)[0]?.at(-1), `${body} ${stop}`).to.match(/^stopped at 3 of 9 in /);
    }
    expect(lines(await kernel.run(loop("")))).to.have.lengthOf(1);
  });

  it("has one line for all loops within a loop", async () => {
    const answer = await kernel.run(
      'for (const a of progress([1, 2, 3], { label: "out" })) for (const b of progress([1, 2], { label: "in" }));',
    );
    const [outer, inner, ...others] = lines(answer);
    expect(others).to.deep.equal([]);
    expect(outer?.at(-1)).to.match(/^out: 3 in/);
    expect(inner?.filter((text) => text.startsWith("in: 2 in"))).to.have.lengthOf(3);
  });

  it("is one plain line where nothing can be replaced", async () => {
    const answer = await kernel.run("for (const x of progress([1, 2]));", { silent: true });
    expect(lines(answer)).to.deep.equal([]);
    expect(printed(answer)).to.match(/^2 in 0\.0 s \(.*\)\n$/);
  });

  it("is typed, and costs little", async () => {
    expect((await kernel.run("for (const x of progress(3));")).reply.ename).to.equal("TypeCheckError");
    const began = Date.now();
    await kernel.value("let n = 0; for (const x of progress(new Uint8Array(2e6))) n++; n");
    expect(Date.now() - began).to.be.lessThan(2000);
  });
});
