import { execFile } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import type { Report } from "./lane.ts";

const run = promisify(execFile);

const FILES = {
  "passes.mjs": `describe("one", () => { it("passes", () => new Promise((done) => setTimeout(done, 300))); });`,
  "fails.mjs": `describe("two", () => { it("passes", () => {}); it("fails", () => { throw new Error("broken"); }); });`,
  "late.mjs": `let tries = 0; describe("three", () => { it("is late", () => { if (tries++ === 0) throw new Error("late"); }); });`,
  "hook.mjs": `import { existsSync, writeFileSync } from "node:fs";
    const mark = new URL("mark", import.meta.url);
    describe("six", () => {
      before(() => { if (!existsSync(mark)) { writeFileSync(mark, ""); throw new Error("early"); } });
      it("passes", () => {});
    });`,
  "hooked.mjs": `describe("seven", () => { before(() => { throw new Error("closed"); }); it("passes", () => {}); });`,
  "ends.mjs": `describe("four", () => { it("ends its process", () => process.exit(0)); });`,
  "garbled.mjs": `describe("five", () => {`,
};

describe("tests in lanes", function () {
  this.timeout(90_000);

  it("counts what fails, what ends its process and what cannot be read, and keeps each file's lines together", async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "gradbook-lanes-")));
    try {
      for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
      const jobs = Object.keys(FILES).map((name) => [join(folder, name)]);
      const { reports, said } = await inLanes(folder, jobs);
      const of = (word: string) => reports.find((report) => JSON.stringify(report).includes(word));
      expect(reports.reduce((all, { passed }) => all + passed, 0)).to.equal(4);
      expect(of("two fails")?.failures[0]?.why).to.include("Error: broken");
      expect(of("three is late")).to.deep.include({ passed: 1, failures: [] });
      expect(of("three is late")?.again[0]?.why).to.include("Error: late");
      expect(of("Error: early")).to.deep.include({ passed: 1, failures: [] });
      expect(of("Error: early")?.again[0]?.title).to.match(/^six "before all" hook/);
      expect(of("Error: closed")).to.deep.include({ passed: 0, again: [] });
      expect(of("Error: closed")?.failures).to.have.length(1);
      expect(of("ends.mjs")?.failures[0]?.why).to.equal(
        "Its process ended before its tests did: exit code 0",
      );
      expect(of("garbled.mjs")?.failures[0]?.why).to.equal(
        "Its process ended before its tests did: exit code 1",
      );
      expect(said.replace(/ +\(\d+ms\)/g, "")).to.match(/one\s+. passes\s+1 passing/);
      expect(said).to.match(/two\s+. passes\s+1\) fails\s+1 passing/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

async function inLanes(
  folder: string,
  jobs: readonly (readonly string[])[],
): Promise<{ reports: Report[]; said: string }> {
  const lanes = JSON.stringify(new URL("lanes.js", import.meta.url).href);
  const script = join(folder, "run.mjs");
  writeFileSync(
    script,
    `import { runLanes } from ${lanes};
    const reports = await runLanes(${JSON.stringify(jobs)}, 2, []);
    process.stdout.write("\\0" + JSON.stringify(reports));`,
  );
  const env = { ...process.env, CI: "true" };
  const { stdout } = await run(process.execPath, [script], { env });
  const [said = "", reports = "[]"] = stripVTControlCharacters(stdout).split("\0");
  return { reports: JSON.parse(reports), said };
}
