// The levels without namespaces. `landlock`: a launcher closes the disk by Landlock, the network, other processes and
// the way out of its group by seccomp, and becomes the program. `none`: the same launcher closes nothing but that way out.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Trouble } from "../../lab/trouble.mjs";
import { OWN_PID, seccompFilter } from "./filter.ts";
import type { Method, Start } from "./level.ts";
import { resourceLimits } from "./limits.ts";
import type { Launch } from "./sandbox.ts";
import { makeScratch, removeScratch, scratchBase } from "./scratch.ts";
import { userOfSlot } from "./slots.ts";
import { BASE_ENVIRONMENT, DEVICES, openPaths, realProgram, system } from "./system.ts";

const LAUNCHER = fileURLToPath(new URL("./launcher.py", import.meta.url));

/** What the launcher reads. */
interface Shut {
  readonly landlock: boolean;
  readonly uid: number | null;
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  readonly devices: readonly string[];
  readonly limits: Readonly<Record<string, readonly [number, number]>>;
  /** The seccomp filter, as hexadecimal digits; where `ownPid` stands in it, the program's own pid is meant. */
  readonly filter: string;
  readonly ownPid: number;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

const WARNING =
  "The answers ran without a sandbox (--sandbox none): they could read and change what the grader can, and use the network";

export async function launcherLevel(level: "landlock" | "none"): Promise<Method> {
  const filter = seccompFilter(level === "landlock" ? "landlock" : "group");
  if (process.platform !== "linux" || !filter) {
    if (level === "none") return bareLevel();
    throw new Trouble(
      "Landlock is there for Linux on x86-64 and arm64 only",
      "--sandbox container, or --sandbox none",
    );
  }
  const python = findPython();
  const base = await scratchBase();
  const open = openPaths(system()).concat(system().links.map(([, path]) => path));
  return {
    level,
    ...(level === "none" ? { warning: WARNING } : {}),
    start(launch, slot) {
      const user = userOfSlot(slot);
      const scratch = makeScratch(base, slot, user);
      const shut: Shut = {
        landlock: level === "landlock",
        uid: user ?? null,
        readable: [...open, ...launch.readable, realProgram(launch.command[0])],
        writable: [scratch],
        devices: DEVICES,
        limits: resourceLimits(launch.limits),
        filter: filter.toString("hex"),
        ownPid: OWN_PID,
        cwd: scratch,
        environment: environmentOf(launch, scratch),
        command: [realProgram(launch.command[0]), ...launch.command.slice(1)],
      };
      return {
        command: [python, "-I", "-S", LAUNCHER, JSON.stringify(shut)],
        environment: {},
        descriptors: launch.descriptors,
        group: true,
        scratch,
        clear: () => removeScratch(scratch),
      };
    },
    close: () => removeScratch(base),
  };
}

function environmentOf(launch: Launch, scratch: string): Record<string, string> {
  return { ...BASE_ENVIRONMENT, HOME: scratch, TMPDIR: scratch, ...launch.environment };
}

/** Elsewhere than on Linux: a group of processes, no limits. */
async function bareLevel(): Promise<Method> {
  const base = await scratchBase();
  return {
    level: "none",
    warning: `${WARNING}; their memory, processes and files had no limits on this system`,
    start(launch, slot): Start {
      const scratch = makeScratch(base, slot, undefined);
      return {
        command: launch.command,
        environment: environmentOf(launch, scratch),
        descriptors: launch.descriptors,
        group: process.platform !== "win32",
        clear: () => removeScratch(scratch),
      };
    },
    close: () => removeScratch(base),
  };
}

/** The program itself: what is on the PATH may be a script that looks for it, which costs more than Python does. */
function findPython(): string {
  for (const name of [process.env.GRADBOOK_PYTHON, "/usr/bin/python3", "python3"]) {
    if (!name || (name.startsWith("/") && !existsSync(name))) continue;
    const probe = spawnSync(name, ["-I", "-S", "-c", "import ctypes, sys; print(sys.executable)"], {
      encoding: "utf8",
    });
    if (probe.status === 0 && probe.stdout.trim()) return probe.stdout.trim();
  }
  throw new Trouble(
    "The sandbox's launcher needs Python 3, and there is none on the PATH",
    "sudo apt-get install python3 (or set GRADBOOK_PYTHON to one)",
  );
}
