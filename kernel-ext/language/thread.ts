// The language in a thread of its own, for where no process can start from a snapshot.
import { Worker } from "node:worker_threads";
import type { LanguageAnswer } from "./port.ts";
import { type Ask, Waiting } from "./process.ts";
import type { Opening } from "./serve.ts";

/** Starts the thread. `onEnd` is called when it dies. */
export function startThread(opening: Opening, onEnd: () => void): Ask {
  const worker = new Worker(new URL("../language/thread-main.js", import.meta.url), { workerData: opening });
  const waiting = new Waiting();
  worker.unref();
  worker.on("message", (answer: LanguageAnswer) => waiting.answered(answer));
  worker.on("error", () => {});
  worker.on("exit", () => {
    onEnd();
    waiting.failAll();
  });
  return (request, answer) => worker.postMessage({ ...request, id: waiting.add(answer) });
}
