// Attacks on the machine: processes, memory, descriptors, disk, signals, network.
import { type Attack, type Ground, LITTER, SLEEPS } from "./attack.ts";

/** Runs this when `twice` is called, and gives a wrong answer. */
const does = (name: string, code: string, more: Partial<Attack> = {}): Attack => ({
  name,
  answers: { twice: `${code.trim()}\nfunction twice(change: any, x: number): any { attack(); return 0; }` },
  ...more,
});

const SPAWN = `import { spawn, spawnSync } from "node:child_process";`;

const ENDS: readonly (readonly [string, string])[] = [
  ["calls process.exit", "process.exit(0)"],
  ["calls process.reallyExit", "(process as any).reallyExit(0)"],
  ["calls process.abort", "process.abort()"],
  ["kills itself", `process.kill(process.pid, "SIGKILL")`],
  ["kills its parent", `process.kill(process.ppid, "SIGKILL")`],
  ["kills everything", `process.kill(-1, "SIGKILL")`],
  ["kills its group", `process.kill(0, "SIGKILL")`],
];

const processes: readonly Attack[] = [
  ...ENDS.map(([what, code]) =>
    does(`that ${what} when it is called`, `const attack = () => { try { ${code}; } catch {} };`),
  ),
  {
    name: "that calls process.exit when its cell runs",
    answers: {
      twice: "process.exit(0);",
      normalise: "process.exitCode = 0; process.emit('exit' as any, 0); process.exit();",
    },
  },
  {
    name: "that ends from a timer, between two exercises",
    answers: {
      normalise: `setTimeout(() => process.exit(0), 1);\nfunction normalise(xs: readonly number[]): any { return xs; }`,
      estimate: "function estimate(xs: readonly number[]): any { return NaN; }",
    },
  },
  does("that stops itself", `const attack = () => process.kill(process.pid, "SIGSTOP");`, {
    says: /"limit":"time"/,
  }),
  does(
    "that stops all it can reach",
    `const attack = () => { for (const pid of [process.ppid, 1, -1, 0]) try { process.kill(pid, "SIGSTOP"); } catch {} for (;;); };`,
    { says: /"limit":"time"/ },
  ),
  does(
    "that leaves 200 processes behind",
    `${SPAWN}
const attack = () => { for (let i = 0; i < 200; i++) try { spawn("sleep", ["${SLEEPS}"], { detached: true, stdio: "ignore" }).on("error", () => {}).unref(); } catch {} };`,
  ),
  does(
    "that leaves orphans of orphans, in sessions of their own",
    `${SPAWN}
const attack = () => spawnSync("sh", ["-c", "for i in 1 2 3; do (setsid nohup sh -c 'trap \\"\\" TERM HUP INT; sleep ${SLEEPS} & sleep ${SLEEPS}' >/dev/null 2>&1 &) & done"], { timeout: 1000 });`,
  ),
  does(
    "that forks without end",
    `${SPAWN}
const attack = () => spawnSync("sh", ["-c", "f() { sleep ${SLEEPS} & f | f & f; }; f"], { timeout: 1500 });`,
  ),
  does(
    "that starts 500 threads",
    `import { Worker } from "node:worker_threads";
const attack = () => { for (let i = 0; i < 500; i++) try { new Worker("for (;;);", { eval: true }).on("error", () => {}); } catch {} };`,
  ),
  does(
    "that renames itself",
    `const attack = () => { process.title = "checker-main.js bwrap"; process.argv0 = "init"; };`,
  ),
];

const FILL = "const all: any[] = [];";

