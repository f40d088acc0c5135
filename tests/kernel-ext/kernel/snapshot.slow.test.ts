import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { Kernel } from "./client.ts";

const BUILD = fileURLToPath(new URL("../../../kernel-ext/language/snapshot-build.js", import.meta.url));

/** The processes that a process has started. */
function childrenOf(pid: number | undefined): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

(process.platform === "linux" ? describe : describe.skip)("A kernel with a start-up snapshot", function () {
  this.timeout(60_000);
  let folder: string;
  let kernel: Kernel;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "gradbook-snapshot-"));
    execFileSync(process.execPath, [BUILD, folder]);
    process.env.GRADBOOK_SNAPSHOT = folder;
    kernel = await Kernel.start();
  });
  after(async () => {
    delete process.env.GRADBOOK_SNAPSHOT;
    await kernel.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("checks, completes and describes from a process of its own", async () => {
    expect(await kernel.value("const list: number[] = [1]; list.length")).to.equal("1");
    expect(childrenOf(kernel.process.pid)).to.have.length(1);
    expect((await kernel.run("list.nothing")).reply.ename).to.equal("TypeCheckError");
    const complete = await kernel.request("complete_request", { code: "list.conca", cursor_pos: 10 });
    expect(complete.reply.matches).to.deep.equal(["concat"]);
    const inspect = await kernel.request("inspect_request", { code: "list", cursor_pos: 4, detail_level: 1 });
    expect(inspect.reply.data["text/plain"]).to.include("list: number[]");
  });

  it("honours tsconfig.json and finds modules beside the notebook", async () => {
    writeFileSync(join(kernel.folder, "local.ts"), "export const n: number = 3");
    expect(await kernel.value('import { n } from "./local"\nn')).to.equal("3");
  });

  it("completes what only a value knows, unless a cell runs", async () => {
    await kernel.value(
      "const untyped: any = { alpha: { beta: 1 }, get danger() { throw new Error('ran') } }; const proxy: any = new Proxy({}, { ownKeys() { throw new Error('ran') } })",
    );
    const matches = async (code: string): Promise<string[]> =>
      (await kernel.request("complete_request", { code, cursor_pos: code.length })).reply.matches;
    expect(await matches("untyped.")).to.have.members(["alpha", "danger"]);
    expect(await matches("untyped.alpha.be")).to.deep.equal(["beta"]);
    expect(await matches("untyped.danger.")).to.deep.equal([]);
    expect(await matches("proxy.")).to.deep.equal([]);
    const id = kernel.start("for (const end = Date.now() + 800; Date.now() < end; );");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const begin = Date.now();
    expect(await matches("untyped.")).to.deep.equal([]);
    expect(await matches("list.conca")).to.deep.equal(["concat"]);
    expect(Date.now() - begin).to.be.lessThan(600);
    await kernel.answer(id);
  });

  it("goes on when that process dies", async () => {
    const [first = 0] = childrenOf(kernel.process.pid);
    process.kill(first, "SIGKILL");
    await kernel.until(() => childrenOf(kernel.process.pid).some((pid) => pid !== first), "another process");
    expect(await kernel.value("list.length")).to.equal("1");
  });

  it("leaves no process behind, however it ends", async () => {
    const [pid = 0] = childrenOf(kernel.process.pid);
    kernel.process.kill("SIGKILL");
    await kernel.exit;
    await kernel.until(() => !isRunning(pid), "end of the language process", 2000);
  });

  it("starts without when it is damaged", async () => {
    const [name = ""] = readdirSync(folder);
    writeFileSync(join(folder, name), "not a snapshot");
    const other = await Kernel.start();
    try {
      expect(await other.value("1 + 1")).to.equal("2");
    } finally {
      await other.stop();
    }
  });
});
