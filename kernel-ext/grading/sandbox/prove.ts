// A sandbox that has not been seen to hold is none: before the first answer, a program of ours tries to get out.
import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ListenOptions, type Server } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { Trouble } from "../../lab/trouble.mjs";
import type { Bait } from "./probe.ts";
import type { End, Launch, Level, Limits, Sandbox } from "./sandbox.ts";

const LIMITS: Limits = { memory: 2 ** 29, cpu: 10, processes: 28, disk: 2 ** 20, openFiles: 64 };
const COULD = /^could (.*)$/gm;
const LAST = "start more processes than it may";

/** Throws where it does not hold. */
export async function prove(sandbox: Sandbox): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gradbook-proof-"));
  const servers: Server[] = [];
  const listen = async (where: ListenOptions): Promise<Server> => {
    const server = createServer((socket) => socket.destroy());
    servers.push(server);
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(where, resolve));
    return server;
  };
  try {
    const socket = join(folder, "socket");
    const abstractSocket = `\0${folder}`;
    writeFileSync(join(folder, "secret"), "secret");
    const [tcp] = await Promise.all([
      listen({ port: 0, host: "127.0.0.1" }),
      listen({ path: socket }),
      listen({ path: abstractSocket }),
    ]);
    const address = tcp?.address();
    const bait: Bait = {
      secret: join(folder, "secret"),
      outside: join(folder, "outside"),
      folders: [folder, homedir()],
      port: typeof address === "object" && address ? address.port : 0,
      socket,
      abstractSocket,
      pid: process.pid,
      pidNamespace: readlinkSync("/proc/self/ns/pid"),
      memory: LIMITS.memory,
      processes: LIMITS.processes,
    };
    judge(sandbox.level, await tryToGetOut(sandbox, bait));
  } finally {
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Tried {
  readonly end: End;
  readonly printed: string;
  readonly said: string;
}

async function tryToGetOut(sandbox: Sandbox, bait: Bait): Promise<Tried> {
  const source = readFileSync(new URL("./probe.js", import.meta.url), "utf8");
  const launch: Launch = {
    command: [process.execPath, "--input-type=module", "--eval", source, JSON.stringify(bait)],
    descriptors: [],
    readable: [],
    environment: {},
    limits: LIMITS,
  };
  const { process: child, ended } = sandbox.launch(launch);
  let printed = "";
  let said = "";
  child.stdout?.on("data", (chunk) => {
    printed += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  return { end: await ended, printed, said };
}

function judge(level: Level, { end, printed, said }: Tried): void {
  if (printed === "") throw doesNotStart(level, said.trim().split("\n").at(-1) ?? "");
  const could = [...printed.matchAll(COULD)].map(([, what]) => what ?? "");
  // The last thing tried may have been ended instead of refused.
  const triedAll = printed.includes(LAST) || end.limit === "processes";
  if (could.length === 0 && triedAll) return;
  const what =
    could.length > 0 ? `a program in it could ${could.join(", ")}` : `it ended early: ${said.slice(-200)}`;
  throw new Trouble(`The sandbox (${level}) does not hold on this machine: ${what}`, otherLevels(level));
}

function otherLevels(level: Level): string {
  const others = ["bwrap", "landlock", "container"].filter((other) => other !== level);
  return `choose another level: --sandbox ${others.join(" or ")} (or none, for answers that you trust)`;
}

function doesNotStart(level: Level, said: string): Trouble {
  const sentence = `The sandbox (${level}) does not start on this machine${said ? `: ${said}` : ""}`;
  const allow =
    process.getuid?.() === 0
      ? "in a container, start that with the right to mount (--cap-add SYS_ADMIN --security-opt seccomp=unconfined)"
      : "allow namespaces (sudo sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0)";
  const mend = level === "bwrap" ? `${allow}, or ` : "";
  return new Trouble(sentence, mend + otherLevels(level));
}
