// The commands as a lecturer types them, with the real grader at both ends.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { QueueStatus } from "../../../../kernel-ext/grading/queue/status.ts";
import { ROOT } from "../../../source.ts";
import { homework, notebook, SOFTMAX, submission } from "../grade/homework.ts";
import { until } from "./place.ts";
import { OwnRedis } from "./redis.ts";

const GRADBOOK = join(ROOT, "kernel-ext", "gradbook.mjs");
const STUDENTS = Array.from({ length: 24 }, (_, n) => `student${n}`);

describe("gradbook grade --queue, worker and status", function () {
  this.timeout(120_000);
  let folder: string;
  let redis: OwnRedis;
  const running: Command[] = [];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "queue é "));
    redis = await OwnRedis.start(() => ["--requirepass", "secret"]);
    writeFileSync(join(folder, "homework.ipynb"), notebook(homework));
    for (const [n, student] of STUDENTS.entries()) {
      mkdirSync(join(folder, "submitted", student), { recursive: true });
      const answers = { softmax: n % 2 ? SOFTMAX : "const softmax = 1;" };
      const file = join(folder, "submitted", student, "homework.ipynb");
      writeFileSync(file, submission(homework, answers));
    }
  });
  after(async () => {
    for (const { process: command } of running) command.kill("SIGKILL");
    await redis.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("grades on three workers, although one of them and the command itself are killed", async () => {
    const workers = Array.from({ length: 3 }, () =>
      gradbook("worker", "--workers", "1", "--sandbox", "none"),
    );
    await Promise.all(workers.map((worker) => until(() => worker.said.includes("has joined"), 40)));
    const first = grade();
    await until(() => results().length >= 3, 40);
    first.process.kill("SIGKILL");
    workers[0]!.process.kill("SIGKILL");
    const second = grade("--resume");
    await until(() => second.ended, 60);
    expect(second.said).to.match(/graded in .* unchanged since the last run; .*summary.html shows all/);
    expect(second.process.exitCode).to.equal(0);
    const earned = STUDENTS.map((student) => {
      const file = join(folder, "out", "results", `${student}.json`);
      return JSON.parse(readFileSync(file, "utf8")).earned;
    });
    expect(earned).to.deep.equal(STUDENTS.map((_, n) => (n % 2 ? 4 : 0)));

    const look = gradbook("status", "--json");
    await until(() => look.ended);
    const status: QueueStatus = JSON.parse(look.said);
    expect(status).to.include({ waiting: 0, done: STUDENTS.length, secondsLeft: 0 });
    expect(status.workers).to.have.length(2);
    expect(status.setAside).to.deep.equal([]);
    const graded = workers.map(({ said }) => said.match(/: [04] of 4 in /g)?.length ?? 0);
    expect(graded.reduce((a, b) => a + b)).to.be.within(STUDENTS.length - 1, STUDENTS.length);

    for (const worker of workers.slice(1)) worker.process.kill("SIGINT");
    await until(() => workers.every(({ ended }) => ended), 15);
    expect(workers.slice(1).map(({ process: { exitCode } }) => exitCode)).to.deep.equal([0, 0]);
    for (const { said } of running) expect(said).not.to.include("secret");
  });

  it("says in one line which queue is meant, and who may be meant by a worker", async () => {
    const wrong = [
      [gradbook("worker", "--workers", "0"), /whole number from 1 to 256/],
      [gradbook("worker", "--sandbox", "glass"), /--sandbox takes bwrap, landlock, container, none/],
      [gradbook("worker", "--queue", "redis://127.0.0.1:1"), /Nothing listens at redis:\/\/127.0.0.1:1/],
      [gradbook("status", "--queue", ""), /✗ .*queue/],
    ] as const;
    for (const [command, words] of wrong) {
      await until(() => command.ended);
      expect(command.said).to.match(words);
      expect(command.said.trimEnd().split("\n")).to.have.length(1);
      expect(command.process.exitCode).to.equal(1);
    }
  });

  function grade(...options: string[]): Command {
    const place = [join(folder, "homework.ipynb"), join(folder, "submitted"), "--out", join(folder, "out")];
    return gradbook("grade", ...place, ...options);
  }

  function gradbook(...args: string[]): Command {
    const command = new Command(args, `redis://:secret@127.0.0.1:${redis.port}`);
    running.push(command);
    return command;
  }

  function results(): string[] {
    try {
      return readdirSync(join(folder, "out", "results")).filter((name) => name.endsWith(".json"));
    } catch {
      return [];
    }
  }
});

class Command {
  readonly process: ChildProcess;
  said = "";

  constructor(args: readonly string[], queue: string) {
    const env = { ...process.env, GRADBOOK_QUEUE: queue };
    this.process = spawn(process.execPath, [GRADBOOK, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.on("data", (text) => {
        this.said += text;
      });
  }

  get ended(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }
}
