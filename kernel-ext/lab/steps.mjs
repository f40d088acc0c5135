// @ts-check
// The set-up is a list of steps. A step that ended leaves a stamp with the fingerprint of what it was made
// from; one without its stamp (new, changed, killed half-way) is done again from the start, never trusted.
import { createHash } from "node:crypto";
import { accessSync, constants, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJson, writeAside } from "./files.mjs";
import { duration, size } from "./screen.mjs";
import { explain, isErrno, Trouble } from "./trouble.mjs";

/**
 * @typedef {object} Step
 * @property {string} id
 * @property {string} title what the user reads
 * @property {string} [cost] said before it starts: how much is downloaded, how much stays on the disk
 * @property {number} [bytes] what it takes on the disk, checked beforehand
 * @property {() => string} fingerprint of all that it is made from
 * @property {() => boolean} present are its results still there? (a few milliseconds at most)
 * @property {() => void | Promise<void>} [before] asks for what is missing before anything is begun
 * @property {(screen: import("./screen.mjs").Screen) => Promise<string | undefined>} run resolves to a remark
 */

/** @param {...(string | Uint8Array)} parts */
export function fingerprint(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 32);
}

/** @param {string} root @param {string} id */
const stampOf = (root, id) => join(root, "build", "setup", `${id}.json`);

/** @param {string} root @param {Step} step */
export function isDone(root, step) {
  const stamp = readJson(stampOf(root, step.id));
  return stamp?.fingerprint === step.fingerprint() && step.present();
}

/**
 * Does the steps that are missing, in order.
 * @param {string} root @param {Step[]} steps
 * @param {{ screen: import("./screen.mjs").Screen, again: string, freeBytes?: (folder: string) => number }} options
 * @returns {Promise<number>} how many were done
 */
export async function doSteps(root, steps, { screen, again, freeBytes = free }) {
  const missing = steps.filter((step) => !isDone(root, step));
  if (missing.length === 0) return 0;
  requireWritable(root, again);
  requireSpace(root, missing, freeBytes, again);
  for (const step of missing) await step.before?.();
  const release = lock(root, again);
  try {
    let n = 0;
    for (const step of missing) {
      n++;
      if (isDone(root, step)) continue;
      screen.say(`[${n}/${missing.length}] ${step.title}${step.cost ? ` — ${step.cost}` : ""}`);
      rmSync(stampOf(root, step.id), { force: true });
      const started = Date.now();
      const remark = await step.run(screen).catch((error) => {
        throw isErrno(error) ? explain(String(error), step.title.toLowerCase(), again) : error;
      });
      const seconds = (Date.now() - started) / 1000;
      writeAside(stampOf(root, step.id), JSON.stringify({ fingerprint: step.fingerprint(), seconds }));
      screen.say(`  ✓ ${duration(seconds * 1000)}${remark ? `, ${remark}` : ""}`);
    }
    return missing.length;
  } finally {
    screen.clear();
    release();
  }
}

/** @param {string} root @param {string} again */
function requireWritable(root, again) {
  try {
    mkdirSync(join(root, "build", "setup"), { recursive: true });
    accessSync(join(root, "build", "setup"), constants.W_OK);
    accessSync(root, constants.W_OK);
  } catch (error) {
    throw new Trouble(
      `This copy of gradbook (${root}) cannot be written to, and the set-up keeps its parts in it`,
      `clone it into a folder of yours (git clone ${quoted(root)} ~/gradbook), then: ${again}`,
      { cause: error },
    );
  }
}

/** @param {string} root @param {Step[]} missing @param {(folder: string) => number} freeBytes @param {string} again */
function requireSpace(root, missing, freeBytes, again) {
  const need = missing.reduce((sum, step) => sum + (step.bytes ?? 0), 0);
  const have = freeBytes(root);
  if (have >= need) return;
  throw new Trouble(
    `The set-up needs about ${size(need)} on the disk of ${root}, and ${size(have)} are free`,
    `free some space, then: ${again}`,
  );
}

/** @param {string} folder */
function free(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/**
 * One set-up at a time in one folder; a lock whose holder is gone is taken over.
 * @param {string} root @param {string} again
 */
function lock(root, again) {
  const file = join(root, "build", "setup", "lock");
  mkdirSync(dirname(file), { recursive: true });
  for (let tries = 0; tries < 5; tries++) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!isErrno(error) || error.code !== "EEXIST") throw explain(String(error), "the set-up began", again);
    }
    const holder = holderOf(file);
    if (holder !== undefined && isAlive(holder)) {
      throw new Trouble(
        `Another set-up of this folder is running (process ${holder})`,
        `wait until it has ended, then: ${again}`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new Trouble("The set-up's lock could not be taken", `rm ${quoted(file)}, then: ${again}`);
}

/** @param {string} file */
function holderOf(file) {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error) && error.code === "EPERM";
  }
}

/**
 * A path as a shell takes it.
 * @param {string} path
 */
export function quoted(path) {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
