import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Json, Kernel } from "./client.ts";

describe("The history", function () {
  this.timeout(90_000);
  const folder = mkdtempSync(join(tmpdir(), "gradbook-history-"));
  const env = { GRADBOOK_HISTORY: join(folder, "deep", "history.jsonl") };
  const file = env.GRADBOOK_HISTORY;
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function ask(kernel: Kernel, type: string, options: object = {}): Promise<Json[]> {
    const request = { hist_access_type: type, raw: true, output: false, ...options };
    return (await kernel.request("history_request", request)).reply.history;
  }

  it("is kept over restarts: tail, range, search with globs, without doubles, with results", async () => {
    const first = await Kernel.startWith({ env });
    for (const code of ["const a = 40", "a + 2", "'a*b'", "a + 2"]) await first.run(code);
    await first.run("'silent'", { silent: true });
    await first.run("'not stored'", { store_history: false });
    expect(await ask(first, "range", { session: 0, start: 2, stop: 4 })).to.deep.equal([
      [1, 2, "a + 2"],
      [1, 3, "'a*b'"],
    ]);
    await first.request("shutdown_request", { restart: true }, "control");
    await first.exit;
    await first.stop();

    // A line that a crash cut short.
    appendFileSync(file, '{"session":"x","li');
    const second = await Kernel.startWith({ env });
    await second.run("'new'");
    expect(await ask(second, "tail", { n: 3 })).to.deep.equal([
      [1, 3, "'a*b'"],
      [1, 4, "a + 2"],
      [2, 1, "'new'"],
    ]);
    expect(await ask(second, "tail", { n: 2, output: true })).to.deep.equal([
      [1, 4, ["a + 2", "42"]],
      [2, 1, ["'new'", "'new'"]],
    ]);
    expect((await ask(second, "range", { session: -1, start: 1, stop: 3 })).length).to.equal(2);
    expect(await ask(second, "search", { pattern: "a ?*", unique: true })).to.deep.equal([[1, 4, "a + 2"]]);
    expect((await ask(second, "search", { pattern: "a + 2" })).length).to.equal(2);
    expect((await ask(second, "search", { pattern: "*", n: 1 })).length).to.equal(1);
    expect(await ask(second, "search", { pattern: "silent*" })).to.deep.equal([]);
    await second.stop();
  });

  it("stays below its size, keeping what is newest", async () => {
    const line = (n: number): string =>
      JSON.stringify({ session: `s${n >> 9}`, line: n, source: "x".repeat(2000) });
    writeFileSync(file, `${Array.from({ length: 3000 }, (_, n) => line(n)).join("\n")}\n`);
    const kernel = await Kernel.startWith({ env });
    expect((await ask(kernel, "tail", { n: 1 }))[0][1]).to.equal(2999);
    expect(readFileSync(file).length).to.be.lessThan(4_000_000);
    await kernel.stop();
  });

  it("that cannot be written costs a word in the log, no cell", async () => {
    const kernel = await Kernel.startWith({ env: { GRADBOOK_HISTORY: "/dev/null/history" } });
    expect(await kernel.value("1 + 1")).to.equal("2");
    await kernel.until(() => kernel.stderr.includes("the history was not kept"), "warning");
    expect((await ask(kernel, "tail", { n: 5 })).length).to.equal(1);
    await kernel.stop();
  });
});
