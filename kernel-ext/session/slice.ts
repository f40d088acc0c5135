// Runs synchronous work in an event of its own: the kernel terminates it to interrupt, and a termination
// takes the whole stack, on which nothing of the kernel may then lie.
import { MessageChannel } from "node:worker_threads";

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port2.on("message", () => waiting.shift()?.());
port2.unref();

/** What `work` returns or throws; nothing ever, where it is terminated. */
export function inOwnEvent(work: () => unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    waiting.push(() => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    });
    port1.postMessage(0);
  });
}
