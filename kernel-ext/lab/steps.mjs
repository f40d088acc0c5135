// @ts-check
// The set-up is a list of steps. A step that ended leaves a stamp with the fingerprint of what it was made
// from; one without its stamp (new, changed, killed half-way) is done again from the start, never trusted.
import { createHash } from "node:crypto";
import { accessSync, constants, mkdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { readJson, writeAside } from "./files.mjs";
import { lock } from "./lock.mjs";
import { quoted } from "./place.mjs";
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
 * @property {() => void} [undo] takes away what a failed run left half-made
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
  const release = await lock(join(root, "build", "setup", "lock"), again);
  try {
    let n = 0;
    // All of them, as one may undo another: npm removes what the reference has put into its packages.
    for (const [at, step] of steps.entries()) {
      if (isDone(root, step)) continue;
      if (!missing.includes(step)) await step.before?.();
      const count = ++n + steps.slice(at + 1).filter((next) => !isDone(root, next)).length;
      screen.say(`[${n}/${count}] ${step.title}${step.cost ? ` — ${step.cost}` : ""}`);
      rmSync(stampOf(root, step.id), { force: true });
      const started = Date.now();
      const remark = await step.run(screen).catch((error) => {
        step.undo?.();
        throw isErrno(error) ? explain(String(error), `making “${step.title}”`, again) : error;
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
      `This copy of gradbook cannot be written to, and the set-up keeps its parts in it`,
      `cp -r ${quoted(root)} ~/gradbook && chmod -R u+w ~/gradbook && cd ~/gradbook && ${again}`,
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
