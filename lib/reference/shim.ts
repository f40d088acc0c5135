// What must be true of the process before tfjs-node-gpu is loaded. (The local package tfjs-node, through which
// danfojs gets its tfjs, repeats these lines: it is CommonJS and stands alone in node_modules.)
import { createRequire } from "node:module";

const QUIET: Readonly<Record<string, string>> = {
  // TensorFlow talks on stderr about oneDNN, processor features and CUDA factories that it registers twice.
  // What really fails comes back as a JavaScript error all the same.
  TF_CPP_MIN_LOG_LEVEL: "3",
  // Otherwise one notebook takes the whole memory of the GPU.
  TF_FORCE_GPU_ALLOW_GROWTH: "true",
  // TF32 keeps 10 bits of a float32's mantissa: fast, and useless to compare with at 1e-5.
  NVIDIA_TF32_OVERRIDE: "0",
};

/**
 * Gives `node:util` back the two functions that tfjs-node-gpu 4.22 calls and Node 23 took away. Node 22 still
 * has them and warns (DEP0051) at each process's first op, so they are replaced there too.
 */
export function patchUtil(): void {
  const util: object = createRequire(import.meta.url)("node:util");
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}

/** Sets what TensorFlow reads from the environment when it is loaded, except what the user set. */
export function quietTensorflow(env: NodeJS.ProcessEnv = process.env): void {
  for (const [name, value] of Object.entries(QUIET)) env[name] ??= value;
}
