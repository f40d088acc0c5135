// Attacks on a whole run of `gradbook grade`: by what lies in the submissions, and by what happens around it.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { SubmissionResult } from "../../../../kernel-ext/grading/results/result.ts";
import { ROOT } from "../../../source.ts";
import { LITTER } from "./attack.ts";
import { HONEST, instructorsNotebook, notebookText, POINTS, studentsCells } from "./coursework.ts";
import { litter, processes } from "./ground.ts";

const GRADBOOK = join(ROOT, "kernel-ext", "gradbook.mjs");
const NOTEBOOK = "homework.ipynb";
const honest = notebookText(studentsCells(HONEST));
const wrong = notebookText(
  studentsCells({ normalise: "function normalise(xs: readonly number[]): any { return xs; }" }),
);

describe("A run of gradbook grade", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gradbook-run-"));
    writeFileSync(join(folder, NOTEBOOK), instructorsNotebook());
    mkdirSync(join(folder, "submitted"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const at = (...path: readonly string[]): string => join(folder, ...path);
  function handIn(student: string, files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(at("submitted", student, name), ".."), { recursive: true });
      writeFileSync(at("submitted", student, name), text);
    }
  }
  const command = (out: string, ...options: readonly string[]): readonly string[] => [
    GRADBOOK,
    "grade",
    at(NOTEBOOK),
    at("submitted"),
    "--out",
    out,
    "--workers",
    "2",
    ...options,
  ];
  function grade(out = at("out"), ...options: readonly string[]): { status: number | null; said: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, command(out, ...options), {
      encoding: "utf8",
    });
    return { status, said: stdout + stderr };
  }
  function start(out = at("out")): { run: ChildProcess; said: () => string } {
    const run = spawn(process.execPath, command(out), { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [run.stdout, run.stderr]) stream?.on("data", (chunk) => (said += String(chunk)));
    return { run, said: () => said };
  }
  const resultFiles = (out = at("out")): string[] =>
    existsSync(join(out, "results"))
      ? readdirSync(join(out, "results")).filter((name) => name.endsWith(".json"))
      : [];
  const results = (): SubmissionResult[] =>
    resultFiles().map((name) => JSON.parse(readFileSync(at("out", "results", name), "utf8")));
  const earned = (): Record<string, number> =>
    Object.fromEntries(results().map(({ student, earned }) => [student.id, earned]));

  it("takes nothing from a submission but its notebook", () => {
    const module = {
      "package.json": '{"main": "index.js"}',
      "index.js": "module.exports = new Proxy(() => 21, {})",
    };
    const modules = ["chai", "gradbook", "zeromq"].flatMap((name) =>
      Object.entries(module).map(([file, text]) => [`node_modules/${name}/${file}`, text] as const),
    );
    handIn("own-modules", {
      [NOTEBOOK]: wrong,
      ...Object.fromEntries(modules),
      ".npmrc": "node-options=--require ./index.js",
      "tsconfig.json": '{"compilerOptions": {"paths": {"*": ["./node_modules/*"]}}}',
      "package.json": '{"name": "gradbook", "exports": "./index.js"}',
      "gradebook.db": "21/21",
      "results.json": '{"score": 21}',
    });
    handIn("honest", { [NOTEBOOK]: honest });
    mkdirSync(at("submitted", "linked"));
    symlinkSync(at("submitted", "honest", NOTEBOOK), at("submitted", "linked", NOTEBOOK));
    mkdirSync(at("submitted", "endless"));
    symlinkSync("/dev/zero", at("submitted", "endless", NOTEBOOK));
    symlinkSync("..", at("submitted", "endless", "up"));
    mkdirSync(at("submitted", "waits"));
    execFileSync("mkfifo", [at("submitted", "waits", NOTEBOOK)]);
    const { said } = grade();
    const points = earned();
    expect(points.honest, said).to.equal(POINTS);
    for (const [student, got] of Object.entries(points))
      if (student !== "honest") expect(got, student).to.equal(0);
    expect(litter([folder])).to.deep.equal([]);
  });

  it("writes nothing that a zip names outside, and reads no bomb to its end", function () {
    const made = spawnSync("python3", ["-c", ZIPS, at("submitted"), NOTEBOOK, LITTER], { input: honest });
    if (made.error || made.status !== 0) return this.skip();
    handIn("honest", { [NOTEBOOK]: honest });
    const began = performance.now();
    const { said } = grade();
    expect(performance.now() - began).to.be.below(60_000);
    expect(earned().honest, said).to.equal(POINTS);
    expect(litter([folder, at("submitted"), join(folder, "..")])).to.deep.equal([]);
    expect(readdirSync(folder).sort()).to.deep.equal([NOTEBOOK, "out", "submitted"]);
    return undefined;
  });

  it("is the only one that writes into its folder", async () => {
    for (let i = 0; i < 6; i++) handIn(`student-${i}`, { [NOTEBOOK]: honest });
    const [one, two] = [start(), start()];
    const codes = await Promise.all([one, two].map(async ({ run }) => (await once(run, "exit"))[0]));
    expect(codes.toSorted(), one.said() + two.said()).to.deep.equal([0, 1]);
    expect(one.said() + two.said()).to.match(/Another .* is running/);
    expect(Object.values(earned())).to.deep.equal(new Array(6).fill(POINTS));
  });

  it("that was killed leaves no process, and is gone on with", async () => {
    for (let i = 0; i < 12; i++) handIn(`student-${i}`, { [NOTEBOOK]: honest });
    const { run, said } = start();
    while (resultFiles().length < 3 && run.exitCode === null) await sleep(20);
    const below = descendants(run.pid ?? 0);
    run.kill("SIGKILL");
    await once(run, "exit");
    expect(below.length, said()).to.be.at.least(2);
    for (let tries = 0; tries < 100 && below.some(isThere); tries++) await sleep(100);
    expect(below.filter(isThere)).to.deep.equal([]);
    const before = new Map(resultFiles().map((name) => [name, statSync(at("out", "results", name)).mtimeMs]));
    expect(before.size).to.be.within(3, 11);
    const again = grade(at("out"), "--resume");
    expect(again.status, again.said).to.equal(0);
    expect(Object.values(earned())).to.deep.equal(new Array(12).fill(POINTS));
    for (const [name, time] of before)
      expect(statSync(at("out", "results", name)).mtimeMs, name).to.equal(time);
  });

  it("says in a line that the disk is full, and goes on when there is room", function () {
    mkdirSync(at("small"));
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=96k", "tmpfs", at("small")]);
    if (mounted.status !== 0) return this.skip();
    try {
      for (let i = 0; i < 12; i++) handIn(`student-${i}`, { [NOTEBOOK]: honest });
      const full = grade(at("small", "out"));
      expect(full.status, full.said).to.equal(1);
      expect(full.said)
        .to.match(/full|no space/i)
        .and.not.to.match(/\n\s+at /);
      spawnSync("mount", ["-o", "remount,size=64m", at("small")]);
      const roomy = grade(at("small", "out"), "--resume");
      expect(roomy.status, roomy.said).to.equal(0);
      expect(resultFiles(at("small", "out"))).to.have.lengthOf(12);
    } finally {
      spawnSync("umount", [at("small")]);
    }
    return undefined;
  });

  it("grades the rest when submissions vanish or change meanwhile", async () => {
    for (let i = 0; i < 14; i++) handIn(`student-${String(i).padStart(2, "0")}`, { [NOTEBOOK]: honest });
    const { run, said } = start();
    while (resultFiles().length < 1 && run.exitCode === null) await sleep(20);
    rmSync(at("submitted", "student-12"), { recursive: true });
    cpSync(at(NOTEBOOK), at("submitted", "student-13", "other.ipynb"));
    writeFileSync(at("submitted", "student-11", NOTEBOOK), wrong);
    await once(run, "exit");
    const points = earned();
    expect(points["student-00"], said()).to.equal(POINTS);
    expect(points["student-10"], said()).to.equal(POINTS);
    expect(said()).not.to.match(/\n\s+at /);
  });
});

