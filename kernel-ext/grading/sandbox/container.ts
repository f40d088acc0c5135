// The level `container`: docker or podman, with an empty image into which the system's programs are bound, so that
// nothing is fetched. For machines where bubblewrap may not make namespaces, and a daemon may.
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Trouble } from "../../lab/trouble.mjs";
import type { Method, Start } from "./level.ts";
import { MOST_FILES, resourceLimits } from "./limits.ts";
import type { Launch, Limits } from "./sandbox.ts";
import { removeScratch } from "./scratch.ts";
import { userOfSlot } from "./slots.ts";
import { BASE_ENVIRONMENT, findProgram, realProgram, type System, system } from "./system.ts";

const run = promisify(execFile);

const ENGINES = ["docker", "podman"];
const SCRATCH = "/answers";
/** Where an ordinary user starts the container. */
const NOBODY = 65_534;
/** What runs in it besides the program: a shell, and its two for the lifeline. */
const OURS = 3;
/** podman's own choice is more than some may give; it is --pids-limit that counts. */
const NPROC = "nproc=4096:4096";
/** A shell knows descriptors of one digit, and the last is the lifeline. */
const MOST_DESCRIPTORS = 6;
const LIFELINE = 9;

export function containerLevel(): Method {
  if (process.platform !== "linux") {
    throw new Trouble(
      "Containers are used with this system's own programs, which have to be Linux's",
      "--sandbox none",
    );
  }
  const engine = findEngine();
  const around = system();
  const image = emptyImage(engine, around);
  const empty = mkdtempSync(join(tmpdir(), "gradbook-empty-"));
  chmodSync(empty, 0o711);
  const label = `gradbook=${process.pid}`;
  let launches = 0;
  return {
    level: "container",
    start(launch, slot) {
      const name = `gradbook-${process.pid}-${slot}-${++launches}`;
      return start(launch, { engine, image, empty, around, name, label, user: userOfSlot(slot) ?? NOBODY });
    },
    async close() {
      // The engine, as root, may have made mount points in it.
      await removeScratch(empty).catch(() => {});
      const left = await run(engine, ["ps", "--all", "--quiet", "--filter", `label=${label}`]);
      const ids = left.stdout.split("\n").filter(Boolean);
      if (ids.length > 0) await run(engine, ["rm", "--force", ...ids]);
    },
  };
}

function findEngine(): string {
  const said: string[] = [];
  for (const name of ENGINES) {
    const path = findProgram(name);
    if (!path) continue;
    const answer = spawnSync(path, ["info"], { encoding: "utf8", timeout: 20_000 });
    // docker's own command succeeds in saying that there is no daemon.
    const trouble = /^.*(cannot connect|permission denied|error).*$/im.exec(answer.stderr)?.[0];
    if (answer.status === 0 && !trouble) return path;
    said.push(`${name}: ${(trouble ?? answer.stderr.trim().split("\n").at(-1) ?? "").slice(0, 200)}`);
  }
  throw new Trouble(
    said.length > 0
      ? `No container can be started here (${said.join("; ")})`
      : "The sandbox level container needs docker or podman, and neither is installed",
    "sudo apt-get install podman, or start docker's daemon, or choose --sandbox bwrap or landlock",
  );
}

