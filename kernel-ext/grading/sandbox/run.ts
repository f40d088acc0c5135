// Starts a program by a level's method, and sees to its end: the same at every level.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type Stdio, withoutInherited } from "./inherited.ts";
import type { Start } from "./level.ts";
import { limitOf } from "./limits.ts";
import { groupOf, isAlive } from "./processes.ts";
import type { End, Launch, Sandboxed } from "./sandbox.ts";
import type { Watch } from "./watch.ts";

/** What is kept of what a program wrote as errors, in characters. */
const TAIL = 8192;
/** What a shell or bubblewrap says of a program that was killed within. */
const KILLED = 128 + constants.signals.SIGKILL;
/** Longer than any end takes that is not stuck in the kernel. */
const END_MS = 10_000;
/** For whoever has stopped reading the errors. */
const LAST_WORDS_MS = 2000;

export function run(start: Start, { limits }: Launch, slot: number, watch: Watch): Sandboxed {
  const [program, ...args] = start.command;
  const stdio: Stdio[] = [start.lifeline ? "pipe" : "ignore", "pipe", "pipe", ...start.descriptors];
  if (start.tellsPid) stdio.push("pipe");
  const child = spawn(program, args, {
    env: start.environment,
    cwd: "/",
    detached: start.group,
    stdio: withoutInherited(stdio),
  });
  for (const descriptor of start.opened ?? []) closeSync(descriptor);
  // A number that no process can have, where it did not start: kill() then fails as for one that has ended.
  const pid = child.pid === undefined ? 2 ** 30 : start.group ? -child.pid : child.pid;
  if (child.pid !== undefined) {
    const scratch = start.scratch === undefined ? {} : { scratch: start.scratch };
    watch.begin({ slot, pid: child.pid, group: start.group, limits, ...scratch });
  }
  const ended = seeToEnd(child, start, slot, watch);
  return { process: child, pid, ended, kill: () => kill(pid) };
}

export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

async function seeToEnd(child: ChildProcess, start: Start, slot: number, watch: Watch): Promise<End> {
  child.stdin?.on("error", () => {});
  // Nobody has to read what it prints, and it never waits for a reader.
  child.stdout?.on("data", () => {});
  const said = tailOf(child.stderr);
  const first = start.tellsPid ? firstPid(child.stdio[3 + start.descriptors.length] as Readable) : undefined;
  const [code, signal] = await new Promise<readonly [number | null, NodeJS.Signals | null, Error?]>(
    (resolve) => {
      child.once("exit", (code, signal) => resolve([code, signal]));
      child.once("error", () => resolve([127, null]));
    },
  );
  const ended = watch.end(slot);
  if (child.pid !== undefined) {
    if (start.group) await groupIsGone(child.pid);
    const pid = await first;
    if (pid !== undefined) await isGone(() => !isAlive(pid));
  }
  const words = await Promise.race([said, sleep(LAST_WORDS_MS, "", { ref: false })]);
  await start.clear?.();
  const how = signal === null ? signalOf(code) : { code, signal };
  const killed = code === KILLED ? start.whenKilled : undefined;
  const limit = ended ?? limitOf({ ...how, said: words }) ?? killed;
  return limit ? { ...how, limit } : how;
}

/** bubblewrap ends, as a shell does, with 128 and the signal that ended the program. */
function signalOf(code: number | null): { code: number | null; signal: NodeJS.Signals | null } {
  const signals = Object.entries(constants.signals) as [NodeJS.Signals, number][];
  const signal = signals.find(([, number]) => code === 128 + number)?.[0];
  return signal ? { code: null, signal } : { code, signal: null };
}

async function groupIsGone(group: number): Promise<void> {
  await isGone(() => {
    try {
      process.kill(-group, "SIGKILL");
    } catch {
      return true;
    }
    // Where nobody reaps for the machine, the dead stay in the group.
    return groupOf(group).length === 0;
  });
}

async function isGone(gone: () => boolean): Promise<void> {
  const latest = performance.now() + END_MS;
  for (let pause = 1; !gone() && performance.now() < latest; pause = Math.min(2 * pause, 50))
    await sleep(pause);
}

function tailOf(stream: Readable | null): Promise<string> {
  if (!stream) return Promise.resolve("");
  let tail = "";
  stream.on("data", (chunk: Buffer | string) => {
    tail = (tail + chunk.toString().slice(-TAIL)).slice(-TAIL);
  });
  return new Promise((resolve) => {
    stream.once("close", () => resolve(tail));
    stream.once("error", () => resolve(tail));
  });
}

/** What bubblewrap says about the process that all others in the namespace are below. */
async function firstPid(stream: Readable): Promise<number | undefined> {
  let text = "";
  try {
    for await (const chunk of stream) text += String(chunk);
  } catch {
    // It was killed before it could say.
  }
  const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
  return pid === undefined ? undefined : Number(pid);
}
