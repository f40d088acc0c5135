import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { ROOT } from "../../source.ts";
import { loadSteps, type Steps, until } from "./ground.ts";

type Step = Parameters<Steps["doSteps"]>[1][number];

describe("the steps of the set-up", () => {
  let steps: Steps;
  let root: string;
  let said: string[];
  let runs: string[];

  before(async () => {
    steps = await loadSteps();
  });
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "steps é "));
    said = [];
    runs = [];
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const setup = () => join(root, "build", "setup");
  const lockFile = () => join(setup(), "lock");
  const screen = { say: (line: string) => said.push(line), progress: () => {}, clear: () => {} };

  function step(id: string, changes: Partial<Step> = {}): Step {
    const result = join(root, id);
    return {
      id,
      title: `the ${id}`,
      fingerprint: () => "1",
      present: () => existsSync(result),
      async run() {
        runs.push(id);
        writeFileSync(result, "");
        return undefined;
      },
      ...changes,
    };
  }

  const run = (list: Step[], freeBytes = () => 1e12): Promise<number> =>
    steps.doSteps(root, list, { screen, again: "npm run lab", freeBytes });

  async function failure(list: Step[], freeBytes?: () => number): Promise<string> {
    try {
      await run(list, freeBytes);
    } catch (error) {
      return String(error);
    }
    throw new Error("it should have failed");
  }

  it("says what each does, its cost, and what it took", async () => {
    await run([step("one", { cost: "5 MB" }), step("two")]);
    expect(said[0]).to.equal("[1/2] the one — 5 MB");
    expect(said[1]).to.match(/^ {2}✓ \d\.\d s$/);
    expect(said[2]).to.equal("[2/2] the two");
  });

  it("runs only what is missing, in order, and nothing the second time", async () => {
    expect(await run([step("one"), step("two")])).to.equal(2);
    expect(await run([step("one"), step("two"), step("three")])).to.equal(1);
    said = [];
    expect(await run([step("one"), step("two"), step("three")])).to.equal(0);
    expect(runs).to.deep.equal(["one", "two", "three"]);
    expect(said).to.deep.equal([]);
  });

  it("redoes one whose fingerprint changed or whose result is gone", async () => {
    await run([step("one"), step("two")]);
    await run([step("one", { fingerprint: () => "2" }), step("two")]);
    rmSync(join(root, "two"));
    await run([step("one", { fingerprint: () => "2" }), step("two")]);
    expect(runs).to.deep.equal(["one", "two", "one", "two"]);
  });

  it("redoes one that another has undone on its way", async () => {
    const undone = step("reference");
    const packages = (version: string): Step =>
      step("packages", {
        fingerprint: () => version,
        async run() {
          runs.push("packages");
          writeFileSync(join(root, "packages"), "");
          rmSync(join(root, "reference"), { force: true });
          return undefined;
        },
      });
    await run([packages("1"), undone]);
    await run([packages("2"), undone]);
    expect(runs).to.deep.equal(["packages", "reference", "packages", "reference"]);
    expect(await run([packages("2"), undone])).to.equal(0);
  });

  it("redoes one whose stamp is damaged", async () => {
    await run([step("one")]);
    writeFileSync(join(setup(), "one.json"), '{"fingerprint');
    await run([step("one")]);
    expect(runs).to.deep.equal(["one", "one"]);
  });

  it("stamps after the end only, takes back what a failure left, and lets the lock go", async () => {
    const half = join(root, "half");
    const failing = step("one", {
      undo: () => rmSync(half, { recursive: true }),
      async run() {
        expect(existsSync(join(setup(), "one.json"))).to.equal(false);
        mkdirSync(half);
        throw new Error("no");
      },
    });
    await run([step("one")]);
    expect(await failure([{ ...failing, fingerprint: () => "2" }])).to.include("no");
    expect(existsSync(half)).to.equal(false);
    expect(readdirSync(setup())).to.deep.equal([]);
    await run([step("one")]);
    expect(runs).to.deep.equal(["one", "one"]);
  });

  it("asks for everything before it begins anything", async () => {
    const picky = step("two", {
      before: () => {
        throw new Error("no Python");
      },
    });
    expect(await failure([step("one"), picky])).to.include("no Python");
    expect(runs).to.deep.equal([]);
  });

  it("sees a disk that is too full beforehand", async () => {
    const said = await failure([step("one", { bytes: 7e8 }), step("two", { bytes: 3e8 })], () => 2e6);
    expect(said).to.match(/needs about 1\.0 GB .* 2 MB are free → free some space, then: npm run lab/);
    expect(runs).to.deep.equal([]);
    expect(readdirSync(setup())).to.deep.equal([]);
  });

  it("explains a disk that becomes full on the way", async () => {
    const full = step("one", {
      run: () => Promise.reject(Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" })),
    });
    expect(await failure([full])).to.match(/^The disk became full while .*the one.* → free some space/);
    expect(readdirSync(setup())).to.deep.equal([]);
  });

  it("takes over a lock whose holder is gone, or that says nothing", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => child.on("close", resolve));
    // Our own number, but of a process that began at another time: a number that was given again.
    const stale = [`${child.pid} 1`, "", "garbage", "-1", "0", `${process.pid} 12345`];
    for (const content of stale) {
      mkdirSync(setup(), { recursive: true });
      writeFileSync(lockFile(), content);
      rmSync(join(setup(), "one.json"), { force: true });
      await run([step("one")]);
    }
    expect(runs).to.have.length(stale.length);
    expect(readdirSync(setup())).to.deep.equal(["one.json"]);
  });

  it("refuses a second set-up in one sentence", async () => {
    let second = "";
    const slow = step("one", {
      async run() {
        second = await failure([step("two")]);
        return undefined;
      },
    });
    await run([slow]);
    expect(second).to.equal(
      `Another set-up of this folder is running (process ${process.pid}) → wait until it has ended, then: npm run lab`,
    );
    expect(runs).to.deep.equal([]);
  });

  it("says what to remove where a process died while taking a lock over", async () => {
    mkdirSync(setup(), { recursive: true });
    writeFileSync(lockFile(), "");
    writeFileSync(`${lockFile()}.takeover`, "");
    expect(await failure([step("one")])).to.match(
      /could not be taken → rm -f '.*lock\.takeover', then: npm run/,
    );
  });

  it("redoes one that was killed half-way", async () => {
    const program = `
      import { doSteps } from ${JSON.stringify(pathToFileURL(join(ROOT, "kernel-ext/lab/steps.mjs")).href)};
      import { writeFileSync } from "node:fs";
      const step = { id: "one", title: "one", fingerprint: () => "1", present: () => true, run() {
        writeFileSync(${JSON.stringify(join(root, "begun"))}, "");
        return new Promise((resolve) => setTimeout(resolve, 30_000));
      } };
      const screen = { say() {}, progress() {}, clear() {} };
      await doSteps(${JSON.stringify(root)}, [step], { screen, again: "again" });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "inherit" });
    await until(() => existsSync(join(root, "begun")) || undefined);
    child.kill("SIGKILL");
    await new Promise((resolve) => child.on("close", resolve));
    expect(readdirSync(setup())).to.deep.equal(["lock"]);
    await run([step("one", { present: () => true })]);
    expect(runs).to.deep.equal(["one"]);
    expect(readdirSync(setup())).to.deep.equal(["one.json"]);
  });

  it("lets one only win, when many find the same stale lock", async function () {
    this.timeout(60_000);
    const log = join(root, "log");
    const program = `
      import { lock } from ${JSON.stringify(pathToFileURL(join(ROOT, "kernel-ext/lab/lock.mjs")).href)};
      import { appendFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
      const [file, log, inside] = ${JSON.stringify([lockFile(), log, join(root, "inside")])};
      for (let round = 0; round < 150; round++) {
        try {
          const release = await lock(file, "again");
          // Nobody else is in here; the lock is then left as a dead process leaves it.
          try { writeFileSync(inside, "", { flag: "wx" }); } catch { appendFileSync(log, "two\\n"); }
          appendFileSync(log, "won\\n");
          rmSync(inside, { force: true });
          const dead = file + process.pid;
          if (round % 3) { writeFileSync(dead, "1 1"); renameSync(dead, file); } else release();
        } catch (error) {
          appendFileSync(log, /Another set-up/.test(String(error)) ? "refused\\n" : String(error) + "\\n");
        }
      }`;
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "inherit" }),
    );
    await Promise.all(children.map((child) => new Promise((resolve) => child.on("close", resolve))));
    const outcomes = new Set(readFileSync(log, "utf8").trim().split("\n"));
    expect([...outcomes].sort()).to.deep.equal(["refused", "won"]);
  });
});