/** An image of nothing but the system's links; made once, from no network. */
function emptyImage(engine: string, { links }: System): string {
  const image = `gradbook-empty:${createHash("sha256")
    .update(JSON.stringify([SCRATCH, links]))
    .digest("hex")
    .slice(0, 12)}`;
  if (spawnSync(engine, ["image", "inspect", image]).status === 0) return image;
  const folder = mkdtempSync(join(tmpdir(), "gradbook-image-"));
  try {
    const root = join(folder, "root");
    mkdirSync(join(root, "tmp"), { recursive: true });
    // Docker gives the disk that it mounts there the mode of this folder.
    mkdirSync(join(root, SCRATCH));
    chmodSync(join(root, SCRATCH), 0o1777);
    for (const [target, path] of links) symlinkSync(target, join(root, path));
    const archive = join(folder, "root.tar");
    const packed = spawnSync("tar", ["-C", root, "-cf", archive, "."], { encoding: "utf8" });
    const imported = spawnSync(engine, ["import", archive, image], { encoding: "utf8" });
    if (packed.status === 0 && imported.status === 0) return image;
    throw new Trouble(
      `An empty image could not be made: ${(packed.stderr + imported.stderr).trim()}`,
      `${engine} info`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly engine: string;
  readonly image: string;
  /** A folder with nothing in it. */
  readonly empty: string;
  readonly around: System;
  readonly name: string;
  readonly label: string;
  readonly user: number;
}

function start(launch: Launch, { engine, image, empty, around, name, label, user }: Place): Start {
  const { limits } = launch;
  const program = realProgram(launch.command[0]);
  const environment = { ...BASE_ENVIRONMENT, HOME: SCRATCH, TMPDIR: SCRATCH, ...launch.environment };
  const readable = [...new Set([...around.readable, ...launch.readable, program])];
  return {
    command: [
      engine,
      ...["run", "--rm", "--interactive", "--name", name, "--label", label, "--log-driver", "none"],
      ...["--network", "none", "--read-only", "--security-opt", "no-new-privileges", "--cap-drop", "ALL"],
      // To open the descriptors' files and to become the user; both are gone before the program begins.
      ...["SETUID", "SETGID", "SETPCAP", "DAC_OVERRIDE"].flatMap((capability) => ["--cap-add", capability]),
      ...["--pids-limit", String(limits.processes + OURS)],
      ...["--memory", String(limits.memory), "--memory-swap", String(limits.memory)],
      ...[
        "--ulimit",
        `nofile=${limits.openFiles}:${limits.openFiles}`,
        "--ulimit",
        NPROC,
        "--workdir",
        SCRATCH,
      ],
      ...["--tmpfs", `${SCRATCH}:${scratchOptions(engine, limits)}`],
      ...readable.flatMap((path) => ["--mount", bind(path, path, true)]),
      ...around.closed.flatMap((path) => ["--mount", bind(empty, path, false)]),
      ...launch.descriptors.flatMap((descriptor, at) => [
        "--mount",
        bind(nameOf(descriptor), opened(at), false),
      ]),
      ...["--entrypoint", "/bin/sh", image, "-c", script(launch.descriptors.length), "sh"],
      ...["env", "-i", ...Object.entries(environment).map(([key, value]) => `${key}=${value}`)],
      ...["setpriv", "--reuid", String(user), "--regid", String(user), "--clear-groups"],
      ...["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"],
      ...["prlimit", ...limitOptions(limits), "--", program, ...launch.command.slice(1)],
    ],
    environment: engineEnvironment(),
    descriptors: [],
    group: false,
    lifeline: true,
    whenKilled: "memory",
    async clear() {
      // It takes itself away, but where its client was killed.
      await run(engine, ["rm", "--force", name]).catch(() => {});
    },
  };
}

const opened = (at: number) => `/descriptors/${3 + at}`;

/** The first process; when its client is gone, its input ends, and it ends with all others. */
function script(descriptors: number): string {
  if (descriptors > MOST_DESCRIPTORS)
    throw new Error(`at most ${MOST_DESCRIPTORS} descriptors in a container`);
  const numbers = Array.from({ length: descriptors }, (_, at) => 3 + at);
  return [
    "trap 'exit 137' TERM",
    `exec ${LIFELINE}<&0 ${numbers.map((number, at) => `${number}<>${opened(at)}`).join(" ")}`,
    `"$@" </dev/null ${LIFELINE}<&- & answers=$!`,
    `{ cat <&${LIFELINE} >/dev/null; kill 1; } ${numbers.map((number) => `${number}<&-`).join(" ")} &`,
    "wait $answers",
  ].join("\n");
}

/** A daemon takes no descriptors from its client: it opens the same file again, which must have a name. */
function nameOf(descriptor: number): string {
  const name = readlinkSync(`/proc/self/fd/${descriptor}`);
  if (name.startsWith("/") && !name.endsWith(" (deleted)")) return name;
  throw new Error(`descriptor ${descriptor} (${name}) has no name that a container could open it by`);
}

/** The options are comma-separated values, in which a quote is doubled. */
function bind(source: string, target: string, readonly: boolean): string {
  const fields = ["type=bind", `source=${source}`, `target=${target}`, ...(readonly ? ["readonly"] : [])];
  return fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}

function scratchOptions(engine: string, { disk }: Limits): string {
  // podman knows no limit on files; the kernel's notes about them count as the container's memory.
  const files = engine.endsWith("podman") ? "" : `,nr_inodes=${MOST_FILES}`;
  return `rw,noexec,nosuid,nodev,size=${disk}${files},mode=1777`;
}

function limitOptions(limits: Limits): string[] {
  const { DATA, CPU, CORE } = resourceLimits(limits);
  return Object.entries({ data: DATA, cpu: CPU, core: CORE }).map(
    ([name, pair]) => `--${name}=${pair?.join(":")}`,
  );
}

/** What tells the engine's client where its daemon and its files are. */
function engineEnvironment(): Record<string, string> {
  const known = /^(PATH|HOME|USER|XDG_.*|DOCKER_.*|CONTAINER.*|DBUS_SESSION_BUS_ADDRESS|TMPDIR)$/;
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => known.test(entry[0]) && !!entry[1],
    ),
  );
}
