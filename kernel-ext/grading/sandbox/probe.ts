// Runs inside a sandbox, before any answer does, and tries what answers might. Says what it could do, a line each.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { connect, type NetConnectOpts } from "node:net";

/** What there is to be found outside. */
export interface Bait {
  readonly secret: string;
  readonly outside: string;
  readonly folders: readonly string[];
  readonly port: number;
  readonly socket: string;
  readonly abstractSocket: string;
  readonly pid: number;
  /** The namespace that the pid means something in. */
  readonly pidNamespace: string;
  readonly memory: number;
  readonly processes: number;
}

const REFUSED = "refused: ";
const COULD = "could ";

const bait = JSON.parse(process.argv[1] ?? "") as Bait;
const say = (line: string) => process.stdout.write(`${line}\n`);

function attempt(what: string, act: () => unknown): void {
  try {
    act();
    say(COULD + what);
  } catch {
    say(REFUSED + what);
  }
}

function reach(what: string, to: NetConnectOpts): Promise<void> {
  return new Promise((resolve) => {
    const done = (line: string) => {
      say(line + what);
      socket.destroy();
      resolve();
    };
    const socket = connect(to, () => done(COULD));
    socket.on("error", () => done(REFUSED));
    socket.setTimeout(200, () => done(REFUSED));
  });
}

/** Elsewhere a pid means another process, or none. */
function seeProcess(pid: number): void {
  if (readlinkSync("/proc/self/ns/pid") !== bait.pidNamespace) throw new Error("another namespace");
  try {
    process.kill(pid, 0);
  } catch {
    readFileSync(`/proc/${pid}/cmdline`);
  }
}

function forkTooMany(): void {
  for (let started = 0; started < bait.processes; started++) {
    const child = spawn("/bin/sleep", ["30"], { stdio: "ignore" });
    child.on("error", () => {});
    if (child.pid === undefined) throw new Error("refused");
  }
  // Where somebody counts who looks ten times a second, or less often on a busy machine, we do not live to say that we could.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
}

attempt("read a file of the grader", () => readFileSync(bait.secret));
attempt("write outside its scratch folder", () => writeFileSync(bait.outside, "x"));
for (const folder of bait.folders) attempt(`list ${folder}`, () => readdirSync(folder));
attempt("see other processes", () => seeProcess(bait.pid));
await Promise.all([
  reach("use the network", { port: bait.port, host: "127.0.0.1" }),
  reach("reach a socket of the grader", { path: bait.socket }),
  reach("reach an abstract socket of the grader", { path: bait.abstractSocket }),
]);
attempt("take more memory than it may", () => new ArrayBuffer(2 * bait.memory));
attempt("start more processes than it may", forkTooMany);
process.exit(0);
