// danfojs-node asks for tfjs-node. It gets the one tfjs of the project, so that dfd.tensorflow === tf: the
// native one where its addon has been made (`npm run lab` does that), the plain one elsewhere.
const { existsSync } = require("node:fs");
const { dirname, join } = require("node:path");

const wanted = process.env.GRADBOOK_REFERENCE;
const home = dirname(require.resolve("@tensorflow/tfjs-node-gpu/package.json"));
const isNative = existsSync(join(home, "lib/napi-v8/tfjs_binding.node"));

if (isNative && (wanted === undefined || wanted === "" || wanted === "native")) {
  // The same as lib/reference/shim.ts; see there for why.
  Object.assign(require("node:util"), {
    isNullOrUndefined: (/** @type {unknown} */ value) => value === null || value === undefined,
    isArray: Array.isArray,
  });
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
  process.env.NVIDIA_TF32_OVERRIDE ??= "0";
  module.exports = require("@tensorflow/tfjs-node-gpu");
} else {
  module.exports = require("@tensorflow/tfjs");
}
