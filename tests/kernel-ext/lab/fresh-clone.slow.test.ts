// What a new student does: clone, `npm run lab`, Ctrl-C, again. With the real tools, in a path with a space and é.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { freePort } from "../../ports.ts";
import { Ground, type Started, until } from "./ground.ts";

const NOWHERE = "http://127.0.0.1:9";

describe("a fresh clone", function () {
  this.timeout(400_000);
  let ground: Ground;
  let caches: NodeJS.ProcessEnv;
  let port: number;

  before(async () => {
    ground = new Ground();
    port = await freePort();
    // Nothing is written into the home folder but for caches, and those are the machine's own.
    caches = {
      npm_config_cache: ask("npm", "config", "get", "cache"),
      PIP_CACHE_DIR: ask("python3", "-m", "pip", "cache", "dir"),
      GRADBOOK_CACHE: process.env.GRADBOOK_CACHE ?? join(homedir(), ".cache", "gradbook"),
    };
  });
  after(() => ground.remove());

  const lab = (env: NodeJS.ProcessEnv = {}, ...more: string[]): Started =>
    ground.start(["lab", "--no-browser", "--port", String(port), ...more], { env: { ...caches, ...env } });
  const log = () => join(ground.clone, "build", "logs", "jupyter.log");

  async function open(started: Started): Promise<string> {
    const [, url = ""] = await started.printed(/JupyterLab is open on your workbook: (\S+)/, 350_000);
    return url;
  }

  /** Ctrl-C in a terminal reaches every process of the group. */
  async function end(started: Started): Promise<void> {
    started.kill("SIGINT");
    const { code, stderr } = await started.outcome;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    expect(processesIn(ground.clone), "left running").to.deep.equal([]);
  }

  it("killed in the middle of npm, and of pip, is done again from there", async () => {
    for (const stage of [/\[1\/\d\] npm packages/, /\[\d\/\d\] Python environment/]) {
      const first = lab();
      await first.printed(stage);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      first.kill("SIGKILL");
      await first.outcome;
    }
    expect(readdirSync(join(ground.clone, "build", "setup")).sort()).to.deep.equal(["lock", "packages.json"]);
  });

  it("opens JupyterLab on the workbook, with the kernel in it", async () => {
    const started = lab();
    const url = new URL(await open(started));
    const token = url.searchParams.get("token") ?? "";
    expect(Number(url.port)).to.equal(port);
    const reply = await fetch(new URL(`/api/kernelspecs?token=${token}`, url));
    const { default: standard, kernelspecs } = (await reply.json()) as {
      default: string;
      kernelspecs: Record<string, unknown>;
    };
    expect(standard).to.equal("gradbook");
    expect(kernelspecs).to.have.property("gradbook");
    expect((await fetch(new URL("/api/kernelspecs", url))).status, "without its token").to.equal(403);
    const contents = (await (await fetch(new URL(`/api/contents?token=${token}`, url))).json()) as {
      content: { name: string }[];
    };
    const lessons = readdirSync(join(ground.clone, "notebooks")).filter((name) => name.endsWith(".ipynb"));
    expect(contents.content.map(({ name }) => name)).to.include.members(lessons);
    await end(started);
  });

  it("writes nothing into the home folder", () => {
    // pip asks a rustc that it finds for its version, and rustup's one makes itself a folder then.
    expect(readdirSync(ground.home).filter((name) => name !== ".rustup")).to.deep.equal([]);
  });

  it("is no change for git", () => {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: ground.clone, encoding: "utf8" });
    git("init", "-q");
    const untracked = git("status", "--porcelain", "--untracked-files=normal");
    expect(untracked).not.to.match(/workbook|node_modules|build|\.venv/);
  });

  it("starts the second time in seconds, without a network too", async () => {
    const ways: [NodeJS.ProcessEnv, string[]][] = [
      [{}, []],
      [{ npm_config_registry: NOWHERE, PIP_INDEX_URL: NOWHERE, HTTPS_PROXY: NOWHERE }, ["--offline"]],
    ];
    for (const [env, more] of ways) {
      rmSync(log());
      const began = Date.now();
      const started = lab(env, ...more);
      // The log is opened in the moment in which JupyterLab itself is started.
      await until(() => existsSync(log()) || undefined);
      // Under 3 s, with slack for a machine that others use.
      expect(statSync(log()).birthtimeMs - began).to.be.below(8000);
      await open(started);
      await end(started);
    }
  });

  it("is whole to the doctor", async () => {
    const { code, stdout } = await ground.gradbook(["doctor"], { env: caches });
    expect(stdout).to.include("All that is needed is here");
    expect(code).to.equal(0);
  });

  it("keeps a student's work when it starts again", async () => {
    const [lesson = ""] = readdirSync(join(ground.clone, "workbook")).filter((name) =>
      name.endsWith(".ipynb"),
    );
    const mine = join(ground.clone, "workbook", lesson);
    mkdirSync(join(ground.clone, "workbook", "my notes"));
    execFileSync("sh", ["-c", 'echo >> "$0"', mine]);
    const before = readFileSync(mine, "utf8");
    const started = lab();
    await open(started);
    await end(started);
    expect(readFileSync(mine, "utf8")).to.equal(before);
    expect(readdirSync(join(ground.clone, "workbook"))).to.include("my notes");
  });
});

function ask(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}

/** The command lines of the processes that name this folder. */
function processesIn(folder: string): string[] {
  if (!existsSync("/proc/self/cmdline")) return [];
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .filter((command) => command.includes(folder));
}
