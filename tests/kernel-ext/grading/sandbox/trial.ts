// A program of its own: runs sources in a sandbox, as whoever starts it, and says as JSON how it went.

import { createSocket } from "node:dgram";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type ListenOptions } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { openSandbox } from "../../../../kernel-ext/grading/sandbox/open.ts";
import type { Sandbox } from "../../../../kernel-ext/grading/sandbox/sandbox.ts";
import { type Asked, type Case, LIMITS, type Told, type Went } from "./asked.ts";

const MARK = `answers-of-${process.pid}`;
const reached: string[] = [];

function baitIn(folder: string): Promise<Record<string, unknown>> {
  writeFileSync(join(folder, "secret"), "the hidden tests");
  writeFileSync(join(folder, "mine"), "untouched");
  const listen = (name: string, where: ListenOptions) =>
    new Promise<number>((resolve) => {
      const server = createServer((socket) => {
        reached.push(name);
        socket.destroy();
      }).listen(where, () => {
        const address = server.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
      server.unref();
    });
  const udp = createSocket("udp4", () => reached.push("udp")).unref();
  const bound = new Promise<number>((resolve) => udp.bind(0, "127.0.0.1", () => resolve(udp.address().port)));
  const socket = join(folder, "socket");
  return Promise.all([
    listen("tcp", { port: 0, host: "127.0.0.1" }),
    bound,
    listen("unix", { path: socket }),
    listen("abstract", { path: `\0${folder}` }),
  ]).then(([tcp, udp]) => ({
    folder,
    tcp,
    udp,
    socket,
    abstract: `\0${folder}`,
    pid: process.pid,
    namespace: readlinkSync("/proc/self/ns/pid"),
    mark: MARK,
    node: process.execPath,
  }));
}

/** Living processes that carry our mark behind the program's name; the sandbox's own have it further back, or not at all. */
function marked(): number {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const args = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      const isZombie = /\) Z /.test(readFileSync(`/proc/${name}/stat`, "utf8"));
      return !isZombie && args[0] === process.execPath && args.includes(MARK);
    } catch {
      return false;
    }
  }).length;
}

async function tryOut(sandbox: Sandbox, one: Case, bait: Record<string, unknown>): Promise<Went> {
  const {
    process: child,
    pid,
    ended,
  } = sandbox.launch({
    command: [process.execPath, "-e", `const BAIT=${JSON.stringify(bait)};${one.source}`, MARK],
    descriptors: [],
    readable: one.readable ?? [],
    environment: {},
    limits: { ...LIMITS, ...one.limits },
  });
  let printed = "";
  let said = "";
  let before = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    printed = (printed + chunk).slice(0, 10_000);
    if (before > 0 || !printed.includes("up")) return;
    before = marked();
    if (one.kill) new Worker(`process.kill(${pid}, "SIGKILL")`, { eval: true });
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk).slice(-2000);
  });
  const end = await ended;
  return { end, printed, said, before, left: one.times ? 0 : marked() };
}

async function main({ level, cases }: Asked): Promise<Told> {
  const folder = mkdtempSync("/tmp/gradbook-bait-");
  const temporary = mkdtempSync("/tmp/gradbook-temporary-");
  // A folder that is closed to others is taken by root for /tmp, where others may write at the same time.
  chmodSync(temporary, 0o711);
  process.env.TMPDIR = temporary;
  try {
    const bait = await baitIn(folder);
    const sandbox = await openSandbox(level);
    reached.length = 0;
    const went: Record<string, Went> = {};
    for (const [name, one] of Object.entries(cases)) {
      const all = await Promise.all(Array.from({ length: one.times ?? 1 }, () => tryOut(sandbox, one, bait)));
      all.forEach((each, at) => {
        went[all.length > 1 ? `${name} ${at}` : name] = each;
      });
    }
    await sandbox.close();
    const own = readFileSync(join(folder, "mine"), "utf8") === "untouched" ? [] : ["mine was written to"];
    const files = [
      ...readdirSync(temporary),
      ...own,
      ...readdirSync(folder).filter((name) => name === "outside"),
    ];
    return { went, files, reached, ...(sandbox.warning === undefined ? {} : { warning: sandbox.warning }) };
  } catch (error) {
    return { went: {}, files: [], reached, trouble: String(error) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(temporary, { recursive: true, force: true });
  }
}

const told = await main(JSON.parse(process.argv[2] ?? "") as Asked);
process.stdout.write(`${JSON.stringify(told)}\n`, () => process.exit(0));
