// What /proc says of processes: who belongs together, and what they use.
import { readdirSync, readFileSync } from "node:fs";

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // It has ended.
  }
}

function entries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

const afterName = (stat: string) => stat.slice(stat.lastIndexOf(")") + 2).split(" ");

/** A process and all below it. In a pid namespace nobody leaves that tree. */
export function treeOf(pid: number): number[] {
  const found = [pid];
  for (const one of found) {
    for (const task of entries(`/proc/${one}/task`)) {
      found.push(...read(`/proc/${one}/task/${task}/children`).split(" ").filter(Boolean).map(Number));
    }
  }
  return found;
}

/** Whether a process still does something: one that has ended stays listed until somebody takes note. */
export function isAlive(pid: number): boolean {
  return !/^[ZX]?$/.test(afterName(read(`/proc/${pid}/stat`))[0] ?? "");
}

/** The living processes of a group. */
export function groupOf(group: number): number[] {
  return entries("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      // pid (name) state ppid group: a name may have brackets and spaces of its own.
      const [state, , its] = afterName(read(`/proc/${pid}/stat`));
      return Number(its) === group && state !== "Z" && state !== "X";
    });
}

export interface Usage {
  /** Bytes of memory that is theirs alone. */
  readonly memory: number;
  /** Processes and threads, as RLIMIT_NPROC counts. */
  readonly tasks: number;
  /** Seconds of computing, with those of children that have ended. */
  readonly cpu: number;
}

/** Where a process's ticks stand behind its name, its children's after its own; Linux shows 100 a second everywhere. */
const TICKS = [11, 12, 13, 14];
const TICKS_A_SECOND = 100;

/** What all of them have together. */
export function usage(pids: readonly number[]): Usage {
  let memory = 0;
  let tasks = 0;
  let ticks = 0;
  for (const pid of pids) {
    const status = read(`/proc/${pid}/status`);
    memory += 1024 * Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    tasks += Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    const stat = afterName(read(`/proc/${pid}/stat`));
    for (const at of TICKS) ticks += Number(stat[at] ?? 0);
  }
  return { memory, tasks, cpu: ticks / TICKS_A_SECOND };
}
