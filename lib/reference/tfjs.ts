// Loading tfjs, and only when somebody asks: it takes a third of a second and half a gigabyte of address space.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { patchUtil, quietTensorflow } from "./shim.ts";

export type Tfjs = typeof import("@tensorflow/tfjs");
export type TfTensor = import("@tensorflow/tfjs").Tensor;
export type KernelBackend = import("@tensorflow/tfjs").KernelBackend;

/** The backends by the names that tfjs gives them, best first. */
export const BACKENDS = ["tensorflow", "wasm", "cpu"] as const;
export type Backend = (typeof BACKENDS)[number];

/** Thrown where the reference that was asked for cannot answer; the message says what would mend it. */
export class ReferenceUnavailable extends Error {
  readonly advice: string;

  constructor(what: string, advice: string, options?: ErrorOptions) {
    super(`${what}: ${advice}.`, options);
    this.name = "ReferenceUnavailable";
    this.advice = advice;
  }
}

const load = createRequire(import.meta.url);

/** Loads a module of the tfjs family, or says that it is not installed. */
export function loadModule(name: string): unknown {
  try {
    load.resolve(name);
  } catch (cause) {
    const advice =
      "npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm brings what a comparison needs";
    throw new ReferenceUnavailable(`${name} is not installed`, advice, { cause });
  }
  return load(name);
}

/** What a backend's loading gives: tfjs, the live backend, and how to name it to a reader. */
export interface Loaded {
  readonly tf: Tfjs;
  readonly backend: Backend;
  readonly instance: KernelBackend;
  readonly detail: string;
}

/** tfjs-node-gpu on libtensorflow. */
export function loadNative(): Loaded {
  const advice = "npm run lab sets it up";
  const manifest = "@tensorflow/tfjs-node-gpu/package.json";
  const home = dirname(resolve(manifest));
  if (!existsSync(join(home, "lib/napi-v8/tfjs_binding.node"))) {
    throw new ReferenceUnavailable("the native reference is not set up", advice);
  }
  patchUtil();
  quietTensorflow();
  try {
    const tf: Tfjs = load("@tensorflow/tfjs-node-gpu");
    const instance = tf.engine().findBackend("tensorflow");
    const version: unknown = Reflect.get(Object(Reflect.get(instance, "binding")), "TF_Version");
    const device = Reflect.get(instance, "isUsingGpuDevice") === true ? ", on the GPU" : "";
    return { tf, backend: "tensorflow", instance, detail: `native, libtensorflow ${version}${device}` };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new ReferenceUnavailable(`the native reference does not load (${reason})`, advice, { cause });
  }
}

/** tfjs in plain JavaScript. */
export function loadCpu(): Loaded {
  const tf = loadTfjs();
  return {
    tf,
    backend: "cpu",
    instance: plainBackend(tf),
    detail: `plain JavaScript, tfjs ${tf.version_core}`,
  };
}

/** The union package of tfjs, which also registers the `cpu` backend. */
export function loadTfjs(): Tfjs {
  loadModule("@tensorflow/tfjs/package.json");
  const tf: Tfjs = load("@tensorflow/tfjs");
  return tf;
}

/** The `cpu` backend, without its advertisement for tfjs-node on first use. */
export function plainBackend(tf: Tfjs): KernelBackend {
  const instance = tf.engine().findBackend("cpu");
  Reflect.set(instance, "firstUse", false);
  return instance;
}

/** The class that a backend must be an instance of, from the package that defines it. */
export function backendClass(backend: Backend): unknown {
  if (backend === "tensorflow") {
    const path = "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend";
    return Reflect.get(Object(load(path)), "NodeJSKernelBackend");
  }
  if (backend === "wasm") return Reflect.get(Object(load("@tensorflow/tfjs-backend-wasm")), "BackendWasm");
  const path = createRequire(load.resolve("@tensorflow/tfjs")).resolve("@tensorflow/tfjs-backend-cpu");
  return Reflect.get(Object(load(path)), "MathBackendCPU");
}

/** Where an installed file is. */
export function resolve(name: string): string {
  try {
    return load.resolve(name);
  } catch (cause) {
    throw new ReferenceUnavailable(
      `${name.replace(/\/(package\.json|dist\/.*)$/, "")} is not installed`,
      "npm install brings it",
      { cause },
    );
  }
}
