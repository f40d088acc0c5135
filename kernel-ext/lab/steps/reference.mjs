// @ts-check
// The reference that lessons and tests compare with: tfjs on TensorFlow's own library where that can be had.

import { cacheDir, venvPython } from "../place.mjs";
import { announcement, installNative, nativeAdvice, nativeState } from "../reference/native.mjs";
import { size } from "../screen.mjs";
import { fingerprint } from "../steps.mjs";
import { Trouble } from "../trouble.mjs";

/**
 * @typedef {"native" | "wasm" | "none"} Reference
 * @param {{ root: string, offline: boolean, gpu: boolean, cuda: boolean }} context
 * @returns {import("../steps.mjs").Step}
 */
export function referenceStep({ root, offline, gpu, cuda }) {
  const kind = cuda ? "cuda" : gpu ? "gpu" : "cpu";
  return {
    id: "reference",
    title: "Reference: tfjs on libtensorflow",
    cost: `${announcement[kind].text}, unless the cache has it`,
    fingerprint: () => fingerprint(kind, process.platform, process.arch, announcement[kind].version),
    present: () => nativeState({ root, cacheDir: cacheDir() }).state === "ready",
    before() {
      const advice = nativeAdvice();
      if (advice)
        throw new Trouble(
          `The native reference cannot be had here: ${advice}`,
          "npm run lab -- --reference wasm",
        );
    },
    async run(screen) {
      const { library, version, downloadedBytes, diskBytes } = await installNative({
        root,
        python: venvPython(root),
        cacheDir: cacheDir(),
        variant: gpu || cuda ? "gpu" : "cpu",
        cuda,
        offline,
        say: (line) => screen.say(`  ${line}`),
        progress: screen.progress,
      });
      const origin = downloadedBytes ? `${size(downloadedBytes)} downloaded` : "from the cache";
      return `libtensorflow ${version}, ${origin}, ${size(diskBytes)} in ${library}`;
    },
  };
}

/**
 * What is used when nobody says: native where it can be had, and else wasm, said in one plain line.
 * @param {Reference | undefined} asked
 * @returns {{ reference: Reference, remark?: string }}
 */
export function chooseReference(asked) {
  if (asked) return { reference: asked };
  const advice = nativeAdvice();
  if (!advice) return { reference: "native" };
  return { reference: "wasm", remark: `Reference: tfjs-wasm, because ${advice}` };
}
