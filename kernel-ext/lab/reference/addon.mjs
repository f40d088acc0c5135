// @ts-check
// The addon that joins tfjs-node-gpu to libtensorflow: the package's own C++, compiled here.
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { aside, readJson, writeAside } from "../files.mjs";
import { codeOf, NativeProblem } from "./problem.mjs";
import { run } from "./run.mjs";

export const PACKAGE = "node_modules/@tensorflow/tfjs-node-gpu";
// node-pre-gyp looks here for the newest Node-API that the package names and the running Node has.
export const ADDON = `${PACKAGE}/lib/napi-v8/tfjs_binding.node`;
const HEADERS = "node_modules/node-api-headers/include";

/**
 * Where a program is on the PATH.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 */
export function which(name, env = process.env) {
  if (name.includes("/")) return existsSync(name) ? name : undefined;
  return (env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => folder(path) && existsSync(path));
}

/**
 * An empty PATH entry means the current folder, which nobody wants here.
 * @param {string} path
 */
function folder(path) {
  return path.startsWith("/");
}

/**
 * Puts the addon into the package, compiled or copied from the cache; says which.
 * @param {{ root: string, library: string, version: string, cxx: string | undefined, logs: string,
 *   progress: (done: number, total: number, label: string) => void }} options
 * @returns {Promise<{ compiled: boolean, sha256: string, bytes: number }>}
 */
export async function placeAddon({ root, library, version, cxx, logs, progress }) {
  const sources = sourcesOf(root);
  const key = keyOf(root, sources, library, version);
  const cached = join(library, "addon", `${key}.node`);
  const target = join(root, ADDON);
  let from = cached;
  let compiled = false;
  let work = "";
  try {
    if (!isWhole(cached)) {
      work = mkdtempSync(join(tmpdir(), "gradbook-addon-"));
      from = await compile({ root, sources, library, work, cxx, logs, progress });
      compiled = true;
      keep(from, cached);
    }
    copyAside(from, target);
  } finally {
    if (work) rmSync(work, { recursive: true, force: true });
  }
  const content = readFileSync(target);
  return { compiled, sha256: digest(content), bytes: content.length };
}

/** @param {string} root @returns {string[]} */
function sourcesOf(root) {
  const binding = join(root, PACKAGE, "binding");
  if (!existsSync(binding) || !existsSync(join(root, HEADERS))) {
    const what = "@tensorflow/tfjs-node-gpu or node-api-headers is not in node_modules";
    throw new NativeProblem(what, "run npm install, then start again");
  }
  return readdirSync(binding)
    .sort()
    .map((name) => join(binding, name));
}

/** @param {string} root @param {string[]} sources @param {string} library @param {string} version */
function keyOf(root, sources, library, version) {
  const hash = createHash("sha256");
  hash.update(`${version}\n${library}\n${process.arch}\n${readFileSync(join(root, HEADERS, "node_api.h"))}`);
  for (const source of sources) hash.update(readFileSync(source));
  return hash.digest("hex").slice(0, 24);
}

/** @param {string} cached */
function isWhole(cached) {
  const sum = readJson(`${cached}.json`)?.sha256;
  return sum !== undefined && existsSync(cached) && digest(readFileSync(cached)) === sum;
}

/** @param {string} built @param {string} cached */
function keep(built, cached) {
  try {
    copyAside(built, cached);
    writeAside(`${cached}.json`, JSON.stringify({ sha256: digest(readFileSync(built)) }));
  } catch (error) {
    // A cache that somebody else owns may be read-only for us; then each clone compiles for itself.
    if (!["EACCES", "EROFS", "EPERM"].includes(codeOf(error) ?? "")) throw error;
  }
}

/**
 * @param {{ root: string, sources: string[], library: string, work: string, cxx: string | undefined, logs: string,
 *   progress: (done: number, total: number, label: string) => void }} options
 * @returns {Promise<string>}
 */
async function compile({ root, sources, library, work, cxx, logs, progress }) {
  const program = cxx && which(cxx);
  if (!program) {
    throw new NativeProblem("There is no C++ compiler (g++)", "install it (Debian, Ubuntu: apt install g++)");
  }
  const log = join(logs, "reference-compile.log");
  const includes = [join(root, HEADERS), join(library, "include")].flatMap((path) => ["-isystem", path]);
  const flags = ["-c", "-fPIC", "-O2", "-std=c++17", "-DNAPI_VERSION=8", ...includes];
  const units = sources.filter((name) => name.endsWith(".cc"));
  const objects = units.map((_unit, index) => join(work, `${index}.o`));
  const total = units.length + 1;
  let done = 0;
  let said = "";
  const step = async (/** @type {string[]} */ args) => {
    const result = await run(program, args).catch((error) => ({
      code: -1,
      stdout: "",
      stderr: String(error),
    }));
    said += `$ ${program} ${args.join(" ")}\n${result.stdout}${result.stderr}\n`;
    writeAside(log, said);
    if (result.code !== 0) {
      const first = result.stderr.split("\n").find((line) => /error|cannot|not found/i.test(line));
      throw new NativeProblem(
        `${program} could not compile tfjs-node-gpu's addon${first ? ` (${first.trim()})` : ""}`,
        `its full words are in ${log}; it must be g++ 8 or later`,
      );
    }
    progress(++done, total, "compiling");
  };
  progress(0, total, "compiling");
  const waiting = units.map((unit, index) => [...flags, unit, "-o", objects[index] ?? ""]);
  const workers = Array.from({ length: Math.min(availableParallelism(), waiting.length) }, async () => {
    for (let args = waiting.pop(); args; args = waiting.pop()) await step(args);
  });
  await Promise.all(workers);
  const output = join(work, "tfjs_binding.node");
  const lib = join(library, "lib");
  const libraries = ["-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"];
  await step(["-shared", "-s", "-o", output, ...objects, `-L${lib}`, ...libraries, `-Wl,-rpath,${lib}`]);
  return output;
}

/** @param {string} from @param {string} to */
function copyAside(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  const part = aside(to);
  try {
    copyFileSync(from, part);
    renameSync(part, to);
  } finally {
    rmSync(part, { force: true });
  }
}

/** @param {Uint8Array} content */
export function digest(content) {
  return createHash("sha256").update(content).digest("hex");
}
