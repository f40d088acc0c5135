// The level `bwrap`: namespaces of its own for files, processes, network and the rest, made by bubblewrap.
//
// As root, bubblewrap binds what only root may read, mounts, and then a user of the slot's own takes over. An ordinary
// user has a user namespace instead, in which "root" is that user and nothing more.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Trouble } from "../../lab/trouble.mjs";
import { seccompFilter } from "./filter.ts";
import type { Method, Start } from "./level.ts";
import { MOST_FILES, resourceLimits } from "./limits.ts";
import type { Launch, Limits } from "./sandbox.ts";
import { userOfSlot } from "./slots.ts";
import {
  BASE_ENVIRONMENT,
  DEVICES,
  findProgram,
  foldersAbove,
  realProgram,
  type System,
  system,
} from "./system.ts";

/** Where the scratch disk is, inside. */
const SCRATCH = "/answers";
const FIRST_PROCESS = "/proc/1";

// bubblewrap's own tmpfs has no limit on files, so we mount one, which needs a capability that setpriv then takes away.
const MOUNT = `"$1" -i -n -t tmpfs -o "$2" scratch ${SCRATCH} && cd ${SCRATCH} && shift 2 && exec "$@"`;

const ISOLATE = [
  ..."--unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup-try".split(" "),
  ..."--die-with-parent --new-session --clearenv --hostname answers --cap-drop ALL --cap-add CAP_SYS_ADMIN".split(
    " ",
  ),
  ..."--cap-add CAP_SETPCAP".split(" "),
];
const AS_ROOT = "--cap-add CAP_SETUID --cap-add CAP_SETGID".split(" ");
/** Only root of a namespace may mount in it. */
const AS_USER = "--unshare-user --uid 0 --gid 0".split(" ");

interface Tools {
  readonly bwrap: string;
  readonly sh: string;
  readonly mount: string;
  readonly setpriv: string;
  readonly prlimit: string;
}

export const OTHER_LEVELS = "or choose another level: --sandbox landlock, container or none";

function findTools(): Tools {
  const find = (name: string, where: string): string => {
    const path = findProgram(name);
    if (path) return realProgram(path);
    throw new Trouble(
      `Answers run in a sandbox made by bubblewrap, and ${name} is not installed`,
      `sudo apt-get install ${where}, ${OTHER_LEVELS}`,
    );
  };
  return {
    bwrap: find("bwrap", "bubblewrap"),
    sh: find("sh", "dash"),
    mount: find("mount", "mount"),
    setpriv: find("setpriv", "util-linux"),
    prlimit: find("prlimit", "util-linux"),
  };
}

export function bwrapLevel(): Method {
  if (process.platform !== "linux") {
    throw new Trouble("bubblewrap is there for Linux only", "--sandbox container, or --sandbox none");
  }
  const tools = findTools();
  const around = { mounts: systemMounts(system()), closed: system().closed };
  const filter = filterFile();
  return {
    level: "bwrap",
    start: (launch, slot) => start(launch, userOfSlot(slot), tools, around, filter.open()),
    close: filter.close,
  };
}

/** The filter as a file without a name: bubblewrap reads a descriptor, from where it stands, to its end. */
function filterFile(): { open(): number | undefined; close(): void } {
  const bytes = seccompFilter("namespaced");
  if (!bytes) return { open: () => undefined, close: () => {} };
  const folder = mkdtempSync(join(tmpdir(), "gradbook-filter-"));
  try {
    writeFileSync(join(folder, "filter"), bytes);
    const file = openSync(join(folder, "filter"), "r");
    return { open: () => openSync(`/proc/self/fd/${file}`, "r"), close: () => closeSync(file) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function systemMounts({ readable, links, closed }: System): string[] {
  return [
    ...foldersAbove([...readable, ...closed]).flatMap((folder) => ["--dir", folder]),
    ...readable.flatMap((path) => ["--ro-bind", path, path]),
    ...links.flatMap(([target, path]) => ["--symlink", target, path]),
    ...closed.flatMap((path) => ["--tmpfs", path]),
    ...["--dir", "/dev"],
    ...DEVICES.flatMap((path) => ["--dev-bind", path, path]),
    ...["--symlink", "/proc/self/fd", "/dev/fd", "--proc", "/proc", "--dir", SCRATCH],
    // The namespace's first process is bubblewrap's own, under no limit and no filter: nobody may write to its memory.
    ...["--tmpfs", FIRST_PROCESS],
  ];
}

function start(
  launch: Launch,
  user: number | undefined,
  tools: Tools,
  around: { readonly mounts: readonly string[]; readonly closed: readonly string[] },
  filter: number | undefined,
): Start {
  const [path, ...args] = launch.command;
  const program = realProgram(path);
  const readable = [...launch.readable, program];
  const environment = { ...BASE_ENVIRONMENT, HOME: SCRATCH, TMPDIR: SCRATCH, ...launch.environment };
  const descriptors = filter === undefined ? launch.descriptors : [...launch.descriptors, filter];
  return {
    command: [
      tools.bwrap,
      ...ISOLATE,
      ...(user === undefined ? AS_USER : AS_ROOT),
      ...around.mounts,
      ...foldersAbove(readable).flatMap((folder) => ["--dir", folder]),
      ...readable.flatMap((path) => ["--ro-bind", path, path]),
      // A clone may lie in /tmp.
      ...(readable.some((path) => path.startsWith("/tmp/")) ? [] : ["--symlink", SCRATCH, "/tmp"]),
      ...[...around.closed, FIRST_PROCESS].flatMap((path) => ["--remount-ro", path]),
      ...["--remount-ro", "/"],
      ...Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]),
      ...(filter === undefined ? [] : ["--seccomp", String(3 + launch.descriptors.length)]),
      ...["--info-fd", String(3 + descriptors.length), "--"],
      ...[tools.sh, "-c", MOUNT, "sh", tools.mount, scratchOptions(launch.limits, user)],
      ...[
        tools.setpriv,
        ...(user === undefined ? [] : takeOver(user)),
        "--bounding-set=-all",
        "--inh-caps=-all",
      ],
      ...[tools.prlimit, ...limitOptions(launch.limits), "--", program, ...args],
    ],
    environment: {},
    descriptors,
    ...(filter === undefined ? {} : { opened: [filter] }),
    group: false,
    tellsPid: true,
    // The second that follows SIGXCPU is over.
    whenKilled: "time",
  };
}

const takeOver = (user: number) => ["--reuid", String(user), "--regid", String(user), "--clear-groups"];

function scratchOptions({ disk }: Limits, user = 0): string {
  return `size=${disk},nr_inodes=${MOST_FILES},mode=0711,uid=${user},gid=${user},nosuid,nodev,noexec`;
}

function limitOptions(limits: Limits): string[] {
  // The scratch disk has its size, and a full one is an error that an answer can read; this would be a signal.
  const { FSIZE: _, ...others } = resourceLimits(limits);
  return Object.entries(others).map(([name, [soft, hard]]) => `--${name.toLowerCase()}=${soft}:${hard}`);
}
