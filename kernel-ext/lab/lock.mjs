// @ts-check
// One set-up at a time in one folder. The lock is a file that appears whole (written aside, then linked), says
// whose it is, and is taken over when its holder is gone.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { aside } from "./files.mjs";
import { quoted } from "./place.mjs";
import { explain, isErrno, Trouble } from "./trouble.mjs";

const TRIES = 50;
const PAUSE_MS = 20;

/**
 * @param {string} file @param {string} again
 * @returns {Promise<() => void>} gives it back
 */
export async function lock(file, again) {
  const guard = `${file}.takeover`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    for (let tries = 0; tries < TRIES; tries++) {
      if (take(file)) return () => rmSync(file, { force: true });
      const holder = livingHolder(file);
      if (holder !== undefined) {
        throw new Trouble(
          `Another set-up of this folder is running (process ${holder})`,
          `wait until it has ended, then: ${again}`,
        );
      }
      // Only who holds the second lock removes a first one, and looks again before: else of two who found
      // it stale, the slower one would remove the lock that the faster one has just taken.
      if (take(guard)) {
        try {
          if (livingHolder(file) === undefined) rmSync(file, { force: true });
          if (take(file)) return () => rmSync(file, { force: true });
        } finally {
          rmSync(guard, { force: true });
        }
      } else await sleep(PAUSE_MS);
    }
  } catch (error) {
    throw isErrno(error) ? explain(String(error), "the set-up began", again) : error;
  }
  throw new Trouble("The set-up's lock could not be taken", `rm -f ${quoted(guard)}, then: ${again}`);
}

/** @param {string} file @returns {boolean} */
function take(file) {
  const part = aside(file);
  try {
    writeFileSync(part, `${process.pid} ${startOf(process.pid)}`);
    linkSync(part, file);
    return true;
  } catch (error) {
    if (isErrno(error) && error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(part, { force: true });
  }
}
