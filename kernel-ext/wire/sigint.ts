// Hears SIGINT for a process whose main thread is busy. Only a script that runs with `breakOnSigint` hears
// it there and then, so this thread runs one that waits for nothing else: a second one around it keeps the
// signal from its default, the end of the process, while the inner one starts again.
import vm from "node:vm";
import { parentPort } from "node:worker_threads";

const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const steps: Record<"wait" | "guard", () => void> = {
  wait: () => {
    Atomics.wait(never, 0, 0);
  },
  guard: () => {
    for (;;) hear(wait);
  },
};
Object.assign(globalThis, { gradbookSigint: steps });
const wait = new vm.Script("gradbookSigint.wait()");
const guard = new vm.Script("gradbookSigint.guard()");

function hear(script: vm.Script): void {
  try {
    script.runInThisContext({ breakOnSigint: true, displayErrors: false });
  } catch {
    parentPort?.postMessage("SIGINT");
  }
}

for (;;) hear(guard);
