// @ts-check
// Makes the native reference: TensorFlow's own library under tfjs-node-gpu, so that what lib/ computes can be
// compared with what the world computes. Downloads nothing that is in the cache, and proves what it made.
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJson, writeAside } from "../files.mjs";
import { ADDON, digest, placeAddon, which } from "./addon.mjs";
import { checkLibrary, fetchLibrary, freeBytes, hasSameContents, libraryFolder } from "./library.mjs";
import { withLock } from "./lock.mjs";
import { makingProblem, NativeProblem, size, writingProblem } from "./problem.mjs";
import { run } from "./run.mjs";

export { NativeProblem } from "./problem.mjs";

/** @type {import("./library.mjs").Pins} */
const PINS = createRequire(import.meta.url)("./pins.json");
const STAMP = "build/reference.json";

/**
 * What depends on the machine, so that tests can put something else in its place.
 * @typedef {{
 *   pins: import("./library.mjs").Pins, cxx: string | undefined, strip: string | undefined,
 *   freeBytes: (folder: string) => Promise<number>, prove: (root: string) => Promise<Proof>
 * }} Machine
 * @typedef {{ backend: string, version: string, gpu: boolean }} Proof
 * @typedef {{ backend: string, version: string, variant: "cpu" | "gpu", cuda: boolean, gpu: boolean,
 *   library: string, addonSha256: string, addonBytes: number }} Stamp
 */

/** What is downloaded and what it takes on disk, in bytes. */
export const announcement = {
  cpu: announce("cpu", false),
  gpu: announce("gpu", false),
  cuda: announce("gpu", true),
};

/** @param {"cpu" | "gpu"} variant @param {boolean} cuda */
function announce(variant, cuda) {
  const { wheel, diskBytes } = PINS.variants[variant];
  const more = cuda ? PINS.cuda.wheels.reduce((sum, pin) => sum + pin.bytes, 0) : 0;
  const downloadBytes = wheel.bytes + more;
  const disk = diskBytes + (cuda ? PINS.cuda.diskBytes : 0);
  const text = `libtensorflow ${PINS.version} (${cuda ? "gpu with CUDA" : variant}): ${size(downloadBytes)} to download, ${size(disk)} on disk`;
  return { version: PINS.version, downloadBytes, diskBytes: disk, text };
}

/**
 * @param {{
 *   root: string, python: string, cacheDir: string, variant?: "cpu" | "gpu", cuda?: boolean, offline?: boolean,
 *   say?: (line: string) => void, progress?: (done: number, total: number, label: string) => void,
 *   machine?: Partial<Machine>
 * }} options
 * @returns {Promise<{ library: string, version: string, variant: "cpu" | "gpu", downloadedBytes: number, diskBytes: number }>}
 */
export async function installNative(options) {
  const {
    root,
    python,
    cacheDir,
    cuda = false,
    offline = false,
    say = () => {},
    progress = () => {},
  } = options;
  const variant = cuda ? "gpu" : (options.variant ?? "cpu");
  const machine = { ...realMachine(), ...options.machine };
  const { pins, strip, cxx } = machine;
  const logs = join(root, "build", "logs");
  const library = libraryFolder(cacheDir, pins.version, variant, cuda);
  const fetch = async () => {
    if (offline) {
      const what = `libtensorflow ${pins.version} (${variant}) is not in ${cacheDir}, and --offline was asked for`;
      throw new NativeProblem(what, "start once without --offline");
    }
    const announced = `libtensorflow ${pins.version} (${cuda ? "gpu with CUDA" : variant})`;
    say(`${announced} goes to ${library}, for all your clones`);
    const free = machine.freeBytes;
    const plan = {
      folder: library,
      python,
      pins,
      variant,
      cuda,
      logs,
      strip,
      freeBytes: free,
      say,
      progress,
    };
    return (await fetchLibrary(plan)).downloadedBytes;
  };
  const place = () => placeAddon({ root, library, version: pins.version, cxx, logs, progress });

  const work = async () => {
    const found = checkLibrary(library);
    if (found.there && !found.whole)
      say(`the cached library is not whole (${found.detail}); fetching it again`);
    let downloadedBytes = found.whole ? 0 : await fetch();
    let addon = await place();
    progress(0, 1, "trying it out");
    /** @type {Proof} */
    let proof;
    try {
      proof = await machine.prove(root);
    } catch (error) {
      // Either this machine cannot run it, or a file has the right size and the wrong contents. Only the
      // second is mended by fetching anew.
      const { manifest } = checkLibrary(library);
      if (downloadedBytes > 0 || (manifest && (await hasSameContents(library, manifest)))) {
        rmSync(join(root, ADDON), { force: true });
        throw error;
      }
      say("the cached library is damaged; fetching it again");
      rmSync(library, { recursive: true, force: true });
      downloadedBytes = await fetch();
      addon = await place();
      proof = await machine.prove(root);
    }
    progress(1, 1, "trying it out");
    /** @type {Stamp} */
    const stamp = { ...proof, variant, cuda, library, addonSha256: addon.sha256, addonBytes: addon.bytes };
    writeAside(join(root, STAMP), `${JSON.stringify(stamp, null, 2)}\n`);
    return { library, version: proof.version, variant, downloadedBytes, diskBytes: diskBytes(library) };
  };

  rmSync(join(root, STAMP), { force: true });
  const onWait = (/** @type {{ pid: number }} */ { pid }) =>
    say(`another set-up (process ${pid}) is preparing libtensorflow; waiting for it`);
  let isLocked = false;
  try {
    return await withLock(`${library}.lock`, { onWait }, () => {
      isLocked = true;
      return work();
    });
  } catch (error) {
    if (isLocked) throw writingProblem(error, root);
    // In a read-only cache no lock can be taken; where the library lies in it whole, none is needed.
    if (checkLibrary(library).whole) return work();
    throw makingProblem(error, cacheDir);
  }
}

