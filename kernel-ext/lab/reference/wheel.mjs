// @ts-check
// Fetching a pinned wheel through pip, so that a person's own index, proxy and certificates are used.
import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeAside } from "../files.mjs";
import { pythonEnv } from "../place.mjs";
import { codeOf, NativeProblem, noSpace } from "./problem.mjs";
import { run } from "./run.mjs";

/**
 * @typedef {{ name: string, version: string, sha256: string, bytes: number }} Pin
 * @typedef {{ platforms: string[], python: string, implementation: string, abi: string }} Tags
 */

/**
 * Downloads one wheel into `folder` and gives back its path; its hash has been checked by pip and by us.
 * @param {Pin} pin
 * @param {{ python: string, folder: string, tags: Tags, logs: string, onBytes: (done: number) => void }} options
 */
export async function downloadWheel(pin, { python, folder, tags, logs, onBytes }) {
  mkdirSync(folder, { recursive: true });
  const wanted = join(folder, "wanted.txt");
  writeFileSync(wanted, `${pin.name}==${pin.version} --hash=sha256:${pin.sha256}\n`);
  // The tags are forced because the wheel is never imported: any Python can fetch it.
  const args = ["-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:"];
  args.push(...tags.platforms.flatMap((name) => ["--platform", name]));
  args.push("--python-version", tags.python, "--implementation", tags.implementation, "--abi", tags.abi);
  args.push("--no-cache-dir", "--no-input", "--disable-pip-version-check", "--progress-bar", "raw");
  args.push("--retries", "2", "--timeout", "20", "--dest", folder, "-r", wanted);
  // pip unpacks nothing, but it downloads to TMPDIR first, which on many machines is a small disk in memory.
  const env = { ...pythonEnv(), TMPDIR: folder };
  const onLine = (/** @type {string} */ line) => {
    const match = /^Progress (\d+) of \d+/.exec(line);
    if (match) onBytes(Number(match[1]));
  };
  const result = await run(python, args, { env, onLine }).catch((error) => {
    throw new NativeProblem(
      `Python (${python}) cannot be started (${codeOf(error) ?? error})`,
      "install Python 3.10 or later, then start again",
      { cause: error },
    );
  });
  if (result.code !== 0) throw pipProblem(pin, `${result.stdout}\n${result.stderr}`, folder, logs);
  const name = readdirSync(folder).find((file) => file.endsWith(".whl"));
  if (!name) throw pipProblem(pin, `no wheel in ${folder}\n${result.stdout}`, folder, logs);
  const path = join(folder, name);
  const found = await sha256(path);
  if (found !== pin.sha256) {
    rmSync(path, { force: true });
    throw wrongHash(pin, found);
  }
  onBytes(pin.bytes);
  return path;
}

/**
 * The sha256 of a file, read in pieces.
 * @param {string} path
 * @returns {Promise<string>}
 */
export async function sha256(path) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}

/** @param {Pin} pin @param {string} found */
function wrongHash(pin, found) {
  return new NativeProblem(
    `${pin.name} ${pin.version} was downloaded but is not the file we know (sha256 ${found.slice(0, 12)}…, not ${pin.sha256.slice(0, 12)}…), and was removed`,
    "start again; if it stays so, ask who runs your package index",
  );
}

const NO_NETWORK =
  /name resolution|NewConnectionError|NameResolutionError|No matching distribution|Connection ?(Error|refused|reset|broken)|Read timed out|ConnectTimeout|ProxyError|SSLError|Max retries|Network is unreachable|HTTP error|Name or service/i;

/**
 * What pip said, in one sentence; the rest goes to a file.
 * @param {Pin} pin @param {string} output @param {string} folder @param {string} logs
 */
function pipProblem(pin, output, folder, logs) {
  const log = join(logs, "reference-pip.log");
  writeAside(log, output);
  const differs = /Got\s+([0-9a-f]{64})/.exec(output);
  if (differs?.[1]) return wrongHash(pin, differs[1]);
  if (/No space left on device|Errno 28|Disk quota exceeded/i.test(output)) {
    // `folder` is <cache>/<library>.part/wheel, which is removed before anybody reads this.
    return noSpace(dirname(dirname(folder)));
  }
  if (/No module named pip/.test(output)) {
    return new NativeProblem(
      "This Python has no pip",
      "install it (Debian: apt install python3-pip python3-venv)",
    );
  }
  if (/no such option|invalid choice/i.test(output)) {
    return new NativeProblem(
      "This Python's pip is older than 24.1",
      "bring it up to date: pip install -U pip",
    );
  }
  if (NO_NETWORK.test(output)) {
    return new NativeProblem(
      `${pin.name} ${pin.version} cannot be downloaded (no network, or no package index; pip's words are in ${log})`,
      "start again once you are online; what was done is kept",
    );
  }
  return new NativeProblem(`pip could not download ${pin.name} ${pin.version}`, `see ${log}`);
}
