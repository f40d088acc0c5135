// The language in a process of its own, started from the snapshot: there TypeScript is loaded and warm at once.
import { type ChildProcess, spawn } from "node:child_process";
import type { LanguageAnswer, LanguageRequest } from "./port.ts";
import type { Opening } from "./serve.ts";

export type Ask = (request: LanguageRequest, answer: (answer: LanguageAnswer) => void) => void;

/** Starts the process; resolves to undefined when it cannot be. `onEnd` is called when it dies later. */
export function startProcess(blob: string, opening: Opening, onEnd: () => void): Promise<Ask | undefined> {
  // What a user wants of Node is meant for the kernel; with such options the snapshot might not start.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ["--no-warnings", "--snapshot-blob", blob], {
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  process.on("exit", () => child.kill("SIGKILL"));
  child.stdin?.on("error", () => {});
  child.stdin?.write(`${JSON.stringify(opening)}\n`);
  return new Promise((resolve) => {
    let ready = false;
    const waiting = new Map<number, { id: number; answer: (answer: LanguageAnswer) => void }>();
    let last = 0;
    const ended = (): void => {
      if (ready) onEnd();
      else resolve(undefined);
    };
    child.on("error", ended);
    child.on("exit", ended);
    readLines(child, (line) => {
      if (!ready) {
        ready = true;
        resolve((request, answer) => {
          waiting.set(++last, { id: request.id, answer });
          child.stdin?.write(`${JSON.stringify({ ...request, id: last })}\n`);
        });
        return;
      }
      const answered = JSON.parse(line) as LanguageAnswer;
      const asked = waiting.get(answered.id);
      waiting.delete(answered.id);
      asked?.answer({ ...answered, id: asked.id });
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
