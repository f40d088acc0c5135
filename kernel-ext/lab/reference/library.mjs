// @ts-check
// The library folder in the cache: libtensorflow-<version>-<variant>/ holds lib/, include/, perhaps nvidia/,
// and manifest.json with every file's size and hash. It appears whole or not at all.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { aside, readJson, writeAside } from "../files.mjs";
import { NativeProblem, noSpace, writingProblem } from "./problem.mjs";
import { run } from "./run.mjs";
import { downloadWheel, sha256 } from "./wheel.mjs";
import { extractEntry, listZip } from "./zip.mjs";

/**
 * @typedef {import("./wheel.mjs").Pin} Pin
 * @typedef {{ wheel: Pin, unpackedBytes: number, diskBytes: number }} Variant
 * @typedef {import("./wheel.mjs").Tags & {
 *   version: string, libraries: string[], headers: string[],
 *   variants: { cpu: Variant, gpu: Variant }, cuda: { wheels: Pin[], diskBytes: number }
 * }} Pins
 * @typedef {{ bytes: number, sha256?: string }} FileFacts
 * @typedef {{ version: string, variant: "cpu" | "gpu", cuda: boolean, files: Record<string, FileFacts> }} Manifest
 * @typedef {(done: number, total: number, label: string) => void} Progress
 */

/** @param {string} cacheDir @param {string} version @param {string} variant @param {boolean} cuda */
export function libraryFolder(cacheDir, version, variant, cuda) {
  return join(cacheDir, `libtensorflow-${version}-${variant}${cuda ? "-cuda" : ""}`);
}

/**
 * Whether a library folder is whole, by the sizes of its files.
 * @param {string} folder
 * @returns {{ whole: boolean, there: boolean, detail: string, manifest?: Manifest }}
 */
export function checkLibrary(folder) {
  /** @type {Manifest | undefined} */
  const manifest = readJson(join(folder, "manifest.json"));
  const there = existsSync(folder);
  if (!manifest?.files) {
    return { whole: false, there, detail: there ? `${folder} has no list of files` : "not downloaded yet" };
  }
  for (const [name, facts] of Object.entries(manifest.files)) {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    if (!found) return { whole: false, there, detail: `${name} is gone from ${folder}` };
    if (found.size !== facts.bytes) return { whole: false, there, detail: `${name} in ${folder} is damaged` };
  }
  return { whole: true, there, detail: "", manifest };
}

/**
 * Whether the files' contents are what was installed.
 * @param {string} folder
 * @param {Manifest} manifest
 */
export async function hasSameContents(folder, manifest) {
  for (const [name, facts] of Object.entries(manifest.files)) {
    if (facts.sha256 && (await sha256(join(folder, name))) !== facts.sha256) return false;
  }
  return true;
}

/**
 * Downloads, unpacks, strips, and puts the folder in place.
 * @param {{
 *   folder: string, python: string, pins: Pins, variant: "cpu" | "gpu", cuda: boolean, logs: string,
 *   strip: string | undefined, freeBytes: (folder: string) => Promise<number>,
 *   say: (line: string) => void, progress: Progress
 * }} options
 * @returns {Promise<{ downloadedBytes: number }>}
 */
