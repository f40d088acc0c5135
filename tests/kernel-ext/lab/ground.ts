// A copy of the clone on whatever ground a test wants, and `gradbook` called there from outside.
import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fromSource, ROOT } from "../../source.ts";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Call {
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly cwd?: string;
}

/** Not part of a fresh clone, or not needed by what is tested here. */
const LEFT_OUT = ["node_modules", "build", ".git", ".venv", "workbook"];

/** With a space and letters beyond ASCII in every path. */
export class Ground {
  readonly folder: string = mkdtempSync(join(tmpdir(), "gradbook é "));
  readonly clone: string = join(this.folder, "mon clône");
  readonly home: string = join(this.folder, "home");
  readonly bin: string = join(this.folder, "bin");
  readonly #running: ChildProcess[] = [];

  constructor() {
    for (const name of readdirSync(ROOT).filter((entry) => !LEFT_OUT.includes(entry)))
      cpSync(join(ROOT, name), join(this.clone, name), { recursive: true });
    mkdirSync(this.home);
    mkdirSync(this.bin);
    symlinkSync(process.execPath, join(this.bin, "node"));
    chmodSync(this.folder, 0o755);
  }

  /** A PATH on which only what is put there is found. */
  get barePath(): string {
    return this.bin;
  }

  /** Puts a program on the PATH that is a shell script. */
  script(name: string, body: string): void {
    rmSync(join(this.bin, name), { force: true });
    writeFileSync(join(this.bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  /** A set-up whose tools are played: npm and Python do in a moment what the real ones take minutes for. */
  playTools(): void {
    this.script("npm", `${WITH_SYSTEM}\n${NPM}`);
    this.script("python3", `${WITH_SYSTEM}\n${PYTHON}`);
  }

  environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      HOME: this.home,
      PATH: `${this.bin}:${process.env.PATH}`,
    };
    for (const name of Object.keys(env))
      if (/^(npm_|XDG_|JUPYTER|GRADBOOK_)|^(VIRTUAL_ENV|CONDA_PREFIX)$/i.test(name)) delete env[name];
    return { ...env, ...extra };
  }

  /** Starts `gradbook ARGS`, in a process group of its own. */
  start(args: readonly string[], { env = {}, uid, cwd = this.clone }: Call = {}): Started {
    const child = spawn(process.execPath, [join(this.clone, "kernel-ext", "gradbook.mjs"), ...args], {
      cwd,
      env: this.environment(env),
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    this.#running.push(child);
    return new Started(child);
  }

  gradbook(args: readonly string[], call?: Call): Promise<Outcome> {
    return this.start(args, call).outcome;
  }

  /** What the clone has that a fresh one has not. */
  made(): string[] {
    const build = join(this.clone, "build");
    const inBuild = existsSync(build) ? readdirSync(build, { recursive: true, encoding: "utf8" }) : [];
    return [...readdirSync(this.clone).filter((name) => LEFT_OUT.includes(name)), ...inBuild];
  }

  expectNothingHalfMade(): void {
    const made = this.made();
    expect(
      made.filter((name) => /\.part$|lock$|takeover$|\.json$/.test(name)),
      "left behind",
    ).to.deep.equal([]);
    expect(made).not.to.include.members(["node_modules"]).and.not.to.include.members([".venv"]);
  }

  remove(): void {
    for (const child of this.#running) killGroup(child, "SIGKILL");
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class Started {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
  #stdout = "";
  #stderr = "";

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
    });
    this.outcome = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  /** Waits until it has printed this. */
  async printed(pattern: RegExp, ms = 120_000): Promise<RegExpExecArray> {
    return until(() => {
      const found = pattern.exec(this.#stdout);
      if (!found && this.child.exitCode !== null)
        throw new Error(`ended with ${this.child.exitCode}: ${this.#stderr}`);
      return found ?? undefined;
    }, ms);
  }

  kill(signal: NodeJS.Signals): void {
    killGroup(this.child, signal);
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, signal);
  } catch {}
}

export async function until<Value>(look: () => Value | undefined, ms = 20_000): Promise<Value> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const value = look();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited ${ms / 1000} s in vain`);
}

/** One clear sentence with the command that helps, and no more than that. */
export function expectOneSentence({ code, stderr }: Outcome, what: RegExp, helps: RegExp): void {
  expect(stderr.trimEnd(), "one line").not.to.include("\n");
  const [, sentence, advice] = /^✗ (.+?) → (.+)\n$/.exec(stderr) ?? [];
  expect(sentence, stderr).to.match(what);
  expect(advice, stderr).to.match(helps);
  expect(stderr.length, stderr).to.be.at.most(320);
  expect(stderr).not.to.match(/\bat .*:\d+:\d+/);
  expect(code).to.equal(1);
}

export type Steps = typeof import("../../../kernel-ext/lab/steps.mjs");
export const loadSteps = (): Promise<Steps> => fromSource<Steps>("lab/steps.mjs");

/** The scripts call the system's tools by the system's own PATH. */
const WITH_SYSTEM = "PATH=/usr/bin:/bin";

const NPM = `
echo "npm http fetch GET 200 https://registry/chai 5ms"
rm -rf node_modules
[ -n "$GROUND_MODULES" ] && { ln -s "$GROUND_MODULES" node_modules; exit; }
mkdir -p node_modules
[ -e "$HOME/npm-waits" ] && { : > "$HOME/npm-at-work"; sleep 30; }
[ -e "$HOME/npm-fails" ] && { cat "$HOME/npm-fails" >&2; exit 1; }
echo x >> "$HOME/npm-runs"
echo '{}' > node_modules/.package-lock.json`;

const PYTHON = `
case "$*" in
*sys.version_info*) echo "3 11 $0" ;;
*"-m venv"*) shift 2; mkdir -p "$1/bin"; cp "$0" "$1/bin/python" ;;
*"-m jupyterlab"*) exit 3 ;;
*"-m pip"*)
  [ -e "$HOME/pip-waits" ] && { : > "$HOME/pip-at-work"; sleep 30; }
  [ -e "$HOME/pip-fails" ] && { cat "$HOME/pip-fails" >&2; exit 1; }
  echo x >> "$HOME/pip-runs"
  lab=$(dirname "$0")/../share/jupyter/lab/static; mkdir -p "$lab"; : > "$lab/index.html" ;;
esac`;