function descendants(pid: number): number[] {
  const all = processes();
  const below = (parent: number): number[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one.pid, ...below(one.pid)]);
  return below(pid);
}

const isThere = (pid: number): boolean => processes().some((one) => one.pid === pid);

/** Zips with names that lead outside, links, and 1 GB of zeros in 1 MB. */
const ZIPS = `
import sys, zipfile, os
folder, notebook, litter = sys.argv[1:4]
honest = sys.stdin.read()
def zip(name, files):
    with zipfile.ZipFile(os.path.join(folder, name), "w", zipfile.ZIP_DEFLATED) as made:
        for path, content in files:
            made.writestr(path, content)
link = zipfile.ZipInfo(notebook); link.create_system = 3; link.external_attr = 0o120777 << 16
zip("traversal.zip", [("../../" + litter + "a", "x"), ("/tmp/" + litter + "b", "x"), ("..\\\\\\\\" + litter + "c", "x"), ("a/../../../" + litter + "d", "x"), (notebook, honest)])
zip("linked.zip", [(link, "/etc/passwd")])
zeros = b"0" * (1 << 20)
with zipfile.ZipFile(os.path.join(folder, "bomb.zip"), "w", zipfile.ZIP_DEFLATED) as made:
    with made.open(notebook, "w", force_zip64=True) as file:
        for _ in range(1000): file.write(zeros)
with open(os.path.join(folder, "bomb.zip"), "rb") as file: inner = file.read()
zip("nested.zip", [("inner-%d.zip" % i, inner) for i in range(20)])
zip("many.zip", [("f%d" % i, "") for i in range(70000)])
with open(os.path.join(folder, "cut.zip"), "wb") as file: file.write(inner[: len(inner) // 2])
`;
