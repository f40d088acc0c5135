// @ts-check
// Run by the set-up as `node prove.mjs <root>`: loads tfjs-node-gpu and lets libtensorflow multiply two
// matrices whose product is known. A process of its own, because a bad library may end it by a signal.
import { createRequire } from "node:module";
import { join } from "node:path";

const load = createRequire(join(process.argv[2] ?? ".", "package.json"));
// tfjs-node-gpu calls two functions that Node 23 took away; see lib/reference/shim.ts.
Object.assign(load("node:util"), {
  isNullOrUndefined: (/** @type {unknown} */ value) => value === null || value === undefined,
  isArray: Array.isArray,
});

const tf = load("@tensorflow/tfjs-node-gpu");
const product = Array.from(
  tf.matMul(tf.tensor([1, 2, 3, 4], [2, 2]), tf.tensor([5, 6, 7, 8], [2, 2])).dataSync(),
);
const backend = tf.getBackend();
if (backend !== "tensorflow") throw new Error(`the ${backend} backend answered, not tensorflow`);
if (product.join() !== "19,22,43,50") throw new Error(`a matrix product came out as ${product.join()}`);
const { binding, isUsingGpuDevice } = tf.backend();
console.log(JSON.stringify({ backend, version: binding.TF_Version, gpu: isUsingGpuDevice === true }));
