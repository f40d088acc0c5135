// The language in a process of its own, started from the snapshot: there TypeScript is loaded and warm at once.
import { type ChildProcess, spawn } from "node:child_process";
import type { LanguageAnswer, LanguageRequest } from "./port.ts";
import type { Opening } from "./serve.ts";
import { SNAPSHOT_FLAGS } from "./snapshot.ts";

export type Reply = { readonly value: unknown } | { readonly error: string };
export type Ask = (request: LanguageRequest, answer: (reply: Reply) => void) => void;

/** Requests under way, by a number of their own: two askers may use the same. */
export class Waiting {
  readonly #answers = new Map<number, (reply: Reply) => void>();
  #last = 0;

  add(answer: (reply: Reply) => void): number {
    this.#answers.set(++this.#last, answer);
    return this.#last;
  }

  answered({ id, ...reply }: LanguageAnswer): void {
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    answer?.(reply);
  }

  failAll(): void {
    const failed = [...this.#answers.values()];
    this.#answers.clear();
    for (const answer of failed) answer({ error: "The language service stopped" });
  }
}

/** Starts the process; resolves to undefined when it cannot be. `onEnd` is called when it dies later. */
export function startProcess(blob: string, opening: Opening, onEnd: () => void): Promise<Ask | undefined> {
  // What a user wants of Node is meant for the kernel; with such options the snapshot might not start.
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  // V8's compiling threads need memory for moments: with a pool each, glibc would keep 10 MB of it.
  const env = { ...inherited, MALLOC_ARENA_MAX: "1" };
  const child = spawn(process.execPath, [...SNAPSHOT_FLAGS, "--snapshot-blob", blob], {
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  process.on("exit", () => child.kill("SIGKILL"));
  child.stdin?.on("error", () => {});
  child.stdin?.write(`${JSON.stringify(opening)}\n`);
  return new Promise((resolve) => {
    let ready = false;
    let over = false;
    const waiting = new Waiting();
    const ended = (): void => {
      if (over) return;
      over = true;
      if (ready) onEnd();
      else resolve(undefined);
      waiting.failAll();
    };
    child.on("error", ended);
    child.on("exit", ended);
    readLines(child, (line) => {
      if (ready) return waiting.answered(JSON.parse(line) as LanguageAnswer);
      ready = true;
      resolve((request, answer) => {
        child.stdin?.write(`${JSON.stringify({ ...request, id: waiting.add(answer) })}\n`);
      });
    });
  });
}

function readLines(child: ChildProcess, take: (line: string) => void): void {
  let rest = "";
  child.stdout?.setEncoding("utf8");
  child.stdout?.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
}
