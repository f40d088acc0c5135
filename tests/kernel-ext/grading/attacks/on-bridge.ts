// Attacks on the pipes between the answers and the checker: descriptors 3 and 4 of the process that answers.
import type { Attack } from "./attack.ts";

/** A frame is its length (4 bytes), its kind, three bytes, values. */
const FRAME = `const frame = (kind: number, ...rest: number[]): Buffer => {
  const bytes = Buffer.alloc(8 + rest.length);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes[4] = kind;
  bytes.set(rest, 8);
  return bytes;
};`;

const IMPORTS = `import fs from "node:fs";\n${FRAME}`;

export const onBridge: readonly Attack[] = [
  {
    name: "that forges replies when its cell runs",
    harmless: true,
    answers: {
      normalise: `${IMPORTS}
for (let kind = 0; kind < 32; kind++) try { fs.writeSync(4, frame(kind, 2, 0, 0, 0)); } catch {}
function normalise(xs: readonly number[]): any { return xs; }`,
    },
  },
  {
    name: "that forges replies when it is called",
    harmless: true,
    answers: {
      normalise: `${IMPORTS}
function normalise(xs: readonly number[]): any { fs.writeSync(4, frame(16, 0)); fs.writeSync(4, frame(16, 2)); return xs; }`,
    },
  },
  {
    name: "that forges replies from a timer, after the call",
    harmless: true,
    answers: {
      later: `${IMPORTS}
async function later(x: number): Promise<any> {
  setInterval(() => { try { fs.writeSync(4, frame(16, 2)); } catch {} }, 1);
  return new Promise((resolve) => setTimeout(resolve, 30, 0));
}`,
    },
  },
  {
    name: "that forges replies from a thread, all the time",
    harmless: true,
    answers: {
      estimate: `import { Worker } from "node:worker_threads";
new Worker(\`const fs = require("node:fs"); const b = Buffer.alloc(17); b.writeUInt32LE(17, 0); b[4] = 16; b[8] = 5;
for (;;) try { fs.writeSync(4, b); } catch {}\`, { eval: true });
await new Promise((resolve) => setTimeout(resolve, 100));
function estimate(xs: readonly number[]): any { return NaN; }`,
    },
  },
  {
    name: "that announces a frame of 4 GB",
    harmless: true,
    answers: {
      normalise: `import fs from "node:fs";
function normalise(xs: readonly number[]): any { fs.writeSync(4, Buffer.from([255, 255, 255, 255, 16, 0, 0, 0])); return xs; }`,
    },
  },
  {
    name: "that begins a frame and never ends it",
    says: /"limit":"time"/,
    answers: {
      twice: `import fs from "node:fs";
function twice(change: any, x: number): any { fs.writeSync(4, Buffer.from([255, 0, 0, 0, 16, 0, 0])); for (;;); }`,
    },
  },
  {
    name: "that writes frames of random bytes",
    harmless: true,
    answers: {
      normalise: `${IMPORTS}
import { randomBytes } from "node:crypto";
function normalise(xs: readonly number[]): any { fs.writeSync(4, frame(16, ...randomBytes(1000))); return xs; }`,
      doubled: `function doubled(t: Tensor): any { fs.writeSync(4, frame(16, 19, 0, 255, ...new Array(255 * 8).fill(127))); return t; }`,
      estimate: `function estimate(xs: readonly number[]): any { fs.writeSync(4, frame(16, 11, 0, 255, 255, 255, 255)); return 0; }`,
    },
  },
  {
    name: "that answers with things of the checker's by their numbers",
    harmless: true,
    answers: {
      normalise: `${IMPORTS}
let n = 0;
function normalise(xs: readonly number[]): any { fs.writeSync(4, frame(16, 23, n++, 0, 0, 0)); for (;;) fs.readSync(3, Buffer.alloc(100)); }`,
    },
  },
  {
    name: "that calls callbacks that it was never given",
    harmless: true,
    answers: {
      twice: `${IMPORTS}
function twice(change: any, x: number): any {
  for (let n = 0; n < 50; n++) { fs.writeSync(4, frame(18, n, 0, 0, 0, 10, 0, 0, 0, 0, 0)); fs.readSync(3, Buffer.alloc(4096)); }
  return 0;
}`,
    },
  },
  {
    name: "that reads what the checker asks before its bridge does",
    says: /"limit":"time"/,
    answers: {
      twice: `import fs from "node:fs";
function twice(change: any, x: number): any { for (;;) console.log(fs.readSync(3, Buffer.alloc(65536))); }`,
    },
  },
  {
    name: "that closes the pipes",
    harmless: true,
    answers: {
      normalise: `import fs from "node:fs";
function normalise(xs: readonly number[]): any { for (let fd = 3; fd < 64; fd++) try { fs.closeSync(fd); } catch {} return xs; }`,
      estimate: `import os from "node:fs";
for (let fd = 0; fd < 64; fd++) try { os.closeSync(fd); } catch {}
function estimate(xs: readonly number[]): any { return NaN; }`,
    },
  },
  {
    name: "that puts files of its own where the pipes were",
    harmless: true,
    answers: {
      normalise: `import fs from "node:fs";
function normalise(xs: readonly number[]): any {
  fs.closeSync(4); fs.openSync("/dev/null", "w"); fs.closeSync(3); fs.openSync("/dev/zero", "r");
  return xs;
}`,
    },
  },
  {
    name: "whose fs is patched to edit the frames",
    harmless: true,
    answers: {
      normalise: `import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
const { writeSync, readSync } = fs;
(fs as any).writeSync = (fd: number, bytes: any, ...rest: any[]) => { if (fd === 4) bytes.fill(0, 8); return (writeSync as any)(fd, bytes, ...rest); };
(fs as any).readSync = (fd: number, ...rest: any[]) => { const count = (readSync as any)(fd, ...rest); console.log("asked", String(rest[0])); return count; };
syncBuiltinESMExports();
function normalise(xs: readonly number[]): any { return xs; }`,
    },
  },
  {
    name: "that hands the pipes to a process of its own",
    answers: {
      normalise: `import { spawn } from "node:child_process";
function normalise(xs: readonly number[]): any {
  spawn(process.execPath, ["-e", "setInterval(() => { try { require('fs').writeSync(4, Buffer.from([9, 0, 0, 0, 16, 0, 0, 0, 2])); } catch { process.exit(); } }, 1)"],
    { stdio: ["ignore", "ignore", "ignore", 3, 4], detached: true }).unref();
  return xs;
}`,
    },
  },
  {
    name: "that opens the pipes once more through /proc",
    harmless: true,
    answers: {
      normalise: `import fs from "node:fs";
function normalise(xs: readonly number[]): any {
  for (const path of ["/proc/self/fd/3", "/proc/self/fd/4", "/proc/1/fd/3", "/proc/1/fd/4", "/dev/fd/3"])
    for (const flags of [fs.constants.O_WRONLY | fs.constants.O_NONBLOCK, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK])
      try { const fd = fs.openSync(path, flags); fs.writeSync(fd, Buffer.from([9, 0, 0, 0, 5, 0, 0, 0, 2])); } catch {}
  return xs;
}`,
    },
  },
];
