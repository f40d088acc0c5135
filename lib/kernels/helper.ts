// A helper thread: an instance of the same wasm module over the same memory, asleep until there is a job.
import { workerData } from "node:worker_threads";
import {
  ARGUMENTS,
  DONE,
  FAILED,
  type HelperData,
  KERNEL,
  type RangeKernel,
  READY,
  SPIN,
  TICKET,
  takePieces,
  viewJob,
} from "./job.ts";

const { helper, module, memory, job, scratch } = workerData as HelperData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
const kernels = WebAssembly.Module.exports(module).map(({ name }) => exports[name] as RangeKernel);
(exports.useScratch as (address: number) => void)(scratch);

const { words, numbers } = viewJob(job);
Atomics.store(words, helper + READY, 1);

for (let seen = 0; ; ) {
  for (let i = 0; i < SPIN && Atomics.load(words, helper + TICKET) === seen; i++);
  Atomics.wait(words, helper + TICKET, seen);
  const ticket = Atomics.load(words, helper + TICKET);
  if (ticket === seen) continue;
  seen = ticket;
  try {
    takePieces(words, kernels[words[KERNEL]!]!, Array.from(numbers.subarray(0, words[ARGUMENTS]!)));
  } catch {
    Atomics.store(words, FAILED, 1);
  }
  Atomics.store(words, helper + DONE, ticket);
  Atomics.notify(words, helper + DONE);
}