const memory: readonly Attack[] = [
  does(
    "that takes 3 GiB of buffers",
    `${FILL}\nconst attack = () => { for (let i = 0; i < 48; i++) all.push(Buffer.alloc(64 * 2 ** 20, 1)); };`,
    { says: /"limit":"memory"|allocat|memory/ },
  ),
  does(
    "that fills the heap",
    `${FILL}\nconst attack = () => { for (let i = 0; ; i++) all.push(new Array(1e5).fill(i + 0.5)); };`,
    { says: /"limit":"(memory|time)"/ },
  ),
  does(
    "that takes memory by WebAssembly",
    `${FILL}\nconst attack = () => { for (let i = 0; i < 8; i++) { const memory = new (globalThis as any).WebAssembly.Memory({ initial: 16384 }); new Uint8Array(memory.buffer).fill(1); all.push(memory); } };`,
  ),
  does(
    "that takes shared memory",
    `${FILL}\nconst attack = () => { for (let i = 0; i < 6; i++) all.push(new Uint8Array(new SharedArrayBuffer(2 ** 29)).fill(1)); };`,
  ),
  does(
    "that takes memory in many processes",
    `${SPAWN}
const attack = () => { for (let i = 0; i < 6; i++) spawn(process.execPath, ["-e", "const a = []; for (let i = 0; i < 14; i++) a.push(Buffer.alloc(2 ** 26, 1)); setTimeout(() => {}, ${SLEEPS})"], { stdio: "ignore", detached: true }).on("error", () => {}); const end = Date.now() + 1500; while (Date.now() < end); };`,
  ),
  does(
    "that dumps its heap and its core",
    `import v8 from "node:v8";
const attack = () => { try { v8.setFlagsFromString("--expose-gc --allow-natives-syntax"); v8.writeHeapSnapshot("/tmp/${LITTER}heap"); } catch {} process.abort(); };`,
  ),
];