export async function fetchLibrary({
  folder,
  python,
  pins,
  variant,
  cuda,
  logs,
  strip,
  freeBytes,
  say,
  progress,
}) {
  const plan = pins.variants[variant];
  const wheels = [plan.wheel, ...(cuda ? pins.cuda.wheels : [])];
  const total = wheels.reduce((sum, wheel) => sum + wheel.bytes, 0);
  const largest = Math.max(...wheels.map((wheel) => wheel.bytes));
  // At the worst moment a wheel lies beside what was unpacked from it, or `strip` writes a second copy.
  const needs = plan.unpackedBytes + Math.max(largest, plan.diskBytes) + (cuda ? pins.cuda.diskBytes : 0);
  const free = await freeBytes(dirname(folder));
  if (free < needs) throw noSpace(dirname(folder), { needs, free });
  removeLeftovers(folder);
  const part = aside(folder);
  let before = 0;
  try {
    for (const pin of wheels) {
      const fetched = join(part, "wheel");
      const label = `downloading ${pin.name} ${pin.version}`;
      const onBytes = (/** @type {number} */ done) => progress(before + done, total, label);
      const wheel = await downloadWheel(pin, { python, folder: fetched, tags: pins, logs, onBytes });
      const isTensorflow = pin === plan.wheel;
      await unpack(wheel, part, (name) => (isTensorflow ? placeOf(name, pins) : placeOfCuda(name)), progress);
      rmSync(fetched, { recursive: true, force: true });
      before += pin.bytes;
    }
    if (strip) await stripLibraries(pins.libraries, part, strip, say);
    const files = await facts(part, pins.libraries);
    for (const name of pins.libraries) {
      if (!files[`lib/${name}`]) throw new Error(`the wheel of ${plan.wheel.name} has no ${name}`);
    }
    const manifest = { version: pins.version, variant, cuda, files };
    writeAside(join(part, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
  } catch (error) {
    throw writingProblem(error, dirname(folder));
  } finally {
    rmSync(part, { recursive: true, force: true, maxRetries: 3 });
  }
  return { downloadedBytes: total };
}

/**
 * Free bytes for us in the nearest folder that is there.
 * @param {string} folder
 * @returns {Promise<number>}
 */
export async function freeBytes(folder) {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  const { bavail, bsize } = await statfs(at);
  return bavail * bsize;
}

/**
 * Where a file of the TensorFlow wheel goes, if we want it.
 * @param {string} name
 * @param {Pins} pins
 */
function placeOf(name, pins) {
  const library = pins.libraries.find((wanted) => name === `tensorflow/${wanted}`);
  if (library) return `lib/${library}`;
  const header = name.startsWith("tensorflow/include/") ? name.slice("tensorflow/include/".length) : "";
  const wanted = header.endsWith(".h") && pins.headers.some((prefix) => header.startsWith(prefix));
  return wanted ? `include/${header}` : undefined;
}

/**
 * NVIDIA's wheels: all but headers and Python; TensorFlow's RUNPATH says ../nvidia.
 * @param {string} name
 */
function placeOfCuda(name) {
  return name.startsWith("nvidia/") && !/\/include\/|\.py$/.test(name) ? name : undefined;
}

/**
 * @param {string} wheel @param {string} target
 * @param {(name: string) => string | undefined} place
 * @param {Progress} progress
 */
async function unpack(wheel, target, place, progress) {
  const entries = await listZip(wheel).catch((cause) => {
    const what = `${wheel} cannot be unpacked (${cause.message})`;
    throw new NativeProblem(what, "start again: it will be downloaded anew", { cause });
  });
  const wanted = entries.flatMap((entry) => {
    const to = place(entry.name);
    return to ? [{ entry, to }] : [];
  });
  const total = wanted.reduce((sum, { entry }) => sum + entry.bytes, 0);
  let done = 0;
  for (const { entry, to } of wanted) {
    await extractEntry(wheel, entry, join(target, to), (bytes) => {
      done += bytes;
      progress(done, total, "unpacking");
    });
    // Zip modes are not read; NVIDIA's only programs (ptxas) lie in bin/.
    if (to.includes("/bin/")) chmodSync(join(target, to), 0o755);
  }
}

/**
 * Takes a third off the size. A `strip` that fails costs only that third.
 * @param {string[]} names @param {string} folder @param {string} strip @param {(line: string) => void} say
 */
async function stripLibraries(names, folder, strip, say) {
  for (const name of names) {
    const from = join(folder, "lib", name);
    const to = aside(from);
    const result = await run(strip, ["-s", "-o", to, from]).catch((error) => ({
      code: -1,
      stderr: `${error}`,
    }));
    if (result.code === 0) renameSync(to, from);
    else say(`${name} stays as large as it is: strip failed (${result.stderr.trim().split("\n")[0]})`);
    rmSync(to, { force: true });
  }
}

/** @param {string} folder @param {string[]} hashed @returns {Promise<Record<string, FileFacts>>} */
async function facts(folder, hashed) {
  /** @type {Record<string, FileFacts>} */
  const files = {};
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const name = path.slice(folder.length + 1);
    const { size: bytes } = statSync(path);
    files[name] = hashed.includes(entry.name) ? { bytes, sha256: await sha256(path) } : { bytes };
  }
  return files;
}

/**
 * What a killed set-up left: we hold the lock, so nobody is using it.
 * @param {string} folder
 */
function removeLeftovers(folder) {
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  const prefix = `${folder.slice(parent.length + 1)}.`;
  for (const name of readdirSync(parent)) {
    if (name.startsWith(prefix) && name.endsWith(".part")) {
      rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 3 });
    }
  }
}
