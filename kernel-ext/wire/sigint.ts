// Hears SIGINT for a process whose main thread is busy. Only a script that runs with `breakOnSigint` hears it there
// and then, so this thread runs one that waits for nothing else. While it starts again, the signal would have its
// default, the end of the process; so it runs within another such script, and that within another: each signal
// ends the innermost, and as many would have to come at once as there are levels.
import vm from "node:vm";
import { parentPort } from "node:worker_threads";

const LEVELS = 40;

const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const levels = Array.from({ length: LEVELS }, (_, level) => new vm.Script(`gradbookSigint(${level})`));
Object.assign(globalThis, {
  gradbookSigint: (level: number): void => {
    if (level === 0) Atomics.wait(never, 0, 0);
    else for (;;) hear(level - 1);
  },
});

function hear(level: number): void {
  try {
    levels[level]?.runInThisContext({ breakOnSigint: true, displayErrors: false });
  } catch {
    parentPort?.postMessage("SIGINT");
  }
}

for (;;) hear(LEVELS - 1);