/**
 * Whether the native reference is in place; reads a few small files and loads nothing.
 * @param {{ root: string, cacheDir?: string }} where
 * @returns {{ state: "ready" | "missing" | "damaged", detail: string, version?: string, variant?: string }}
 */
export function nativeState({ root, cacheDir }) {
  /** @type {Stamp | undefined} */
  const stamp = readJson(join(root, STAMP));
  if (!stamp?.library) return { state: "missing", detail: "the native reference is not set up" };
  const about = { version: stamp.version, variant: stamp.variant };
  if (cacheDir && dirname(stamp.library) !== cacheDir) {
    return {
      state: "missing",
      detail: `the library was put in ${stamp.library}, not in ${cacheDir}`,
      ...about,
    };
  }
  const addon = join(root, ADDON);
  if (!existsSync(addon))
    return { state: "missing", detail: "the addon is gone from node_modules", ...about };
  if (statSync(addon).size !== stamp.addonBytes || digest(readFileSync(addon)) !== stamp.addonSha256) {
    return { state: "damaged", detail: "the addon in node_modules is not the one that was tried", ...about };
  }
  const library = checkLibrary(stamp.library);
  if (!library.whole)
    return { state: library.there ? "damaged" : "missing", detail: library.detail, ...about };
  const device = stamp.gpu ? ", on the GPU" : "";
  return { state: "ready", detail: `libtensorflow ${stamp.version} (${stamp.variant}${device})`, ...about };
}

/**
 * Why the native reference cannot be had here, with what would mend it; undefined where it can.
 * @param {{ platform?: string, arch?: string, env?: NodeJS.ProcessEnv, cpuinfo?: string, glibc?: string }} [here]
 * @returns {string | undefined}
 */
export function nativeAdvice(here = {}) {
  const { platform = process.platform, arch = process.arch, env = process.env } = here;
  const instead = "tfjs-wasm answers instead";
  if (platform !== "linux" || arch !== "x64") {
    return `the native reference is for Linux on x64 only (this is ${platform} on ${arch}); ${instead}`;
  }
  const glibc = here.glibc ?? glibcVersion();
  const [major = 0, minor = 0] = glibc.split(".").map(Number);
  if (!(major > 2 || (major === 2 && minor >= 17))) {
    return `the native reference needs glibc 2.17 or later (here: ${glibc || "another C library"}); ${instead}`;
  }
  if (!/^flags\s*:.*\bavx\b/m.test(here.cpuinfo ?? readFileSync("/proc/cpuinfo", "utf8"))) {
    return `TensorFlow needs a processor with AVX; ${instead}`;
  }
  if (!which(env.CXX || "g++", env)) {
    return `the native reference needs g++: apt install g++ (Debian, Ubuntu) or dnf install gcc-c++ (Fedora); until then ${instead}`;
  }
  return undefined;
}

function glibcVersion() {
  const report = process.report.getReport();
  const header = typeof report === "object" && "header" in report ? report.header : undefined;
  const found = header && typeof header === "object" ? Reflect.get(header, "glibcVersionRuntime") : undefined;
  return typeof found === "string" ? found : "";
}

/** @returns {Machine} */
function realMachine() {
  return { pins: PINS, cxx: process.env.CXX || "g++", strip: which("strip"), freeBytes, prove };
}

/** @param {string} root @returns {Promise<Proof>} */
async function prove(root) {
  const script = fileURLToPath(new URL("./prove.mjs", import.meta.url));
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3", TF_FORCE_GPU_ALLOW_GROWTH: "true" };
  const result = await run(process.execPath, [script, root], { env, timeout: 120_000 });
  if (result.code === 0) return JSON.parse(result.stdout.trim().split("\n").at(-1) ?? "");
  const log = join(root, "build", "logs", "reference-proof.log");
  writeAside(log, `${result.stdout}\n${result.stderr}`);
  const first =
    /^\s*(?:\w*Error: .*)$/m.exec(result.stderr)?.[0].trim() ?? `it ended with ${result.code ?? "a signal"}`;
  throw new NativeProblem(`libtensorflow was made but does not run here (${first})`, `see ${log}`);
}

/** @param {string} library */
function diskBytes(library) {
  const files = checkLibrary(library).manifest?.files ?? {};
  return Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
}
