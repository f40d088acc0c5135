// The thread of watch.ts.
import { parentPort, workerData } from "node:worker_threads";
import type { Limit } from "../results/result.ts";
import { MOST_FILES } from "./limits.ts";
import { groupOf, treeOf, usage } from "./processes.ts";
import { measureFolder } from "./scratch.ts";
import { type Order, Verdicts, type Watched } from "./watch.ts";

const EVERY_MS = 100;
/** One process alone has its own signal at the limit, and ends half a second later at the latest. */
const GRACE = 0.5;

const verdicts: Verdicts = new Verdicts(workerData as Int32Array<SharedArrayBuffer>);
const watched: Map<number, Watched> = new Map();
let timer: NodeJS.Timeout | undefined;

parentPort?.on("message", (order: Order) => {
  if ("watch" in order) watched.set(order.watch.slot, order.watch);
  else watched.delete(order.leave);
  if (watched.size > 0) timer ??= setInterval(look, EVERY_MS);
  else {
    clearInterval(timer);
    timer = undefined;
  }
});

function look(): void {
  for (const one of watched.values()) {
    const limit = exceeded(one);
    if (!limit) continue;
    verdicts.set(one.slot, limit);
    watched.delete(one.slot);
    try {
      process.kill(one.group ? -one.pid : one.pid, "SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }
}

function exceeded({ pid, group, limits, scratch }: Watched): Limit | undefined {
  const { memory, tasks, cpu } = usage(group ? groupOf(pid) : treeOf(pid));
  if (memory > limits.memory) return "memory";
  if (cpu > limits.cpu + GRACE) return "time";
  // Elsewhere the kernel counts them.
  if (group && tasks > limits.processes) return "processes";
  if (!scratch) return undefined;
  const { bytes, files } = measureFolder(scratch, MOST_FILES);
  return bytes > limits.disk || files > MOST_FILES ? "files" : undefined;
}
