// A run whose message was cut off: an interrupt terminated the thread while it read it.
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { Arrivals } from "../../../kernel-ext/session/arrivals.ts";
import { Shared } from "../../../kernel-ext/session/messages.ts";

/** What a session says when it is sent this, and nothing before. */
function saidTo(...messages: readonly object[]): { type: string; run: number; reply?: string }[] {
  const main = new URL("../../../kernel-ext/session/main.js", import.meta.url).href;
  const source = `
    import { writeSync } from "node:fs";
    import { openSession } from ${JSON.stringify(main)};
    const { port1: languagePort, port2: answers } = new MessageChannel();
    const said = [];
    const counters = new Int32Array(new SharedArrayBuffer(4 * ${Shared.Length}));
    const take = openSession({ folder: process.cwd(), send: (message) => said.push(message), languagePort, answers, counters });
    for (const message of ${JSON.stringify(messages)}) take(message);
    setTimeout(() => { writeSync(1, JSON.stringify(said)); process.exit() }, 100);
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", source], {
    encoding: "utf8",
  });
  expect(stdout, stderr).to.match(/^\[/);
  return JSON.parse(stdout);
}

const run = (run: number): object => ({
  type: "run",
  run,
  code: "1",
  silent: false,
  allowStdin: false,
  executionCount: run,
  userExpressions: {},
});
const interrupt = (run: number): object => ({ type: "interrupt", run });

describe("a run whose message was lost", () => {
  it("is ended by the interrupt that asks for it, once", () => {
    const said = saidTo(interrupt(1), interrupt(1));
    expect(said.map(({ type, run }) => [type, run])).to.deep.equal([
      ["output", 1],
      ["done", 1],
    ]);
    expect(JSON.parse(said[1]?.reply ?? "")).to.include({ status: "error", ename: "KeyboardInterrupt" });
  });

  it("is told from those that have come, also where a later one has", () => {
    const said = saidTo(run(1), run(3), interrupt(2));
    expect(said.filter(({ type }) => type === "done").map(({ run }) => run)).to.deep.equal([2]);
  });

  it("is known by its number", () => {
    const arrivals = new Arrivals();
    arrivals.came(1);
    arrivals.came(4);
    const lost = [1, 2, 2, 3, 4, 5, 5].map((run) => arrivals.isLost(run));
    expect(lost).to.deep.equal([false, true, false, true, false, true, false]);
  });
});
