// A helper thread: an instance of the same wasm module over the same memory, asleep until there is a job.
import { workerData } from "node:worker_threads";
import {
  ARGUMENTS,
  CALLED,
  FAILED,
  type HelperData,
  IDLE,
  KERNEL,
  type RangeKernel,
  READY,
  SPIN,
  STATE,
  takePieces,
  viewJob,
  WORKING,
} from "./job.ts";

const { helper, module, memory, job, scratch } = workerData as HelperData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
const kernels = WebAssembly.Module.exports(module).map(({ name }) => exports[name] as RangeKernel);
(exports.useScratch as (address: number) => void)(scratch);

const { words, numbers } = viewJob(job);
Atomics.store(words, helper + READY, 1);

for (const state = helper + STATE; ; ) {
  for (let i = 0; i < SPIN && Atomics.load(words, state) === IDLE; i++);
  Atomics.wait(words, state, IDLE);
  if (Atomics.compareExchange(words, state, CALLED, WORKING) !== CALLED) continue;
  try {
    takePieces(words, kernels[words[KERNEL]!]!, Array.from(numbers.subarray(0, words[ARGUMENTS]!)));
  } catch {
    Atomics.store(words, FAILED, 1);
  }
  Atomics.store(words, state, IDLE);
  Atomics.notify(words, state);
}
