// Runs a trial as root (where we are) or as an ordinary user.
import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Level } from "../../../../kernel-ext/grading/sandbox/sandbox.ts";
import type { Case, Told } from "./asked.ts";

const run = promisify(execFile);
const TRIAL = fileURLToPath(new URL("./trial.js", import.meta.url));
const ORDINARY = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];

export type Who = "root" | "an ordinary user";

const isRoot = process.getuid?.() === 0;

/** Whom a test can be: root can be both, where the ordinary user may read what was built. */
export function everybody(): Who[] {
  if (!isRoot) return ["an ordinary user"];
  const canRead = spawnSync("setpriv", [...ORDINARY, "cat", TRIAL]).status === 0;
  return canRead ? ["root", "an ordinary user"] : ["root"];
}

export function has(program: string): boolean {
  return spawnSync(program, ["--version"]).status === 0;
}

export async function trial(
  who: Who,
  level: Level,
  cases: Readonly<Record<string, Case>>,
  environment: NodeJS.ProcessEnv = {},
): Promise<Told> {
  const program = [process.execPath, TRIAL, JSON.stringify({ level, cases })];
  const [command = "", ...args] = isRoot && who !== "root" ? ["setpriv", ...ORDINARY, ...program] : program;
  const { stdout } = await run(command, args, {
    env: { ...process.env, ...environment },
    cwd: "/",
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout) as Told;
}
