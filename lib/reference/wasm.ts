// tfjs-wasm, completed: it has no kernels for the gradients of convolutions and of gather, nor for einsum.
// Those are answered by the plain-JavaScript kernels of tfjs, on copies, and counted.
import { dirname, sep } from "node:path";
import {
  type KernelBackend,
  type Loaded,
  loadModule,
  loadTfjs,
  plainBackend,
  ReferenceUnavailable,
  resolve,
  type Tfjs,
} from "./tfjs.ts";

type TensorInfo = import("@tensorflow/tfjs").TensorInfo;

const PACKAGE = "@tensorflow/tfjs-backend-wasm";
const completed = new WeakSet<object>();

/** Loads tfjs-wasm from the disk. */
export async function loadWasm(): Promise<Loaded> {
  const tf = loadTfjs();
  resolve(`${PACKAGE}/package.json`);
  // Emscripten's start-up listens for uncaught errors of the whole process, to rethrow them. That would end a
  // kernel or a test run for an error that its owner wanted to handle.
  const before = (["uncaughtException", "unhandledRejection"] as const).map((event) => ({
    event,
    listeners: process.listeners(event as "uncaughtException"),
  }));
  const wasm = Object(loadModule(PACKAGE));
  const setPaths: unknown = Reflect.get(wasm, "setWasmPaths");
  if (typeof setPaths === "function" && !tf.engine().registry.wasm) {
    setPaths(dirname(resolve(`${PACKAGE}/dist/tfjs-backend-wasm.wasm`)) + sep);
  }
  const active = tf.engine().backendName;
  const isLoaded = await tf.setBackend("wasm").catch(() => false);
  for (const { event, listeners } of before) {
    for (const listener of process.listeners(event as "uncaughtException")) {
      if (!listeners.includes(listener)) process.removeListener(event, listener);
    }
  }
  if (!isLoaded) {
    if (active) await tf.setBackend(active);
    throw new ReferenceUnavailable("tfjs-wasm does not start here", 'ask for { prefer: "cpu" }');
  }
  const instance = tf.engine().findBackend("wasm");
  if (!completed.has(instance)) complete(tf, instance);
  completed.add(instance);
  const simd = (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) === true ? ", SIMD" : "";
  return { tf, backend: "wasm", instance, detail: `tfjs-backend-wasm ${tf.version_core}${simd}` };
}

/** Registers for wasm each kernel that only `cpu` has. */
function complete(tf: Tfjs, wasm: KernelBackend): void {
  const own = new Set(tf.getKernelsForBackend("wasm").map(({ kernelName }) => kernelName));
  const cpu = plainBackend(tf);
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend("cpu")) {
    if (own.has(kernelName)) continue;
    tf.registerKernel({
      kernelName,
      backendName: "wasm",
      kernelFunc: ({ inputs, attrs }) => {
        const copies: TensorInfo[] = [];
        const copy = (info: TensorInfo): TensorInfo => {
          const moved = move(info, wasm, cpu, kernelName);
          copies.push(moved);
          return moved;
        };
        // Object.assign, because einsum's inputs come as an array, whatever the declared type says.
        const moved = Object.assign(Array.isArray(inputs) ? [] : {}, inputs);
        for (const [name, info] of Object.entries(inputs)) if (info) moved[name] = copy(info);
        const output = kernelFunc({ inputs: moved, backend: cpu, attrs: attrs ?? {} });
        const results = (Array.isArray(output) ? output : [output]).map((info) => {
          const result = move(info, cpu, wasm, kernelName);
          cpu.disposeData(info.dataId);
          return result;
        });
        for (const { dataId } of copies) cpu.disposeData(dataId);
        return Array.isArray(output) ? results : (results[0] ?? []);
      },
    });
  }
}

/** A copy of a tensor's values on another backend. */
function move(info: TensorInfo, from: KernelBackend, to: KernelBackend, kernel: string): TensorInfo {
  const { shape, dtype } = info;
  if (dtype === "complex64" || dtype === "string") {
    throw new ReferenceUnavailable(
      `tfjs-wasm has no ${dtype} tensors, which ${kernel} needs`,
      'ask for { prefer: "native" } or { prefer: "cpu" }',
    );
  }
  return { dataId: to.write(from.readSync(info.dataId), shape, dtype), shape, dtype };
}
