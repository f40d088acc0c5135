// Ordinary work in a sandbox, and that nothing of it is left.
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { openSandbox } from "../../../../kernel-ext/grading/sandbox/open.ts";
import type { Level, Sandbox } from "../../../../kernel-ext/grading/sandbox/sandbox.ts";
import { type Case, LIMITS, type Told } from "./asked.ts";
import { everybody, has, trial } from "./inside.ts";

const BUILT = fileURLToPath(new URL("../../../..", import.meta.url));
const linux = process.platform === "linux";
const LEVELS = (["bwrap", "landlock", "none"] as const satisfies readonly Level[]).filter(
  (level) => linux && has(level === "bwrap" ? "bwrap" : "python3"),
);

/** Four ways to leave a process behind. */
const LEAVE = `const {spawn,spawnSync}=require('child_process');
const idle="process.on('SIGTERM',()=>{});setInterval(()=>{},100)";
for(const detached of [true,false]){const c=spawn(process.execPath,['-e',idle,BAIT.mark],{detached,stdio:'ignore'});c.on('error',()=>{});c.unref()}
spawnSync('setsid',['-f',process.execPath,'-e',idle,BAIT.mark],{stdio:'ignore'});
spawnSync('sh',['-c','('+process.execPath+' -e "setInterval(()=>{},100)" '+BAIT.mark+' >/dev/null 2>&1 &)'],{stdio:'ignore'});`;
const roomy = { processes: 80 };
const LEAVING: Readonly<Record<string, Case>> = {
  "by itself": {
    source: `${LEAVE}setTimeout(()=>{console.log('up');setTimeout(()=>process.exit(3),200)},400)`,
    limits: roomy,
  },
  killed: {
    source: `${LEAVE}setTimeout(()=>console.log('up'),400);setInterval(()=>{},100)`,
    limits: roomy,
    kill: true,
  },
};

for (const level of LEVELS) {
  for (const who of everybody()) {
    describe(`What ends in ${level}, opened by ${who}`, function () {
      this.timeout(180_000);
      let told: Told;
      before(async () => {
        told = await trial(who, level, {
          ...LEAVING,
          crowd: { source: "fs.writeFileSync('file','x');console.log('here')", times: 50 },
          after: { source: "console.log('after')" },
        });
        expect(told.trouble).to.equal(undefined);
      });
      it("takes all its processes along when it ends by itself", () => {
        expect(told.went["by itself"]).to.include({ left: 0 }).and.to.have.property("before").above(2);
        expect(told.went["by itself"]?.end).to.deep.equal({ code: 3, signal: null });
      });
      it("takes all its processes along when another thread kills it", () => {
        expect(told.went.killed).to.include({ left: 0 }).and.to.have.property("before").above(2);
        expect(told.went.killed?.end.signal).to.equal("SIGKILL");
      });
      it("lets fifty run at once, and leaves no process and no file", () => {
        const crowd = Object.entries(told.went).filter(([name]) => name.startsWith("crowd"));
        expect(crowd.map(([, { printed, said }]) => printed + said)).to.deep.equal(Array(50).fill("here\n"));
        expect(told.went.after).to.include({ left: 0, printed: "after\n" });
        expect(told.files).to.deep.equal([]);
      });
    });
  }

  describe(`Work in ${level}`, function () {
    this.timeout(60_000);
    let sandbox: Sandbox;
    let folder: string;
    before(async () => {
      sandbox = await openSandbox(level);
      folder = mkdtempSync(join(tmpdir(), "gradbook-pipes-"));
      execFileSync("mkfifo", [join(folder, "in"), join(folder, "out")]);
    });
    after(async () => {
      await sandbox.close();
      rmSync(folder, { recursive: true });
    });

    it("has its descriptors as 3 and 4, and imports the library", async () => {
      const pipes = [openSync(join(folder, "in"), "r+"), openSync(join(folder, "out"), "r+")] as const;
      const source = `import fs from "node:fs";const lib = await import(${JSON.stringify(join(BUILT, "lib", "index.js"))});
        const asked = Buffer.alloc(9); fs.readSync(3, asked);
        fs.writeSync(4, String(lib.softmax(lib.tensor(JSON.parse(String(asked))))) + "\\n");`;
      const { ended, process: child } = sandbox.launch({
        command: [process.execPath, "--input-type=module", "--eval", source],
        descriptors: pipes,
        readable: [join(BUILT, "lib"), join(BUILT, "data"), join(BUILT, "package.json")],
        environment: { GREETING: "hello" },
        limits: { ...LIMITS, memory: 2 ** 30, openFiles: 1024 },
      });
      let said = "";
      child.stderr?.on("data", (chunk) => {
        said += chunk;
      });
      writeSync(pipes[0], "[1, 2, 3]");
      expect(await ended, said).to.deep.equal({ code: 0, signal: null });
      const answer = Buffer.alloc(200);
      expect(answer.toString("utf8", 0, readSync(pipes[1], answer))).to.include("0.0900, 0.2447, 0.6652");
      for (const pipe of pipes) closeSync(pipe);
    });

    it("says what a program that is not there ended with", () => {
      const launch = () =>
        sandbox.launch({
          command: ["/not/there"],
          descriptors: [],
          readable: [],
          environment: {},
          limits: LIMITS,
        });
      expect(launch).to.throw(/ENOENT/);
    });

    it("ends what still runs when it is closed", async () => {
      const own = await openSandbox(level);
      const running = own.launch({
        command: [process.execPath, "-e", "setInterval(()=>{},1000)"],
        descriptors: [],
        readable: [],
        environment: {},
        limits: LIMITS,
      });
      await own.close();
      expect((await running.ended).signal).to.equal("SIGKILL");
    });
  });
}

describe("Where a sandbox cannot be", function () {
  this.timeout(60_000);

  it("says what does not hold, before an answer runs", async () => {
    const { prove } = await import("../../../../kernel-ext/grading/sandbox/prove.ts");
    const open = await openSandbox("none");
    try {
      const refused = await prove({ ...open, level: "landlock" }).catch(String);
      expect(refused).to.match(
        /does not hold on this machine: a program in it could .*use the network.*→ choose another level/,
      );
    } finally {
      await open.close();
    }
  });
});