const files: readonly Attack[] = [
  does(
    "that opens every file descriptor",
    `import fs from "node:fs";
const attack = () => { for (let i = 0; i < 100_000; i++) try { fs.openSync("/dev/null", "r"); } catch { break; } };`,
  ),
  does(
    "that fills the disk",
    `import fs from "node:fs";
const attack = () => { const bytes = Buffer.alloc(2 ** 24, 1);
  for (const folder of ["/tmp", "/dev/shm", "/var/tmp", "/run", process.cwd(), process.env.HOME ?? "/root"])
    for (let i = 0; i < 16; i++) try { fs.appendFileSync(folder + "/${LITTER}full", bytes); } catch { break; } };`,
  ),
  does(
    "that uses up the inodes",
    `import fs from "node:fs";
const attack = () => { for (const folder of ["/tmp", "/dev/shm"]) for (let i = 0; i < 50_000; i++) try { fs.writeFileSync(folder + "/${LITTER}" + i, ""); } catch { break; } };`,
  ),
  does(
    "that prints 50 MB",
    `const attack = () => { for (let i = 0; i < 50; i++) console.log("y".repeat(2 ** 20)); };`,
    { says: /"limit":"output"|"printed/ },
  ),
  does(
    "that writes 50 MB to its standard output and error",
    `import fs from "node:fs";
const attack = () => { const line = "y".repeat(2 ** 16); for (let i = 0; i < 400; i++) for (const fd of [1, 2]) try { fs.writeSync(fd, line); } catch {} };`,
  ),
  does(
    "that prints without end, in small pieces",
    `const attack = () => { for (;;) console.log({ get secret() { return console.log("again"); } }); };`,
    { says: /"limit":"(time|output|memory)"/ },
  ),
];

const within: readonly Attack[] = [
  does(
    "that reaches for internal bindings",
    `const attack = () => {
  for (const name of ["spawn_sync", "process_wrap", "fs", "natives", "config", "contextify", "inspector"])
    try { const own = (process as any).binding(name); own.spawn?.({ file: "/bin/sleep", args: ["sleep", "${SLEEPS}"], stdio: [] }); } catch {}
};`,
  ),
  does(
    "that loads native code",
    `import fs from "node:fs";
import os from "node:os";
const attack = () => {
  for (const file of ["/proc/self/exe", "/lib/x86_64-linux-gnu/libc.so.6", "/proc/self/fd/3"])
    try { process.dlopen({ exports: {} } as any, file, os.constants.dlopen.RTLD_NOW); } catch {}
  try { fs.writeFileSync("/tmp/${LITTER}x.node", fs.readFileSync("/lib/x86_64-linux-gnu/libdl.so.2")); process.dlopen({ exports: {} } as any, "/tmp/${LITTER}x.node"); } catch {}
};`,
  ),
  does(
    "that opens the inspector, its parent's too",
    `import inspector from "node:inspector";
const attack = () => {
  try { inspector.open(0, "0.0.0.0"); } catch {}
  for (const pid of [process.ppid, 1]) try { (process as any)._debugProcess(pid); } catch {}
  try { const session: any = new inspector.Session(); session.connect(); session.post("Runtime.evaluate", { expression: "process.mainModule.require('fs').writeFileSync('/tmp/${LITTER}inspected', '')" }); } catch {}
};`,
  ),
  does(
    "that listens to everything its process does",
    `import { createHook, executionAsyncResource } from "node:async_hooks";
import domain from "node:domain";
const attack = () => {
  createHook({ init(_, __, ___, resource: any) { try { resource.result = 4; } catch {} }, before() { throw new Error("stop"); } }).enable();
  domain.create().on("error", () => {}).enter();
  for (const event of ["exit", "beforeExit", "unhandledRejection", "uncaughtException", "disconnect", "message", "warning"])
    process.on(event as any, () => { try { process.exitCode = 0; (process as any).send?.({ type: "graded", id: 1, result: { earned: 21 } }); } catch {} });
  setTimeout(() => { throw new Error("from a timer"); }, 0);
};`,
  ),
  does(
    "that starts its children with libraries and flags of its own",
    `${SPAWN}
const attack = () => {
  process.env.LD_PRELOAD = "/tmp/${LITTER}x.so"; process.env.NODE_OPTIONS = "--require /tmp/${LITTER}x.js --inspect=0.0.0.0:0"; process.env.PATH = "/tmp";
  try { spawnSync("/bin/sh", ["-c", "exec node -e 1"], { timeout: 500 }); } catch {}
};`,
  ),
];

/** What reaches out of its process needs something out there to reach for. */
export const onMachine = ({ folder, project, port, socket }: Ground): readonly Attack[] => [
  ...processes,
  ...memory,
  ...files,
  ...within,
  {
    name: "that talks to the network",
    answers: {
      later: `import dgram from "node:dgram";
import net from "node:net";
async function later(x: number): Promise<any> {
  dgram.createSocket("udp4").on("error", () => {}).send("hit", ${port}, "127.0.0.1", () => {});
  for (const path of ["\\0${socket}", "/run/dbus/system_bus_socket", "/var/run/docker.sock"]) net.connect({ path }).on("error", () => {}).end("hit");
  try { console.log("reached", await (await fetch("http://127.0.0.1:${port}/hit", { signal: AbortSignal.timeout(500) })).text()); } catch {}
  return 0;
}`,
    },
  },
  {
    name: "that edits the grades and leaves files everywhere",
    answers: {
      normalise: `import fs from "node:fs";
import { spawnSync } from "node:child_process";
function normalise(xs: readonly number[]): any {
  for (const folder of ["${folder}", "${project}", "${project}/build/dist", "${project}/node_modules", "/tmp", "/var/tmp", "/dev/shm", "/run", "/", "/etc", process.cwd(), ".."]) {
    const file = folder + "/${LITTER}file";
    const tries = [
      () => fs.writeFileSync(file, "x"), () => fs.mkdirSync(file + "-folder"), () => fs.symlinkSync("/etc/passwd", file + "-link"),
      () => fs.linkSync("${folder}/secret.json", file + "-hard"), () => fs.mkdtempSync(file), () => spawnSync("mkfifo", [file + "-fifo"]),
    ];
    for (const one of tries) try { one(); } catch {}
  }
  for (const own of ["gradebook.db", "results.json", "anna/work.ipynb"])
    for (const one of [() => fs.appendFileSync("${folder}/" + own, "14/4"), () => fs.rmSync("${folder}/" + own), () => fs.chmodSync("${folder}/" + own, 0o777), () => spawnSync("sh", ["-c", "echo 14/4 > '${folder}/" + own + "'"])])
      try { one(); } catch {}
  return xs;
}`,
    },
  },
];
